import { describe, expect, it } from 'vitest';
import { runEvent, stopReasons, type RunEvent, type RunEventBody } from '#lib/contracts/index.ts';
import { applyEvent, emptyRun, openQuestion, type RunState } from '#lib/studio/chat/run-state.ts';
import { stopWords } from '#lib/studio/chat/stop-words.ts';

const at = '2026-11-25T13:00:00.000Z';
const log = (...bodies: readonly RunEventBody[]): readonly RunEvent[] =>
	bodies.map((body, index) => runEvent.parse({ seq: index + 1, at, ...body }));
const play = (events: readonly RunEvent[], from: RunState = emptyRun) =>
	events.reduce(applyEvent, from);

const started: RunEventBody = { type: 'started', text: 'x', provider: 'starter', model: 'starter' };
const read: RunEventBody = { type: 'tool_started', callId: 'a', name: 'read', title: 'read a.ts' };
const readDone: RunEventBody = {
	type: 'tool_finished',
	callId: 'a',
	name: 'read',
	ok: true,
	summary: '12 lines',
	ms: 3,
};
const stopped: RunEventBody = { type: 'stopped', reason: 'done', message: 'm', next: 'n' };
const whole = log(
	started,
	{ type: 'text', delta: 'Hello ' },
	{ type: 'text', delta: 'you' },
	read,
	readDone,
	{ type: 'check', check: { name: 'compile', outcome: 'not_run', ms: 0, problems: [] } },
	{ type: 'text', delta: 'Ready' },
	{ type: 'approval_requested', approvalId: 'p1' },
	{ type: 'approval_decided', approvalId: 'p1', accepted: true },
	{ type: 'usage', inputTokens: 10, outputTokens: 5, cachedTokens: 1, usd: 0.5 },
	{ type: 'usage', inputTokens: 1, outputTokens: 1, cachedTokens: 0 },
	{ type: 'build', build: 'b', nonce: 'n', ok: true },
	stopped,
);

describe('applyEvent', () => {
	it('groups text and steps in the order they came', () => {
		const state = play(whole);
		expect(state.items.map((item) => item.kind)).toEqual(['text', 'steps', 'text', 'approval']);
		expect(state.items[0]).toMatchObject({ text: 'Hello you' });
		expect(state.items[1]).toMatchObject({
			steps: [
				{ kind: 'tool', status: 'ok', summary: '12 lines' },
				{ kind: 'check', check: { outcome: 'not_run' } },
			],
		});
		expect(state.items[3]).toMatchObject({ approvalId: 'p1', accepted: true });
		expect(state).toMatchObject({ seq: 13, tokens: 18, cachedTokens: 1, usd: 0.5 });
		expect(state.build).toEqual({ build: 'b', nonce: 'n', ok: true });
		expect(state.end).toMatchObject({ reason: 'done', message: 'm', next: 'n' });
	});

	it.each([0, 1, 4, 7, 12])('is the same when the stream starts over after event %i', (cut) => {
		const once = play(whole);
		const before = play(whole.slice(0, cut));
		expect(play(whole, before)).toEqual(once);
		expect(play(whole, once)).toBe(once);
	});

	it('keeps unchanged items as they are', () => {
		const before = play(whole.slice(0, 6));
		const after = applyEvent(before, whole[6]!);
		expect(after.items[0]).toBe(before.items[0]);
		expect(after.items[1]).toBe(before.items[1]);
	});

	it('does not show a step as running after the end', () => {
		const state = play(log(started, read, { ...stopped, reason: 'stopped_by_user' }));
		expect(state.items[0]).toMatchObject({ steps: [{ status: 'cut' }] });
	});

	it('finishes the step with the same call, also in an earlier group', () => {
		const other: RunEventBody = { ...read, callId: 'b', title: 'read b.ts' };
		const state = play(log(started, read, { type: 'text', delta: 't' }, other, readDone));
		expect(state.items[0]).toMatchObject({ steps: [{ key: 'a', status: 'ok' }] });
		expect(state.items[2]).toMatchObject({ steps: [{ key: 'b', status: 'running' }] });
	});

	it('has one list of things to do, where it first stood', () => {
		const todo = (done: boolean): RunEventBody => ({ type: 'todo', items: [{ text: 'a', done }] });
		const state = play(log(started, todo(false), { type: 'text', delta: 't' }, todo(true)));
		expect(state.items.map((item) => item.kind)).toEqual(['todo', 'text']);
		expect(state.items[0]).toMatchObject({ items: [{ text: 'a', done: true }] });
	});

	it.each<readonly [RunEventBody, object]>([
		[
			{ type: 'notice', text: 'Repaired src/App.svelte.' },
			{ kind: 'notice', tone: 'info', text: 'Repaired src/App.svelte.' },
		],
		[
			{ type: 'compacted', cause: 'overflow', how: 'summary', before: 90_000, after: 12_000 },
			{
				kind: 'notice',
				text: expect.stringContaining('from about 90k to 12k tokens; a summary') as string,
			},
		],
		[
			{ type: 'compacted', cause: 'context_full', how: 'reset', before: 9000, after: 1000 },
			{
				kind: 'notice',
				text: expect.stringMatching(/could not take in more.*only what was asked/) as string,
			},
		],
		[
			{ type: 'tainted', source: 'query' },
			{ kind: 'notice', tone: 'warn', text: expect.stringContaining('(query)') as string },
		],
		[
			{ type: 'fact_added', factId: 'f', kind: 'preference', text: 'Green' },
			{ kind: 'fact', factId: 'f', fact: 'preference', text: 'Green' },
		],
		[
			{ type: 'plan_saved', planId: 'p' },
			{ kind: 'plan', planId: 'p' },
		],
		[
			{ type: 'schema_changed', summary: ['New table a'] },
			{ kind: 'steps', steps: [{ kind: 'facts', facts: ['New table a'] }] },
		],
	])('shows %o', (event, shown) => {
		expect(play(log(started, event)).items).toMatchObject([shown]);
	});

	it('has one card for a plan that is saved twice, where it stands last', () => {
		const saved: RunEventBody = { type: 'plan_saved', planId: 'p' };
		const state = play(log(started, saved, { type: 'text', delta: 't' }, saved));
		expect(state.items.map((item) => item.kind)).toEqual(['text', 'plan']);
	});

	it('knows what it waits for, until that is answered or the run ends', () => {
		const asked: RunEventBody = {
			type: 'question_asked',
			questionId: 'q',
			callId: 'c',
			waitingFor: {
				kind: 'questions',
				questions: [{ id: 'n', title: 'How many?', type: 'number' }],
			},
		};
		const answered: RunEventBody = {
			type: 'question_answered',
			questionId: 'q',
			status: 'answered',
			lines: ['How many? 3'],
		};
		expect(openQuestion(play(log(started)))).toBeUndefined();
		expect(openQuestion(play(log(started, asked)))).toMatchObject({ questionId: 'q' });
		expect(openQuestion(play(log(started, asked, answered)))).toBeUndefined();
		expect(openQuestion(play(log(started, asked, stopped)))).toBeUndefined();
		expect(play(log(started, asked, answered)).items).toMatchObject([
			{ kind: 'question', status: 'answered', lines: ['How many? 3'] },
		]);
	});

	it('asks the preview until it has answered', () => {
		const request: RunEventBody = {
			type: 'preview_request',
			requestId: 'r',
			build: 'b',
			nonce: 'n',
			path: '/',
			actions: [],
		};
		const other: RunEventBody = { type: 'preview_answered', requestId: 'x' };
		const answered: RunEventBody = { type: 'preview_answered', requestId: 'r' };
		expect(play(log(started, request, other)).asked).toMatchObject({ id: 'r', path: '/' });
		expect(play(log(started, request, answered)).asked).toBeUndefined();
		expect(play(log(started, request, stopped)).asked).toBeUndefined();
	});

	it('shows a retry until something happens', () => {
		const retrying: RunEventBody = { type: 'retrying', attempt: 1, waitMs: 10, reason: 'busy' };
		const waiting = play(log(started, retrying));
		expect(waiting.retrying).toEqual({ attempt: 1, reason: 'busy', waitMs: 10 });
		expect(play(log(started, retrying, { type: 'text', delta: 't' })).retrying).toBeUndefined();
	});
});

describe('stopWords', () => {
	it.each(stopReasons)('%s has words of its own', (reason) => {
		expect(stopWords[reason].title).not.toBe('');
		const same = stopReasons.filter((other) => stopWords[other].title === stopWords[reason].title);
		expect(same).toEqual([reason]);
	});

	it.each(stopReasons)('%s has one thing to do next, unless it is done', (reason) => {
		expect(stopWords[reason].action === undefined).toBe(reason === 'done');
	});
});
