import { describe, expect, it } from 'vitest';
import { Budget, defaultLimits } from '#lib/server/agent/budget.ts';
import {
	call,
	contains,
	message,
	refuse,
	type Reply,
	type Step,
} from '../../../../fixtures/messages-server/index.ts';
import { play } from './support/play.ts';

const write = (path: string, content = `<p>${path}</p>\n`): ReturnType<typeof call> =>
	call('write', { path, content });
const price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

/** An answer whose request had so many tokens. */
const counted = (input: number, reply: Reply): Reply =>
	reply.kind === 'message' ? { ...reply, usage: { input_tokens: input } } : reply;

describe('Budget', () => {
	const go = { total: 10_000, fresh: 1000 };
	const cases: readonly (readonly [
		string,
		limits: Partial<typeof defaultLimits>,
		spent: { readonly steps?: number; readonly input?: number; readonly ms?: number },
		expected: unknown,
	])[] = [
		['nothing spent', {}, {}, { kind: 'go' }],
		['two steps left', { steps: 5 }, { steps: 3 }, { kind: 'go' }],
		['one step left', { steps: 5 }, { steps: 4 }, { kind: 'last', reason: 'step_limit' }],
		['no step left', { steps: 5 }, { steps: 5 }, { kind: 'stop', reason: 'step_limit' }],
		['tokens for two', { tokens: 32_000 }, { input: 10_000 }, { kind: 'go' }],
		[
			'tokens for one',
			{ tokens: 31_999 },
			{ input: 10_000 },
			{ kind: 'last', reason: 'token_limit' },
		],
		[
			'tokens for none: the next request counts before it is sent',
			{ tokens: 20_999 },
			{ input: 10_000 },
			{ kind: 'stop', reason: 'token_limit' },
		],
		// 0.03 spent; the next: 9000 x 0.3 + 1000 x 3.75 + 1000 x 15 = 0.02145; then 10,000 x 0.3 + 1000 x 3.75 + 1000 x 15 = 0.02175
		['money for two', { usd: 0.0733 }, { input: 10_000 }, { kind: 'go' }],
		['money for one', { usd: 0.0731 }, { input: 10_000 }, { kind: 'last', reason: 'cost_limit' }],
		['money for none', { usd: 0.0514 }, { input: 10_000 }, { kind: 'stop', reason: 'cost_limit' }],
		['time', { timeMs: 1000 }, { ms: 899 }, { kind: 'go' }],
		['little time', { timeMs: 1000 }, { ms: 900 }, { kind: 'last', reason: 'time_limit' }],
		['no time', { timeMs: 1000 }, { ms: 1000 }, { kind: 'stop', reason: 'time_limit' }],
		['time a person took', { timeMs: 1000 }, { ms: 5000 }, { kind: 'go' }],
	];
	it.each(cases)('%s', (name, limits, { steps = 0, input = 0, ms = 0 }, expected) => {
		let now = 0;
		const clock = { now: () => now, sleep: () => Promise.resolve() };
		const budget = new Budget({ ...defaultLimits, ...limits }, clock, price);
		for (let step = 0; step < steps; step += 1) budget.countStep();
		budget.spend({ input, cacheRead: 0, cacheWrite: 0, output: 0 });
		now = ms;
		expect(budget.permission(go, name === 'time a person took' ? ms : 0)).toEqual(expected);
	});

	it('counts no money without a price', () => {
		const clock = { now: () => 0, sleep: () => Promise.resolve() };
		const budget = new Budget({ ...defaultLimits, usd: 0.000001 }, clock, undefined);
		expect(budget.permission(go, 0)).toEqual({ kind: 'go' });
	});
});

describe('the last step', () => {
	const work = (index: number): Step => ({
		reply: counted(10_000, message(write(`${index}.svelte`))),
	});
	const report = call('done', {
		summary: ['Wrote two parts'],
		notDone: ['The third part'],
		next: ['Send "go on"'],
	});
	const limits = [
		['step_limit', { steps: 3 }],
		['token_limit', { tokens: 35_000 }],
		['cost_limit', { usd: 0.1 }],
	] as const;

	it.each(limits)('%s: the card in the words of the model', async (reason, limit) => {
		const { outcome, workspace, server } = await play(
			[
				work(0),
				work(1),
				{
					expect: contains('last step of this run'),
					// What it says is red: the third file does not compile.
					reply: counted(10_000, message(report)),
				},
			],
			{
				run: { limits: limit, price },
				prepare: ({ checks }) =>
					(checks.run = async () => [
						{ name: 'compile', outcome: 'fail', ms: 1, problems: [{ code: 'x', message: 'no' }] },
					]),
			},
		);
		expect(outcome.reason).toBe(reason);
		expect(outcome.card).toMatchObject({
			done: ['Wrote two parts'],
			notDone: [expect.stringMatching(/limit/), 'The third part'],
			next: ['Send "go on"'],
			evidence: [{ name: 'compile', outcome: 'fail' }],
		});
		expect(workspace.files.size).toBe(2);
		// The tools are still there: taking them away would cost the cache.
		expect(new Set(server.requests.map(({ body }) => JSON.stringify(body.tools))).size).toBe(1);
	});

	it('executes nothing but done, and is done when all is green', async () => {
		const { outcome, workspace, log } = await play(
			[work(0), { reply: message(write('late.svelte'), report) }],
			{ run: { limits: { steps: 2 } } },
		);
		expect(outcome.reason).toBe('done');
		expect([...workspace.files.keys()]).toEqual(['0.svelte']);
		expect(log.of('tool_finished').map(({ name, ok }) => `${name} ${ok}`)).toEqual([
			'write true',
			'write false',
			'done true',
		]);
	});

	it('is a card made of facts when the model says nothing, or cannot be asked', async () => {
		const answers: readonly Reply[] = [
			message(write('late.svelte')),
			message(),
			refuse(401, 'authentication_error'),
			{ kind: 'message', blocks: [], stopReason: 'refusal' },
		];
		for (const reply of answers) {
			const { outcome } = await play([work(0), { reply }], { run: { limits: { steps: 2 } } });
			expect(outcome.reason).toBe('step_limit');
			expect(outcome.card.done).toEqual(['Changed 0.svelte']);
			expect(outcome.card.notDone[0]).toMatch(/limit/);
		}
	});

	it('of a planning run also saves the plan', async () => {
		const { outcome, plans } = await play(
			[
				{
					expect: contains('Save the plan as it is'),
					reply: message(call('save_plan', { text: '1. Paint.' }), report),
				},
			],
			{ run: { limits: { steps: 1 }, mode: 'plan' } },
		);
		expect(outcome.reason).toBe('done');
		expect(plans.text).toBe('1. Paint.');
	});

	it('comes before the first when there is only one', async () => {
		const { outcome } = await play(
			[{ expect: contains('last step'), reply: message(call('done', { summary: ['Nothing'] })) }],
			{ run: { limits: { steps: 1 } } },
		);
		expect(outcome).toMatchObject({ reason: 'done', card: { done: ['Nothing'] } });
	});

	it('is not asked for when not even one request is left', async () => {
		const { outcome, server } = await play([], { run: { limits: { tokens: 200 } } });
		expect(outcome.reason).toBe('token_limit');
		expect(server.requests).toHaveLength(0);
	});
});

describe('time', () => {
	it('does not run while a person is asked, and is looked at before each further attempt', async () => {
		const { outcome, server } = await play(
			[
				{ reply: message(call('schema_plan', { delete: ['a'] })) },
				{ reply: message(call('schema_apply', { plan: 'plan1' })) },
				{ reply: refuse(429, 'rate_limit_error', { 'retry-after': '95' }) },
			],
			{
				run: { limits: { timeMs: 90_000 } },
				prepare: ({ schema, clock }) => {
					schema.decide = async (signal) => {
						await clock.sleep(95_000, signal);
						return 'accepted';
					};
				},
			},
		);
		expect(outcome.reason).toBe('time_limit');
		expect(server.requests).toHaveLength(3);
	});
});
