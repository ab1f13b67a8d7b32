import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, contains, message, refuse, type Reply } from '../fixtures/messages-server/index.ts';
import { done, file, openStudio, type StudioBench } from './support/studio.ts';

let studio: StudioBench;
beforeAll(async () => {
	studio = await openStudio();
});
afterAll(() => studio.close());

/** An answer that is held back until it is let go. */
function held(reply: Reply): { reply: () => Promise<Reply>; go: () => void } {
	const { promise, resolve } = Promise.withResolvers<Reply>();
	return { reply: () => promise, go: () => resolve(reply) };
}

describe('messages of the studio', () => {
	it('wait behind a run, are edited and moved by keys, and run in their order', async () => {
		const { page, model } = studio;
		await studio.open('Queue');
		const first = held(message(file('First'), call('check', {})));
		model.add(
			{ reply: first.reply },
			{ reply: done('First is done') },
			{ expect: contains('Third message'), reply: done('Third is done') },
			{ expect: contains('Second, but better'), reply: done('Second is done') },
		);
		await studio.send('First message');
		await page.getByText('Working', { exact: true }).waitFor();
		await studio.send('Second message');
		await studio.send('Third message');
		const line = (place: number) => page.getByRole('group', { name: `Place ${String(place)}:` });
		await line(2).getByText('Third message').waitFor();
		await line(1).press('Enter');
		await page.getByLabel('Message at place 1').fill('Second, but better');
		await page.keyboard.press('Enter');
		await line(1).getByText('Second, but better').waitFor();
		await studio.look('queue');
		await line(2).press('Alt+ArrowUp');
		await line(1).getByText('Third message').waitFor();
		await expect
			.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
			.toBe('Place 1: Third message');
		first.go();
		await page.getByText('Second is done').last().waitFor({ timeout: 60_000 });
		await expect.poll(() => page.getByRole('group', { name: /^Place/ }).count()).toBe(0);
		model.assertDone();
	});

	it('stay when a run is stopped, and are resumed', async () => {
		const { page, model } = studio;
		await studio.open('Paused');
		const never = held(done('never'));
		model.add({ reply: never.reply });
		await studio.send('Something long');
		await page.getByText('Working', { exact: true }).waitFor();
		await studio.send('Take me out');
		await studio.send('And then this');
		await page.getByRole('group', { name: 'Place 1: Take me out' }).press('Delete');
		await page.getByRole('group', { name: 'Place 1: And then this' }).waitFor();
		await page.getByRole('button', { name: 'Stop' }).click();
		await studio.ended('You stopped this');
		await page.getByText('Paused: you stopped this').waitFor();
		await studio.look('queue-paused');
		model.add({ reply: message(file('Then'), call('check', {})) }, { reply: done('Then it went') });
		await page.getByRole('button', { name: 'Resume' }).click();
		await page.getByText('Then it went').last().waitFor();
		never.go();
	});

	it('are sent again in other words, with what came after undone', async () => {
		const { page, model, api } = studio;
		const slug = await studio.open('Again');
		const source = async () => (await api.call('GET', `/apps/${slug}/files/src/App.svelte`)).text;
		model.add(
			{ reply: message(file('One'), call('check', {})) },
			{ reply: done('One') },
			{ reply: message(call('read', { path: 'src/App.svelte' }), file('Two'), call('check', {})) },
			{ reply: done('Two') },
		);
		await studio.send('Make one');
		await page.getByText('One', { exact: true }).last().waitFor();
		await studio.ended('Done');
		await studio.send('Make two');
		await expect.poll(source, { timeout: 20_000 }).toContain('Two');
		const turn = (text: string) => page.getByRole('article', { name: `Turn: ${text}` });
		await turn('Make two').getByRole('group', { name: 'End of turn: Done' }).waitFor();
		model.add(
			{
				expect: contains('Make three'),
				reply: message(call('read', { path: 'src/App.svelte' })),
			},
			{ expect: contains('One'), reply: message(file('Three'), call('check', {})) },
			{ reply: done('Three') },
		);
		await turn('Make two').getByRole('button', { name: 'Edit and resend' }).press('Enter');
		await turn('Make two').getByText('is undone first').waitFor();
		await studio.look('resend');
		await turn('Make two').getByLabel('Words of this turn').fill('Make three');
		await page.keyboard.press('Control+Enter');
		await turn('Make three').getByRole('group', { name: 'End of turn: Done' }).waitFor();
		model.assertDone();
		expect(await source()).toContain('Three');
		await turn('Make two').getByText('undone').first().waitFor();
		// The restore point leads to the history, at that turn.
		await turn('Make three').getByRole('button', { name: 'Restore point' }).click();
		await page.getByRole('region', { name: 'History' }).getByRole('article').waitFor();
	});

	it('go to the model of the app, until it is back at the one of the settings', async () => {
		const { page, model, api } = studio;
		await studio.open('Models');
		const { model: settings } = (await api.call('GET', '/settings')).json() as {
			model: { model: string };
		};
		const picker = page.getByRole('button', { name: /^Model for this message:/ });
		const field = page.getByLabel('Model for this message', { exact: true });
		const asked = () => (model.requests.at(-1)?.body as { model: string }).model;
		const byDefault = settings.model || 'default model';
		await picker.press('Enter');
		await page.keyboard.type('model-of-the-app');
		await page.getByRole('button', { name: 'Use for this app' }).press('Enter');
		await page.getByRole('button', { name: `Back to ${byDefault}` }).waitFor();
		await expect.poll(() => picker.textContent()).toBe('model-of-the-app');
		// What is written next goes into the field again.
		await expect.poll(() => field.evaluate((one) => one === document.activeElement)).toBe(true);
		await studio.look('model');
		await page.keyboard.press('Escape');
		model.add({ reply: message(file('One'), call('check', {})) }, { reply: done('One') });
		await studio.send('Make one');
		await studio.ended('Done');
		expect(asked()).toBe('model-of-the-app');

		// One message may have another one; the app keeps its own.
		await picker.press('Enter');
		await page.keyboard.type('model-of-one-message');
		await page.keyboard.press('Enter');
		model.add({ reply: message(file('Two'), call('check', {})) }, { reply: done('Two') });
		await studio.send('Make two');
		await page.getByText('Two', { exact: true }).last().waitFor();
		expect(asked()).toBe('model-of-one-message');
		await page.reload();
		await expect.poll(() => picker.textContent()).toBe('model-of-the-app');

		await picker.press('Enter');
		await page.getByRole('button', { name: `Back to ${byDefault}` }).press('Enter');
		await expect.poll(() => picker.textContent()).toBe(byDefault);
		await page.keyboard.press('Escape');
		model.add({ reply: message(file('Three'), call('check', {})) }, { reply: done('Three') });
		await studio.send('Make three');
		await page.getByText('Three', { exact: true }).last().waitFor();
		expect(asked()).not.toMatch(/^model-of/);
		model.assertDone();
	});

	it('tell when the provider is asked again, and what to do when it fails', async () => {
		const { page, model } = studio;
		await studio.open('Busy');
		model.add(
			{ reply: refuse(529, 'overloaded_error', { 'retry-after': '3' }) },
			{ reply: refuse(400, 'invalid_request_error') },
		);
		await studio.send('Try this');
		await page.getByText(/Trying again, attempt 2/).waitFor();
		await page.getByText(/in \d s/).waitFor();
		await studio.look('retrying');
		await studio.ended('The model provider failed');
		model.add({ reply: message(file('Later'), call('check', {})) }, { reply: done('It went') });
		await studio.look('failed');
		await page.getByRole('button', { name: 'Try again' }).click();
		await page.getByText('It went').last().waitFor();
		model.assertDone();
	});

	it('start nothing when all agents are switched off', async () => {
		const { page, model, tinykit } = studio;
		const slug = await studio.open('Off');
		const never = held(done('never'));
		model.add({ reply: never.reply });
		await studio.send('Something long');
		await page.getByText('Working', { exact: true }).waitFor();
		const other = await page.context().newPage();
		await other.goto(`${tinykit.origin}/tinykit/apps/${slug}`);
		await page.goto(`${tinykit.origin}/tinykit/settings#agents`);
		await page.getByRole('radio', { name: 'OpenAI-compatible' }).check();
		await studio.look('settings');
		await page.getByRole('button', { name: 'Stop all now' }).click();
		await page.getByText('Agents are switched off').waitFor();
		await page.getByLabel('Dollars of all apps a day').fill('2.5x');
		await page.getByText('A sum such as').waitFor();
		await page.getByLabel('Dollars of all apps a day').fill('2.50');
		await page.getByRole('button', { name: 'Save limits' }).click();
		await page.getByText('Saved.').waitFor();
		await page.locator('#agents').scrollIntoViewIfNeeded();
		await studio.look('settings-agents');
		await page.goto(`${tinykit.origin}/tinykit/apps/${slug}`);
		await studio.ended('The agent is switched off');
		await page.getByText('All agents are switched off').waitFor();
		await studio.look('switched-off');
		await page.getByLabel('Message to the agent').fill('And now?');
		await page.keyboard.press('Enter');
		await page.getByRole('alert').getByText('An owner stopped all agents').waitFor();
		// What was written is still there.
		expect(await page.getByLabel('Message to the agent').inputValue()).toBe('And now?');
		await page.goto(`${tinykit.origin}/tinykit/settings#agents`);
		await page.getByRole('button', { name: 'Switch agents on' }).click();
		await page.getByText('Agents may work again.').waitFor();
		never.go();
		await other.close();
		expect(studio.problems).toEqual([]);
	});
});
