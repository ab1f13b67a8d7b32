import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './support/browser.ts';
import { owner, runEvents, signIn } from './support/member.ts';
import { logIn, watchPage } from './support/pages.ts';
import { makeInstallation, startTinykit, type Tinykit } from './support/tinykit.ts';

/** Pictures for whoever wants to look; not compared. */
const pictures = 'test-results/first-run';

let tinykit: Tinykit;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let remove: () => Promise<void>;
const problems: string[] = [];

beforeAll(async () => {
	const installation = await makeInstallation();
	remove = installation.remove;
	tinykit = await startTinykit(installation.dir);
	browser = await openBrowser();
	context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
	page = await context.newPage();
	watchPage(page, tinykit.origin, problems);
	await mkdir(pictures, { recursive: true });
});
afterAll(async () => {
	await browser.close();
	await tinykit.stop();
	await remove();
});

const app = () => page.frameLocator('[data-testid=preview-frame]');
const picture = (name: string) => page.screenshot({ path: `${pictures}/${name}.png` });

describe('a maker without a key', () => {
	it('sets tinykit up with the code of the terminal', async () => {
		await page.goto(tinykit.origin);
		await page.getByLabel('Setup code').fill('WRONG-CODE');
		await page.getByLabel('E-mail').fill(owner.email);
		await page.getByLabel('Password').fill(owner.password);
		await page.getByRole('button', { name: 'Set up and log in' }).click();
		await page.getByText('The setup code is wrong.').waitFor();
		await picture('setup');
		await page.getByLabel('Setup code').fill(tinykit.code);
		await page.getByRole('button', { name: 'Set up and log in' }).click();
		await page.waitForURL('**/tinykit/apps');
		await page.getByRole('heading', { name: 'What do you want to make?' }).waitFor();
		await picture('apps-empty');
	});

	it('has a guestbook built from one sentence and sees every check pass', async () => {
		await page.getByLabel('What do you want to make?').fill('A guestbook for our cabin');
		await page.keyboard.press('Enter');
		await page.waitForURL('**/tinykit/apps/guestbook');
		await page.getByText('no AI').first().waitFor();
		await page.getByText('Your app is ready in the preview.').waitFor();
		// Reported by the studio's own frame: the boot ran, in this browser.
		const api = await signIn({ ...tinykit, code: '' });
		const [run] = (await api.call('GET', '/apps/guestbook/runs')).json()['items'] as {
			id: string;
		}[];
		const checks = (await runEvents(api, 'guestbook', run?.id ?? '')).flatMap((event) =>
			event['type'] === 'check' ? [event['check']] : [],
		);
		expect(checks).toMatchObject([
			{ name: 'compile', outcome: 'pass' },
			{ name: 'types', outcome: 'pass' },
			{ name: 'usage', outcome: 'pass' },
			{ name: 'schema', outcome: 'pass' },
			{ name: 'rules', outcome: 'pass' },
			{ name: 'boot', outcome: 'pass' },
		]);
		await app().getByRole('heading', { name: 'Cabin guestbook' }).waitFor();
		await picture('studio');
	});

	it('uses it in the preview', async () => {
		await app().getByLabel('Your name').fill('Anna');
		await app().getByLabel('Your message').fill('Lovely <b>weekend</b>, thank you!');
		await app().getByRole('button', { name: 'Sign the guestbook' }).click();
		await app().getByText('Lovely <b>weekend</b>, thank you!').waitFor();
		await app().getByText('1 entry').waitFor();
		await picture('used');
	});

	it('finds everything again after a reload and after a restart of the server', async () => {
		await page.reload();
		await page.getByText('Your app is ready in the preview.').waitFor();
		await app().getByText('Lovely <b>weekend</b>, thank you!').waitFor();

		expect(await tinykit.stop()).toBe(0);
		tinykit = await startTinykit(tinykit.dir, { port: tinykit.port });
		expect(tinykit.code).toBe('');
		await page.goto(`${tinykit.origin}/tinykit/apps`);
		await page
			.getByRole('link', { name: /^Guestbook/ })
			.first()
			.click();
		await page.getByText('Your app is ready in the preview.').waitFor();
		await app().getByText('Lovely <b>weekend</b>, thank you!').waitFor();
	});

	it('edits the code by hand and sees it in the preview', async () => {
		await page
			.getByRole('button', { name: 'Code' })
			.or(page.getByRole('tab', { name: 'Code' }))
			.or(page.getByRole('link', { name: 'Code' }))
			.first()
			.click();
		await page.getByRole('button', { name: 'App.svelte', exact: true }).click();
		await page.locator('.monaco-editor .view-line').first().waitFor();
		// Coloured: the tokens of a Svelte file have more than one colour.
		const colours = () =>
			page
				.locator('.monaco-editor .view-line span span')
				.evaluateAll((spans) => new Set(spans.map((span) => getComputedStyle(span).color)).size);
		await expect.poll(colours, { timeout: 10_000 }).toBeGreaterThan(2);
		await page.locator('.monaco-editor').first().click();
		await page.keyboard.press('Control+Home');
		// The editor knows the app's collections.
		await page.keyboard.type('data.');
		await page.locator('.suggest-widget').getByText('entries', { exact: true }).waitFor();
		await page.keyboard.press('Escape');
		for (const _ of 'data.') await page.keyboard.press('Backspace');
		await page.keyboard.insertText('<!-- by hand -->\n<p>Written by hand</p>\n');
		await page.keyboard.press('Control+s');
		await app().getByText('Written by hand').waitFor();
		await picture('code');
	});

	it('says after a save where a type does not fit', async () => {
		await page.locator('.monaco-editor').first().click();
		await page.keyboard.press('Control+Home');
		await page.keyboard.insertText(
			'<script module lang="ts">const size: number = "wide";</script>\n',
		);
		await page.keyboard.press('Control+s');
		await page.locator('.monaco-editor .squiggly-error').first().waitFor();
		await page.getByText('1 type problem', { exact: true }).click();
		await page.getByText("Type 'string' is not assignable to type 'number'.").waitFor();
		await page.getByRole('button', { name: /^src\/App\.svelte:1:/ }).click();
		await page.locator('.monaco-editor.focused').waitFor();
		await page.keyboard.press('Control+Home');
		await page.keyboard.press('Shift+ArrowDown');
		await page.keyboard.press('Delete');
		await page.keyboard.press('Control+s');
		await page.getByText('1 type problem', { exact: true }).waitFor({ state: 'detached' });
		await page.locator('.monaco-editor .squiggly-error').first().waitFor({ state: 'detached' });
	});

	it('keeps the last good build when the code does not compile, and says where', async () => {
		await page.locator('.monaco-editor').first().click();
		await page.keyboard.press('Control+Home');
		await page.keyboard.insertText('{#if broken}\n');
		await page.keyboard.press('Control+s');
		await page.getByText('The last good build stays below.').waitFor();
		await page
			.getByText(/^src\/App\.svelte:\d+:\d+$/)
			.first()
			.waitFor();
		// The checks of the last turn are about other source: the status line no longer shows them as passed.
		await page
			.getByRole('contentinfo', { name: 'Status' })
			.getByText('Build failed, last good one shown')
			.waitFor();
		expect(await page.getByRole('contentinfo', { name: 'Status' }).textContent()).not.toContain(
			'✓',
		);
		await picture('compile-error');
		await app().getByText('Written by hand').waitFor();
	});

	it('caused no error and no breach of the policy on the builder’s pages, and no cookie', async () => {
		await delay(200);
		expect(problems).toEqual([]);
		expect(await context.cookies()).toEqual([]);
	});
});

it('a second person has to log in', async () => {
	const other = await browser.newContext();
	const fresh = await other.newPage();
	await fresh.goto(`${tinykit.origin}/tinykit/apps/guestbook`);
	await fresh.waitForURL('**/tinykit/login**');
	await logIn(fresh, tinykit.origin);
	await other.close();
});
