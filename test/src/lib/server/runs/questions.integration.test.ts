import { afterEach, describe, expect, it } from 'vitest';
import {
	call,
	contains,
	message,
	say,
	type MessagesRequest,
} from '../../../../fixtures/messages-server/index.ts';
import { sql } from '../../../../../src/lib/server/backends.ts';
import { openAgentBench, type AgentBench, type Api } from '../support/agent.ts';

const done = message(say('Ready.'), call('done', { summary: ['Done'] }));
const questions = [
	{ id: 'look', title: 'Which look?', type: 'choice', options: ['light', 'dark'] },
	{ id: 'parts', title: 'Which parts?', type: 'several', options: ['list', 'form', 'map'] },
	{ id: 'name', title: 'What is it called?', type: 'text', max: 20 },
	{ id: 'open', title: 'May everybody read?', type: 'yes_no' },
	{ id: 'limit', title: 'How many?', type: 'number', min: 1, max: 9 },
];
const answers = { look: 'dark', parts: ['list', 'map'], name: 'Pins', open: false, limit: 3 };
const lines = [
	'Which look? dark',
	'Which parts? list, map',
	'What is it called? Pins',
	'May everybody read? no',
	'How many? 3',
];

let bench: AgentBench;
afterEach(() => bench.close());

const code = (answer: Api): unknown => answer.body['data']?.['code'];

describe('a run that asks', () => {
	const script = [
		{
			reply: message(
				call('list', {}, 'one'),
				call('ask', { questions }, 'two'),
				call('write', { path: 'a.md', content: 'too early\n' }, 'three'),
			),
		},
		{
			// One result per call, in the order of the calls; what came after the question was not executed.
			expect: (request: MessagesRequest) => {
				const content = request.messages.at(-1)?.content ?? [];
				const results = typeof content === 'string' ? [] : content;
				const ids = results.map((block) => block.tool_use_id).join();
				return ids === 'one,two,three' && results[2]?.is_error === true
					? contains(...lines, 'Not executed')(request)
					: `results ${ids}`;
			},
			reply: done,
		},
	];

	for (const restart of [false, true])
		it(`waits, and goes on with the answers${restart ? ' after a restart' : ''}`, async () => {
			bench = await openAgentBench(script);
			const run = await bench.send('Make a map.');
			const { questionId, waitingFor } = await bench.event(run.id, 'question_asked');
			expect(waitingFor).toEqual({ kind: 'questions', questions });
			// The next message waits behind the question.
			const later = await bench.send('later');
			expect(later).toMatchObject({ status: 'queued', position: 1 });
			await bench.of('DELETE', `/queue/${later.id}`);
			if (restart) {
				await bench.installation.close(true);
				bench = await bench.reopen();
			}
			expect((await bench.of('GET', `/runs/${run.id}`)).body).toMatchObject({ status: 'waiting' });
			expect((await bench.of('GET', '/questions')).body['items']).toMatchObject([
				{ id: questionId, runId: run.id, status: 'open', answers: null },
			]);
			const path = `/questions/${questionId}`;
			const both = await Promise.all([
				bench.of('POST', path, { answers }),
				bench.of('POST', path, { answers }),
			]);
			expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
			const events = await bench.follow(run.id);
			expect(events.at(-1)).toMatchObject({ type: 'stopped', reason: 'done' });
			// Each call began and ended once.
			for (const callId of ['one', 'two', 'three'])
				expect(
					events
						.filter((event) => 'callId' in event && event.callId === callId)
						.map(({ type }) => type),
				).toEqual(
					callId === 'two'
						? ['tool_started', 'question_asked', 'tool_finished']
						: ['tool_started', 'tool_finished'],
				);
			expect(events.find(({ type }) => type === 'question_answered')).toMatchObject({ lines });
			expect((await bench.of('GET', '/files/a.md')).status).toBe(404);
			// Nothing is left that could go on once more.
			const { store } = bench.installation.runtime.backends.builder.app;
			expect(await store.all(sql`SELECT run FROM _tk_parked`)).toEqual([]);
			// Settled for every later turn.
			const facts = (await bench.of('GET', '/facts')).body['items'] as unknown as {
				text: string;
			}[];
			expect(facts.map(({ text }) => text)).toEqual(lines);
			bench.model.assertDone();
		});

	it('takes only answers that fit, all at once, from an editor', async () => {
		bench = await openAgentBench([script[0]!, { expect: contains('does not want'), reply: done }]);
		const viewer = await bench.installation.account('viewer@example.com', 'viewer');
		const stranger = await bench.installation.account('stranger@example.com');
		const run = await bench.send('Make a map.');
		const { questionId } = await bench.event(run.id, 'question_asked');
		const wrong: readonly [unknown, string][] = [
			[{ answers: { ...answers, look: 'red' } }, 'invalid_request'],
			[{ answers: { ...answers, parts: ['list', 'list'] } }, 'invalid_request'],
			[{ answers: { ...answers, parts: ['sea'] } }, 'invalid_request'],
			[{ answers: { ...answers, name: ' ' } }, 'invalid_request'],
			[{ answers: { ...answers, name: 'x'.repeat(21) } }, 'invalid_request'],
			[{ answers: { ...answers, open: 'yes' } }, 'invalid_request'],
			[{ answers: { ...answers, limit: 10 } }, 'invalid_request'],
			[{ answers: { ...answers, limit: 0 } }, 'invalid_request'],
			[{ answers: { ...answers, extra: 'x' } }, 'invalid_request'],
			[{ answers: { look: 'dark' } }, 'invalid_request'],
			[{ answers, decline: true }, 'invalid_request'],
			[{}, 'invalid_request'],
		];
		for (const [json, expected] of wrong)
			expect(code(await bench.of('POST', `/questions/${questionId}`, json))).toBe(expected);
		const path = `/questions/${questionId}`;
		expect((await bench.of('POST', path, { answers }, viewer)).status).toBe(403);
		expect((await bench.of('POST', path, { answers }, stranger)).status).toBe(403);
		expect((await bench.of('POST', path, { answers }, '')).status).toBe(401);
		expect(code(await bench.of('POST', '/questions/none', { answers }))).toBe('question_not_found');
		expect((await bench.of('POST', path, { decline: true })).body['status']).toBe('declined');
		expect((await bench.follow(run.id)).at(-1)).toMatchObject({ reason: 'done' });
		expect(code(await bench.of('POST', path, { answers }))).toBe('question_decided');
		expect((await bench.of('GET', '/facts')).body['items']).toEqual([]);
	});

	it('can be stopped while it waits, also after a restart', async () => {
		bench = await openAgentBench([script[0]!]);
		const run = await bench.send('Make a map.');
		const { questionId } = await bench.event(run.id, 'question_asked');
		await bench.installation.close(true);
		bench = await bench.reopen();
		expect((await bench.of('POST', `/runs/${run.id}/stop`, {})).status).toBe(204);
		const events = await bench.follow(run.id);
		expect(events.slice(-3)).toMatchObject([
			{ type: 'question_answered', status: 'stale', lines: [] },
			{ type: 'tool_finished', callId: 'two', ok: false },
			{ type: 'stopped', reason: 'stopped_by_user' },
		]);
		expect(code(await bench.of('POST', `/questions/${questionId}`, { answers }))).toBe(
			'question_decided',
		);
	});

	it('does not lose an answer that was given right before the process ended', async () => {
		bench = await openAgentBench(script);
		const run = await bench.send('Make a map.');
		const { questionId } = await bench.event(run.id, 'question_asked');
		// As a process leaves it that ends between writing the answer and going on.
		const { store } = bench.installation.runtime.backends.builder.app;
		const { questions: rows } = bench.installation.runtime;
		await store.write((tx) => rows.decide(tx, questionId, { status: 'answered', answers }, 'me'));
		await bench.installation.close(true);
		bench = await bench.reopen();
		const events = await bench.follow(run.id);
		expect(events.at(-1)).toMatchObject({ reason: 'done' });
		expect(events.filter((event) => event.type === 'tool_finished')).toHaveLength(4);
		bench.model.assertDone();
	});

	const refused: readonly [string, unknown][] = [
		['none', []],
		['six', [1, 2, 3, 4, 5, 6].map((n) => ({ id: `q${n}`, title: 'Sure?', type: 'yes_no' }))],
		['the same id twice', [questions[3], questions[3]]],
		['one option', [{ id: 'a', title: 'Which?', type: 'choice', options: ['only'] }]],
		['an unknown type', [{ id: 'a', title: 'Which?', type: 'password' }]],
	];
	it.each(refused)('is refused with %s', async (_, list) => {
		bench = await openAgentBench([
			{ reply: message(call('ask', { questions: list })) },
			{ expect: contains('nothing was executed'), reply: done },
		]);
		const run = await bench.send('Ask.');
		expect((await bench.follow(run.id)).at(-1)).toMatchObject({ reason: 'done' });
		bench.model.assertDone();
	});
});
