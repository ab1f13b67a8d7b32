/**
 * How long until something is seen, in a real browser: `node test/measure/preview.ts [rounds]` after `npm run build`.
 * Prints milliseconds from the Enter key to the first preview of a new app (with one second and with three between the
 * page and the key: a prompt takes a person longer to write) and from the save key to the edit in the preview.
 *
 * Timed inside the pages: a frame counts once it has painted what is looked for and is the one in front.
 */
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../e2e/support/browser.ts';
import { makeInstallation, startTinykit } from '../e2e/support/tinykit.ts';

const rounds = Number(process.argv[2] ?? 15);
const prompt = 'A guestbook for our cabin';
const firstWords = 'Cabin guestbook';

/** In every page and frame: notes when a frame comes to the front, and when words are painted first. */
const watch = `{
	const seen = (window.seenAt = {});
	const note = (what) => (seen[what] ??= performance.timeOrigin + performance.now());
	const isTop = window.parent === window;
	const words = /${firstWords}|marker \\d+/g;
	const look = () => {
		const front = isTop && document.querySelector('iframe[data-build]:not(.next)');
		if (front) note(front.dataset.build);
		if (!isTop) for (const [found] of (document.body?.innerText ?? '').matchAll(words)) note(found);
		requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
}`;

/** When the words were there in the frame in front, as `Date.now()` counts. */
async function seenAt(page: Page, words: string): Promise<number> {
	const ask = (frame: Pick<Page, 'evaluate'>, script: string) =>
		frame.evaluate<unknown>(script).catch(() => undefined);
	for (;;) {
		await page.waitForTimeout(50);
		const front = await ask(
			page,
			`window.seenAt[document.querySelector('iframe[data-build]:not(.next)')?.dataset.build]`,
		);
		for (const frame of page.frames().slice(1)) {
			const painted = await ask(frame, `window.seenAt?.[${JSON.stringify(words)}]`);
			if (typeof front === 'number' && typeof painted === 'number') return Math.max(front, painted);
		}
	}
}

async function newMaker(browser: Browser, origin: string, code: string): Promise<Page> {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
	await context.addInitScript(watch);
	const page = await context.newPage();
	await page.goto(origin);
	await page.getByLabel('Setup code').fill(code);
	await page.getByLabel('E-mail').fill('maker@example.com');
	await page.getByLabel('Password').fill('a long enough password');
	await page.getByRole('button', { name: 'Set up and log in' }).click();
	await page.getByLabel('What do you want to make?').fill(prompt);
	return page;
}

async function firstPreview(page: Page, pause: number): Promise<number> {
	await page.waitForTimeout(pause);
	const start = Date.now();
	await page.keyboard.press('Enter');
	const seen = await seenAt(page, firstWords);
	await page.getByText('Your app is ready in the preview.').waitFor();
	return seen - start;
}

/** @param pause milliseconds between the last key of the edit and the save key */
async function edits(page: Page, pause: number): Promise<readonly number[]> {
	const times: number[] = [];
	for (let round = 0; round < rounds; round++) {
		await page.keyboard.press('Control+End');
		const words = `marker ${String(pause * 1000 + round)}`;
		await page.keyboard.insertText(`\n<p>${words} here</p>`);
		await page.waitForTimeout(pause);
		const start = Date.now();
		await page.keyboard.press('Control+s');
		times.push((await seenAt(page, words)) - start);
	}
	return times.toSorted((a, b) => a - b).map(Math.round);
}

const spread = (times: readonly number[]): string =>
	`median ${String(times[Math.floor(times.length / 2)])}, ${String(times[0])} to ${String(times.at(-1))}`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const browser = await openBrowser();
for (const pause of [1000, 3000]) {
	const { dir, remove } = await makeInstallation();
	const tinykit = await startTinykit(dir);
	try {
		const page = await newMaker(browser, tinykit.origin, tinykit.code);
		const first = Math.round(await firstPreview(page, pause));
		say(`first preview, ${String(pause)} ms after the page: ${String(first)} ms`);
		if (pause !== 3000) continue;
		await page.getByRole('link', { name: 'Code' }).click();
		await page.getByRole('button', { name: 'App.svelte', exact: true }).click();
		await page.locator('.monaco-editor .view-line').first().click();
		for (const rest of [0, 300])
			say(
				`edit to preview, ${String(rest)} ms before the save: ${spread(await edits(page, rest))} ms`,
			);
	} finally {
		await tinykit.stop();
		await remove();
	}
}
await browser.close();
