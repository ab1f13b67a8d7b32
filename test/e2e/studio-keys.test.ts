import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyLastPlan, call, message } from '../fixtures/messages-server/index.ts';
import { done, file, openStudio, type StudioBench } from './support/studio.ts';

let studio: StudioBench;
beforeAll(async () => {
	studio = await openStudio();
});
afterAll(() => studio.close());

/** What has the focus, by its name. */
const focused = () =>
	studio.page.evaluate(() => {
		const element = document.activeElement;
		if (element === null || element === document.body) return 'nothing';
		return element.getAttribute('aria-label') ?? element.textContent.trim();
	});
const hasFocus = (name: RegExp | string) => expect.poll(focused, { timeout: 10_000 }).toMatch(name);
const composer = 'Message to the agent';

describe('who works by keys', () => {
	it('goes on at the message after a decision and after a stop', async () => {
		const { page, model } = studio;
		await studio.open('Decided');
		const { promise, resolve } = Promise.withResolvers<ReturnType<typeof done>>();
		model.add(
			{
				reply: message(
					file('Decided'),
					call('schema_plan', {
						create: [{ name: 'things', fields: [{ name: 'name', type: 'text' }] }],
					}),
				),
			},
			{ reply: applyLastPlan },
			{
				reply: message(call('schema_plan', { update: [{ name: 'things', rules: { list: '' } }] })),
			},
			{ reply: applyLastPlan },
			{ reply: () => promise },
		);
		await studio.send('A table for everybody');
		await page.getByTestId('approval').waitFor();
		await page.getByTestId('approval').getByRole('button', { name: 'Apply' }).press('Enter');
		await hasFocus(composer);
		await page.getByText('Working', { exact: true }).waitFor();
		await page.getByRole('button', { name: 'Stop' }).press('Enter');
		await studio.ended('You stopped this');
		await hasFocus(composer);
		resolve(done('never'));
	});

	it('closes the console by Escape, and the run goes on', async () => {
		const { page, model } = studio;
		await studio.open('Console');
		const { promise, resolve } = Promise.withResolvers<ReturnType<typeof done>>();
		model.add({ reply: message(file('Console'), call('check', {})) }, { reply: () => promise });
		await studio.send('Something');
		await page.getByRole('button', { name: /^Console,/ }).press('Enter');
		await page.getByRole('log', { name: 'Console lines' }).press('Escape');
		await page.getByRole('region', { name: 'Console' }).waitFor({ state: 'detached' });
		await hasFocus(/^Console,/);
		resolve(done('It went on'));
		await studio.ended('Done');
		// From the card into the history: the panel that is shown has the focus.
		await page.getByRole('button', { name: 'Restore point' }).press('Enter');
		await page.getByRole('region', { name: 'History' }).waitFor();
		expect(await page.evaluate(() => document.activeElement?.getAttribute('data-name'))).toBe(
			'history',
		);
	});

	it('loses nothing by renaming a file, and finds nothing in a new one of an old name', async () => {
		const { page, api } = studio;
		const slug = await studio.open('Files');
		const files = `/apps/${slug}/files`;
		await api.call('PUT', `${files}/src/App.svelte`, '<h1>Files</h1>\n');
		await api.call('PUT', `${files}/src/Part.svelte`, '<p>old</p>\n');
		await page.goto(`${page.url()}?panel=code`);
		const list = page.getByRole('navigation', { name: 'Files' });
		const dialog = page.getByRole('dialog');
		const lines = page.locator('.monaco-editor .view-lines');
		const ask = async (path: string, what: string) => {
			await page.getByRole('button', { name: `More for ${path}` }).press('Enter');
			await page.getByRole('menuitem', { name: what }).press('Enter');
		};
		await list.getByRole('button', { name: 'App.svelte', exact: true }).press('Enter');
		await list.getByRole('button', { name: 'Part.svelte', exact: true }).press('Enter');
		await expect.poll(() => lines.textContent(), { timeout: 20_000 }).toContain('old');
		await page.locator('.monaco-editor').first().click();
		await page.keyboard.press('Control+Home');
		await page.keyboard.insertText('<p>by hand</p>\n');
		await ask('src/Part.svelte', 'Rename');
		await page.keyboard.type('Other');
		await page.keyboard.press('Enter');
		await dialog.waitFor({ state: 'detached' });
		expect((await api.call('GET', `${files}/src/Other.svelte`)).text).toBe(
			'<p>by hand</p>\n<p>old</p>\n',
		);

		await ask('src/Other.svelte', 'Delete');
		await studio.look('delete-file');
		await dialog.getByRole('button', { name: 'Delete' }).press('Enter');
		await dialog.waitFor({ state: 'detached' });
		// What asked is gone with its file: its neighbour has the focus.
		await hasFocus('App.svelte');
		await page.getByRole('button', { name: 'New file' }).press('Enter');
		await page.keyboard.type('Other.svelte');
		await page.keyboard.press('Enter');
		await dialog.waitFor({ state: 'detached' });
		await page.getByText('src/Other.svelte', { exact: true }).waitFor();
		await expect.poll(() => lines.textContent(), { timeout: 10_000 }).toBe('');
	});

	it('is asked before a secret goes, and gets a fact back', async () => {
		const { page, api } = studio;
		const slug = await studio.open('Kept');
		await api.call('PUT', `/apps/${slug}/secrets/MAIL_KEY`, { value: 'a-long-enough-value' });
		await api.call('POST', `/apps/${slug}/facts`, { kind: 'decision', text: 'Prices in euros' });
		await page.getByRole('link', { name: 'Notes' }).press('Enter');
		await page.getByRole('button', { name: 'Remove MAIL_KEY' }).press('Enter');
		await studio.look('remove-secret');
		await page.keyboard.press('Escape');
		await hasFocus('Remove MAIL_KEY');
		expect((await api.call('GET', `/apps/${slug}/secrets`)).text).toContain('MAIL_KEY');
		await page.keyboard.press('Enter');
		await page.getByRole('button', { name: 'Remove secret' }).press('Enter');
		await page.getByText('MAIL_KEY was removed.').waitFor();
		await hasFocus('Set a secret');
		expect((await api.call('GET', `/apps/${slug}/secrets`)).text).not.toContain('MAIL_KEY');

		await page.getByRole('button', { name: 'Delete Prices in euros' }).press('Enter');
		await page.getByRole('button', { name: 'Undo', exact: true }).press('Enter');
		await page.getByRole('region', { name: 'Facts' }).getByText('Prices in euros').waitFor();
		expect((await api.call('GET', `/apps/${slug}/facts`)).text).toContain('"decision"');
	});

	it('stays on the button that was pressed, also when it answers no more', async () => {
		const { page, api, tinykit } = studio;
		await page.goto(`${tinykit.origin}/tinykit/settings`);
		await page.getByLabel('Tokens of one app').fill('5000000');
		await page.getByRole('button', { name: 'Save limits' }).press('Enter');
		await page.getByText('Saved.').waitFor();
		await hasFocus('Save limits');
		expect(await page.getByRole('button', { name: 'Save limits' }).isDisabled()).toBe(true);
		await page.setViewportSize({ width: 390, height: 844 });
		await studio.look('settings-saved');
		expect((await api.call('GET', '/settings')).text).toContain('"appTokens":5000000');

		await page.goto(`${tinykit.origin}/tinykit/apps`);
		await page.getByRole('button', { name: 'More for Decided' }).press('Enter');
		await page.getByRole('menuitem', { name: 'Delete' }).press('Enter');
		await page.keyboard.type('something else');
		await page.keyboard.press('Enter');
		await page.getByText('That is not decided.').waitFor();
		await page.keyboard.press('ControlOrMeta+a');
		await page.keyboard.type('decided');
		await page.keyboard.press('Enter');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		await expect
			.poll(() => page.evaluate(() => document.activeElement?.closest('section')?.className ?? ''))
			.toContain('apps');
		expect((await api.call('GET', '/apps')).text).not.toContain('"decided"');
		expect(studio.problems).toEqual([]);
	});
});
