import { afterEach, describe, expect, it } from 'vitest';
import { factList, maxFacts, planList } from '#lib/contracts/index.ts';
import {
	call,
	contains,
	message,
	say,
	type MessagesRequest,
} from '../../../../fixtures/messages-server/index.ts';
import { openAgentBench, type AgentBench } from '../support/agent.ts';

let bench: AgentBench;
afterEach(() => bench.close());

const done = message(say('Ready.'), call('done', { summary: ['Nothing to do'] }));
const opening = (request: MessagesRequest | undefined): string =>
	JSON.stringify(request?.messages[0]);
const facts = async () => factList.parse((await bench.of('GET', '/facts')).body).items;
const plans = async () => planList.parse((await bench.of('GET', '/plans')).body).items;

describe('facts of an app', () => {
	it('are added by a person and by a run, changed, removed, and told to every later run', async () => {
		bench = await openAgentBench([
			{
				reply: message(
					call('remember', { kind: 'decision', text: 'Prices are in euro.' }),
					call('remember', { kind: 'decision', text: 'Prices are in euro.' }),
					call('done', { summary: ['Kept it'] }),
				),
			},
			{ reply: done },
			{ reply: done },
		]);
		const added = await bench.of('POST', '/facts', { kind: 'preference', text: ' Use green. ' });
		expect(added).toMatchObject({ status: 201, body: { text: 'Use green.', source: 'person' } });
		const first = await bench.send('first');
		const events = await bench.follow(first.id);
		expect(events.filter(({ type }) => type === 'fact_added')).toHaveLength(2);
		const all = await facts();
		expect(all.map(({ text, source }) => [text, source])).toEqual([
			['Use green.', 'person'],
			['Prices are in euro.', 'run'],
		]);

		await bench.follow((await bench.send('second')).id);
		expect(opening(bench.model.requests[1]?.body)).toContain(
			'- [preference] Use green.\\n- [decision] Prices are in euro.',
		);

		const path = `/facts/${all[1]?.id ?? ''}`;
		expect((await bench.of('PATCH', path, { text: 'Prices are in yen.' })).body).toMatchObject({
			kind: 'decision',
			text: 'Prices are in yen.',
			source: 'person',
		});
		expect((await bench.of('DELETE', `/facts/${all[0]?.id ?? ''}`)).status).toBe(204);
		bench = await bench.reopen();
		await bench.follow((await bench.send('third')).id);
		const last = opening(bench.model.requests[2]?.body);
		expect(last).toContain('Prices are in yen.');
		expect(last).not.toContain('Use green.');
		bench.model.assertDone();
	});

	it('have limits', async () => {
		bench = await openAgentBench([]);
		const answers: readonly [string, string, unknown, number, string][] = [
			['POST', '/facts', { kind: 'preference', text: ' ' }, 400, 'invalid_request'],
			['POST', '/facts', { kind: 'preference', text: 'x'.repeat(501) }, 400, 'invalid_request'],
			['POST', '/facts', { kind: 'wish', text: 'x' }, 400, 'invalid_request'],
			['POST', '/facts', { kind: 'answer', text: 'x', source: 'run' }, 400, 'invalid_request'],
			['PATCH', '/facts/none', { text: 'x' }, 404, 'fact_not_found'],
			['DELETE', '/facts/none', undefined, 404, 'fact_not_found'],
		];
		for (const [method, path, body, status, code] of answers) {
			const answer = await bench.of(method, path, body);
			expect([path, answer.status, answer.body['data']?.['code']]).toEqual([path, status, code]);
		}
		for (let n = 0; n < maxFacts; n += 1)
			await bench.of('POST', '/facts', { kind: 'preference', text: `fact ${n}` });
		const full = await bench.of('POST', '/facts', { kind: 'preference', text: 'one more' });
		expect([full.status, full.body['data']?.['code']]).toEqual([409, 'too_many_facts']);
		// What is there already is no further one.
		const same = await bench.of('POST', '/facts', { kind: 'preference', text: 'fact 7' });
		expect(same.status).toBe(201);
		expect(await facts()).toHaveLength(maxFacts);
	});
});

describe('a run that only plans', () => {
	const text = '1. A collection posts.\n2. A list of them.';

	it('changes nothing and leaves a plan that is edited, accepted and built', async () => {
		bench = await openAgentBench([
			{
				expect: (request) =>
					opening(request).includes('This run only plans') ? undefined : 'it is not told',
				reply: message(
					call('write', { path: 'src/App.svelte', content: '<p>no</p>' }),
					call('save_plan', { text }),
					call('done', { summary: ['Made a plan'] }),
				),
			},
			{
				expect: (request) =>
					opening(request).includes('2. A list of them, by date.') ? undefined : 'no plan',
				reply: message(
					call('write', { path: 'src/App.svelte', content: '<p>yes</p>\n' }),
					call('done', { summary: ['Built it'] }),
				),
			},
		]);
		const before = await bench.of('GET', '/files');
		const { id } = await bench.send('A blog, please.', { mode: 'plan' });
		const events = await bench.follow(id);
		expect(events.at(-1)).toMatchObject({ type: 'stopped', reason: 'done' });
		expect(events.find(({ type }) => type === 'tool_finished')).toMatchObject({
			name: 'write',
			ok: false,
			summary: 'only planning',
		});
		expect((await bench.of('GET', '/files')).body).toEqual(before.body);

		const [plan] = await plans();
		expect(plan).toMatchObject({ text, runId: id, status: 'open' });
		const path = `/plans/${plan?.id ?? ''}`;
		const edited = await bench.of('PATCH', path, { text: `${text.slice(0, -1)}, by date.` });
		expect(edited.body['text']).toBe('1. A collection posts.\n2. A list of them, by date.');
		const accepted = await bench.of('POST', `${path}/accept`, {});
		expect(accepted.status).toBe(201);
		const built = await bench.follow(accepted.body['id'] as unknown as string);
		expect(built.at(-1)).toMatchObject({ reason: 'done' });
		expect((await bench.of('GET', path)).body['status']).toBe('accepted');
		expect((await bench.of('PATCH', path, { text: 'x' })).body['data']?.['code']).toBe(
			'plan_accepted',
		);
		expect((await bench.of('GET', '/plans/none')).body['data']?.['code']).toBe('plan_not_found');
		bench.model.assertDone();
	});

	it('is not done without a plan; one that was only said is saved', async () => {
		const words = `First the collections, then the pages. ${'Each page has a list and a form. '.repeat(8)}`;
		bench = await openAgentBench([
			{ reply: message(say(words), call('done', { summary: ['Planned'] })) },
			{ expect: contains('none is saved'), reply: message(say('It stands above.')) },
			{ reply: message(say('As I said.')) },
		]);
		const { id } = await bench.send('A blog, please.', { mode: 'plan' });
		expect((await bench.follow(id)).at(-1)).toMatchObject({ reason: 'done' });
		const [plan] = await plans();
		expect(plan?.text).toBe(words.trim());
		bench.model.assertDone();
	});
});
