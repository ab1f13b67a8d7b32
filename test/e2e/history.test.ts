import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from './support/browser.ts';
import { runEnd, signIn, type MemberApi } from './support/member.ts';
import { logIn, watchPage } from './support/pages.ts';
import { makeInstallation, startTinykit, type Tinykit } from './support/tinykit.ts';

let installation: Awaited<ReturnType<typeof makeInstallation>>;
let tinykit: Tinykit;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let api: MemberApi;
let slug = '';
const problems: string[] = [];
const prompt = 'A guestbook where people leave a note';
const file = () => `/apps/${slug}/files/src/App.svelte`;
const dialog = () => page.getByRole('dialog');
const turn = () => page.getByRole('button', { name: new RegExp(`^${prompt} turn`) });

beforeAll(async () => {
	installation = await makeInstallation();
	tinykit = await startTinykit(installation.dir);
	api = await signIn(tinykit);
	const made = (await api.call('POST', '/apps', { prompt })).json();
	slug = String(made['slug']);
	await runEnd(api, slug, (made['run'] as { id: string }).id);
	browser = await openBrowser();
	context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
	page = await context.newPage();
	watchPage(page, tinykit.origin, problems);
	await logIn(page, tinykit.origin);
});
afterAll(async () => {
	await browser.close();
	await tinykit.stop();
	await installation.remove();
});

const open = async (): Promise<void> => {
	await page.goto(`${tinykit.origin}/tinykit/apps/${slug}`);
	await page.getByRole('link', { name: 'History' }).click();
	await page.getByRole('list', { name: 'Checkpoints, newest first' }).waitFor();
};
const violations = async (): Promise<string[]> =>
	(await new AxeBuilder({ page }).exclude('iframe').analyze()).violations.map(
		({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join(' ')}`,
	);

describe('the history in the studio', () => {
	it('shows what a turn changed, by mouse and by keys', async () => {
		await open();
		await turn().focus();
		await page.keyboard.press('Enter');
		const article = page.getByRole('article');
		await article.getByText('New table entries').waitFor();
		const header = article.getByRole('button', { name: /^src\/App\.svelte/ });
		// A short first file is open from the start.
		await article.getByText('<script lang="ts">').waitFor();
		await header.press('Enter');
		expect(await header.getAttribute('aria-expanded')).toBe('false');
		await header.press('Enter');
		await article.getByText('<script lang="ts">').waitFor();
		expect(await header.getAttribute('aria-expanded')).toBe('true');
		expect(await violations()).toEqual([]);
	});

	it('asks before it undoes a file that was changed since', async () => {
		await api.call('PUT', file(), '<h1>By hand</h1>\n');
		await page.getByRole('button', { name: 'Undo src/App.svelte' }).click();
		await dialog().getByText('was changed after this turn').waitFor();
		expect(await violations()).toEqual([]);
		await page.keyboard.press('Escape');
		await dialog().waitFor({ state: 'hidden' });
		expect((await api.call('GET', file())).text).toBe('<h1>By hand</h1>\n');
	});

	it('goes back to a point, says what happens before, and undoes it', async () => {
		await page.getByRole('button', { name: 'Go back to here…' }).click();
		await dialog().getByText('src/App.svelte').waitFor();
		expect(await violations()).toEqual([]);
		await dialog().getByRole('button', { name: 'Go back' }).click();
		await page.getByText('It is back.').waitFor();
		expect((await api.call('GET', file())).text).toContain('Guestbook');
		await page.getByRole('button', { name: 'Undo', exact: true }).click();
		await expect
			.poll(async () => (await api.call('GET', file())).text, { timeout: 10_000 })
			.toBe('<h1>By hand</h1>\n');
	});

	it('sets rows aside whose table goes, and hands them out as a file', async () => {
		const record = await fetch(
			`http://127.0.0.1:${String(tinykit.port)}/_pb/@${slug}--draft/api/collections/entries/records`,
			{
				method: 'POST',
				headers: { authorization: api.token, 'content-type': 'application/json' },
				body: JSON.stringify({ name: 'Ann', message: 'Hello' }),
			},
		);
		expect(record.status).toBe(200);
		await turn().click();
		await page.getByRole('button', { name: 'Undo this turn…' }).click();
		await dialog()
			.getByRole('row', { name: /entries 0 0 1/ })
			.waitFor();
		await dialog().getByRole('button', { name: 'Go back' }).click();
		await page.getByText('1 row set aside').waitFor();
		const saved = page.waitForEvent('download');
		await page.getByRole('button', { name: 'Save what was set aside' }).click();
		expect((await saved).suggestedFilename()).toBe(`${slug}-set-aside.json`);
	});

	it('fits on a phone, where it is under More', async () => {
		await page.setViewportSize({ width: 390, height: 844 });
		await page.goto(`${tinykit.origin}/tinykit/apps/${slug}?panel=more`);
		await page.getByRole('link', { name: 'History' }).click();
		await turn().click();
		await page.getByRole('article').waitFor();
		const width = await page.evaluate(() => document.documentElement.scrollWidth);
		expect(width).toBe(390);
		await page.getByRole('button', { name: 'Back to the history' }).click();
		await page.getByRole('list', { name: 'Checkpoints, newest first' }).waitFor();
		expect(problems).toEqual([]);
	});
});
