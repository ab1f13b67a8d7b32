import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyLastPlan, call, contains, message, say } from '../fixtures/messages-server/index.ts';
import { done, file, openStudio, type StudioBench } from './support/studio.ts';

let studio: StudioBench;
beforeAll(async () => {
	studio = await openStudio();
});
afterAll(() => studio.close());

const newest = async (slug: string): Promise<string> => JSON.stringify(await studio.events(slug));

describe('what a run asks for', () => {
	it('questions are answered by keys, also after a reload', async () => {
		const { page, model } = studio;
		const slug = await studio.open('Shop');
		model.add(
			{
				reply: message(
					say('Before I begin:'),
					call('ask', {
						questions: [
							{ id: 'kind', title: 'What is sold?', type: 'choice', options: ['Books', 'Tea'] },
							{
								id: 'pay',
								title: 'How do people pay?',
								type: 'several',
								options: ['Card', 'Cash', 'Invoice'],
							},
							{ id: 'name', title: 'What is it called?', type: 'text', max: 40 },
							{ id: 'open', title: 'May everybody look?', type: 'yes_no' },
							{ id: 'count', title: 'How many things?', type: 'number', min: 1, max: 9 },
						],
					}),
				),
			},
			{
				expect: contains('Tea', 'Card, Invoice', 'Leaf', 'no', '7'),
				reply: message(
					file('Leaf'),
					call('todo', {
						items: [
							{ text: 'A page for the shop', done: true },
							{ text: 'A table of things', done: true },
						],
					}),
					call('check', {}),
				),
			},
			{ reply: done('A shop called Leaf') },
		);
		await studio.send('A shop');
		const form = page.getByRole('form', { name: '5 questions' });
		await form.waitFor();
		await studio.look('questions');
		await page.reload();
		await form.waitFor();
		// The first control has the focus; nothing is chosen yet.
		await expect
			.poll(() => page.evaluate(() => document.activeElement?.getAttribute('value')))
			.toBe('Books');
		await page.keyboard.press('Control+Enter');
		await form.getByText('Choose one.').waitFor();
		await form.getByText('Give a number.').waitFor();
		await studio.look('questions-wrong');
		// Escape would stop a run; what is written in a form is safe from it.
		await page.keyboard.press('Escape');
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Tab');
		await page.keyboard.press('Space');
		await page.keyboard.press('Tab');
		await page.keyboard.press('Tab');
		await page.keyboard.press('Space');
		await page.keyboard.press('Tab');
		await page.keyboard.type('Leaf');
		await page.keyboard.press('Tab');
		await page.keyboard.press('ArrowUp');
		await page.keyboard.press('Tab');
		await page.keyboard.type('7');
		await page.keyboard.press('Control+Enter');
		await studio.ended('Done');
		model.assertDone();
		await page.getByText('How many things? 7').waitFor();
		await page.getByText('2/2').waitFor();
		expect(await newest(slug)).toContain('"question_answered"');
		await studio.look('done');
	});

	it('a secret goes to the server alone', async () => {
		const { page, model, api } = studio;
		const value = 'a-value-nobody-may-read-97';
		const slug = await studio.open('Mail');
		model.add(
			{
				reply: message(
					file('Mail'),
					call('request_secret', {
						name: 'MAIL_KEY',
						purpose: 'Sends the mails of the app.',
						hosts: ['api.mail.example'],
					}),
				),
			},
			{ expect: contains('MAIL_KEY'), reply: done('Ready to send') },
		);
		await studio.send('Send mails');
		const form = page.getByRole('form', { name: /MAIL_KEY/ });
		await form.getByText('api.mail.example').waitFor();
		await form.getByText('Sends the mails of the app.').waitFor();
		await page.keyboard.type('short');
		await page.keyboard.press('Enter');
		await form.getByText('At least 8 characters.').waitFor();
		await studio.look('secret');
		await form.getByLabel('Value of MAIL_KEY').fill(value);
		await page.keyboard.press('Enter');
		await studio.ended('Done');
		model.assertDone();
		expect(await newest(slug)).not.toContain(value);
		expect(model.requests.map(({ text }) => text).join()).not.toContain(value);
		expect(await page.content()).not.toContain(value);
		await page.getByRole('link', { name: 'Notes' }).click();
		const secrets = page.getByRole('region', { name: 'Secrets' });
		await secrets.getByText('MAIL_KEY').waitFor();
		await secrets.getByText(/sent to api\.mail\.example/).waitFor();
		expect((await api.call('GET', `/apps/${slug}/secrets`)).text).not.toContain(value);
		await studio.look('notes-secrets');
	});

	it('a change that destroys is decided by its effects, and can be taken back', async () => {
		const { page, model, api, tinykit } = studio;
		const slug = await studio.open('Things');
		const records = `http://127.0.0.1:${String(tinykit.port)}/_pb/@${slug}--draft/api/collections/things/records`;
		model.add(
			{
				reply: message(
					file('Things'),
					call('schema_plan', {
						create: [
							{
								name: 'things',
								fields: [
									{ name: 'name', type: 'text' },
									{ name: 'note', type: 'text' },
								],
							},
						],
					}),
				),
			},
			{ reply: applyLastPlan },
			{ reply: done('A table') },
		);
		await studio.send('A table of things');
		await studio.ended('Done');
		for (const name of ['Cup', 'Pot']) {
			const answer = await fetch(records, {
				method: 'POST',
				headers: { authorization: api.token, 'content-type': 'application/json' },
				body: JSON.stringify({ name, note: `about ${name}` }),
			});
			expect(answer.status).toBe(200);
		}
		model.add(
			{
				reply: message(
					call('schema_plan', {
						update: [{ name: 'things', removeFields: ['note'], rules: { list: '' } }],
					}),
				),
			},
			{ reply: applyLastPlan },
			{ reply: done('Without notes') },
		);
		await studio.send('Remove the notes, let everybody look');
		const card = page.getByTestId('approval');
		await card.getByText(/Delete the field things\.note .*2 records/).waitFor();
		await card.getByText(/Anyone, also without signing in/).waitFor();
		await studio.look('approval');
		// Enter is not enough for what destroys.
		await card.press('Enter');
		await card.getByRole('button', { name: 'Delete and apply' }).click();
		await page.getByText('Without notes').last().waitFor();
		model.assertDone();
		await page.getByRole('link', { name: 'Notes' }).click();
		await page.getByRole('button', { name: /^Take back/ }).click();
		await page.getByText(/values of 2 rows are there again/).waitFor();
		await studio.look('notes-taken-back');
		const row = (await (
			await fetch(records, { headers: { authorization: api.token } })
		).json()) as {
			items: { note: string }[];
		};
		expect(row.items.map(({ note }) => note).toSorted()).toEqual(['about Cup', 'about Pot']);
	});

	it('a plan is edited, accepted and built', async () => {
		const { page, model } = studio;
		const slug = await studio.open('Planned');
		model.add(
			{
				reply: message(
					call('save_plan', { text: '## Plan\n\n1. A page with a **list**\n2. A table' }),
					call('done', { summary: ['The plan is ready'] }),
				),
			},
			{
				expect: contains('A page with a clock'),
				reply: message(file('Clock'), call('check', {})),
			},
			{ reply: done('The clock is there') },
		);
		await page.getByRole('radio', { name: 'Plan' }).check();
		await studio.send('What would you do?');
		const plan = page.getByTestId('plan');
		await plan.getByRole('button', { name: 'Edit plan' }).click();
		await studio.look('plan-edit');
		const field = plan.getByLabel('Text of the plan');
		await field.fill('## Plan\n\n1. A page with a clock');
		await plan.getByRole('button', { name: 'Save', exact: true }).click();
		await plan.getByText('A page with a clock').waitFor();
		await studio.look('plan');
		await plan.getByRole('button', { name: 'Accept and build' }).click();
		await page.getByText('The clock is there').last().waitFor();
		model.assertDone();
		await plan.getByText('built').waitFor();
		expect(await newest(slug)).toContain('The clock is there');
	});

	it('facts are added, changed and removed by keys', async () => {
		const { page, api } = studio;
		const slug = await studio.open('Facts');
		const facts = async () => (await api.call('GET', `/apps/${slug}/facts`)).text;
		await page.getByRole('link', { name: 'Notes' }).click();
		const list = page.getByRole('region', { name: 'Facts' });
		await list.getByRole('button', { name: 'Add a fact' }).press('Enter');
		await page.keyboard.type('Everything is green');
		await page.keyboard.press('Enter');
		await list.getByText('Everything is green').waitFor();
		await list.getByRole('button', { name: 'Edit Everything is green' }).press('Enter');
		await studio.look('notes-facts');
		await list.getByLabel('Fact', { exact: true }).fill('Everything is blue');
		await page.keyboard.press('Enter');
		await list.getByText('Everything is blue').waitFor();
		expect(await facts()).toContain('Everything is blue');
		await list.getByRole('button', { name: 'Delete Everything is blue' }).press('Enter');
		await list.getByText('None yet.').waitFor();
		expect(await facts()).toBe('{"items":[]}');
		expect(studio.problems).toEqual([]);
	});
});
