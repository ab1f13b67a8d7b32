import { AxeBuilder } from '@axe-core/playwright';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import {
	call,
	message,
	startMessagesServer,
	type MessagesServer,
	type Reply,
} from '../../fixtures/messages-server/index.ts';
import { openBrowser } from './browser.ts';
import { runEvents, signIn, type MemberApi } from './member.ts';
import { logIn, watchPage } from './pages.ts';
import { makeInstallation, startTinykit, type Tinykit } from './tinykit.ts';

/** A studio in a real browser whose model plays a script. */
export interface StudioBench {
	readonly model: MessagesServer;
	readonly tinykit: Tinykit;
	readonly api: MemberApi;
	readonly page: Page;
	/** Errors of the pages and breaches of their content policy so far. */
	readonly problems: readonly string[];
	/** Makes an app and opens it. @returns its slug */
	open(name: string): Promise<string>;
	/** Writes a message and sends it by key. */
	send(text: string): Promise<void>;
	/** The last end card, with this title. */
	ended(title: string): Promise<void>;
	/** Axe, and nothing wider than the window; with `TINYKIT_SHOTS` also pictures of the page. */
	look(name: string): Promise<void>;
	/** The events of the newest run. */
	events(slug: string): Promise<Record<string, unknown>[]>;
	close(): Promise<void>;
}

export const file = (heading: string) =>
	call('write', { path: 'src/App.svelte', content: `<h1>${heading}</h1>\n` });
export const done = (summary: string): Reply => message(call('done', { summary: [summary] }));

const sizes = [
	[1440, 900],
	[1024, 768],
	[390, 844],
] as const;

export async function openStudio(): Promise<StudioBench> {
	const key = 'sk-ant-of-the-studio-tests';
	const model = await startMessagesServer([], { key });
	const installation = await makeInstallation();
	const tinykit = await startTinykit(installation.dir, {
		env: { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: model.url },
	});
	const api = await signIn(tinykit);
	const browser: Browser = await openBrowser();
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
	const page = await context.newPage();
	const problems: string[] = [];
	watchPage(page, tinykit.origin, problems);
	await logIn(page, tinykit.origin);
	return {
		model,
		tinykit,
		api,
		page,
		problems,
		async open(name) {
			const answer = await api.call('POST', '/apps', { name });
			expect(answer.status).toBe(201);
			const slug = String(answer.json()['slug']);
			await page.goto(`${tinykit.origin}/tinykit/apps/${slug}`);
			return slug;
		},
		async send(text) {
			await page.getByLabel('Message to the agent').fill(text);
			await page.keyboard.press('Enter');
			await expect
				.poll(() => page.getByLabel('Message to the agent').inputValue(), { timeout: 10_000 })
				.toBe('');
		},
		async ended(title) {
			await page
				.getByRole('group', { name: `End of turn: ${title}` })
				.last()
				.waitFor({ timeout: 30_000 });
		},
		async look(name) {
			await settled(page);
			const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
			expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
			const folder = process.env['TINYKIT_SHOTS'];
			if (folder) await picture(page, folder, name);
			const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
			expect(width).toBe(0);
		},
		async events(slug) {
			const { items } = (await api.call('GET', `/apps/${slug}/runs`)).json() as {
				items: { id: string; created: string }[];
			};
			const newest = items.toSorted((a, b) => b.created.localeCompare(a.created))[0];
			return runEvents(api, slug, newest?.id ?? '');
		},
		async close() {
			await browser.close();
			await tinykit.stop();
			await model.close();
			await installation.remove();
		},
	};
}

/** Colours fade into each other: on the way their contrast is nobody's. */
const settled = (page: Page): Promise<void> =>
	page.evaluate(async () => {
		const fades = document.getAnimations().filter((one) => one instanceof CSSTransition);
		// One that was taken back is over as well.
		await Promise.allSettled(fades.map(({ finished }) => finished));
	});

async function picture(page: Page, folder: string, name: string): Promise<void> {
	await mkdir(folder, { recursive: true });
	for (const [width, height] of sizes) {
		await page.setViewportSize({ width, height });
		for (const colorScheme of ['dark', 'light'] as const) {
			await page.emulateMedia({ colorScheme });
			await settled(page);
			const path = join(folder, `${name}-${String(width)}-${colorScheme}.png`);
			await page.screenshot({ path });
		}
	}
	await page.setViewportSize({ width: 1440, height: 900 });
}
