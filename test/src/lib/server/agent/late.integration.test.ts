import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { RunEventBody } from '#lib/contracts/index.ts';
import {
	createProvider,
	createSystemClock,
	freezeRun,
	thawRun,
	type ParkedRun,
} from '#lib/server/agent/index.ts';
import {
	call,
	contains,
	message,
	say,
	startMessagesServer,
} from '../../../../fixtures/messages-server/index.ts';
import { createRunState } from '#lib/server/agent/tools/index.ts';
import { play, playProvider } from './support/play.ts';

describe('what is under way when a run is stopped', () => {
	it('is written to its end, and the log says so', async () => {
		const stop = new AbortController();
		const { outcome, log, schema } = await play(
			[
				{ reply: message(call('schema_plan', { create: [{ name: 'posts', fields: [] }] })) },
				{ reply: message(call('schema_apply', { plan: 'plan1' })) },
			],
			{
				run: { signal: stop.signal, clock: createSystemClock() },
				prepare: ({ schema: port }) => {
					const apply = port.apply.bind(port);
					// A change of large tables.
					port.apply = async (...given) => {
						stop.abort();
						await delay(1000);
						return apply(...given);
					};
				},
			},
		);
		expect(outcome.reason).toBe('stopped_by_user');
		expect(schema.applied).toHaveLength(1);
		expect(log.of('tool_finished').at(-1)).toMatchObject({ ok: true, name: 'schema_apply' });
		expect(log.of('schema_changed')).toHaveLength(1);
		expect(outcome.card.done).toEqual(['New table posts.']);
	});

	it('repairs nothing any more', async () => {
		const stop = new AbortController();
		const broken = '<p>{each}</p>\n{#each [1] as n}<p>{n}</p>';
		const { workspace } = await play(
			[
				{ reply: message(call('write', { path: 'src/App.svelte', content: broken })) },
				{ reply: message(call('check', {})) },
			],
			{
				run: {
					signal: stop.signal,
					autofix: async ({ text }) =>
						text === broken && stop.signal.aborted
							? { text: 'repaired', notes: ['Repaired.'] }
							: undefined,
				},
				prepare: ({ checks, log }) => {
					// As the real log does: nothing comes after the end, and nobody is told.
					const emit = log.emit.bind(log);
					log.emit = async (event) => {
						if (log.of('stopped').length === 0) await emit(event);
					};
					const run = checks.run.bind(checks);
					checks.run = async () => {
						stop.abort();
						await delay(20);
						return run();
					};
				},
			},
		);
		await delay(100);
		expect(workspace.files.get('src/App.svelte')).toBe(broken);
	});
});

describe('an answer that cannot be written down', () => {
	it('is not listened to any more', async () => {
		const server = await startMessagesServer([
			{
				reply: {
					kind: 'message',
					blocks: [say('I begin. '.repeat(40))],
					wire: { cutAt: (body) => body.length - 60, cut: 'hang' },
				},
			},
		]);
		const config = { baseUrl: server.url, model: 'test-model', apiKey: 'test-key' };
		const provider = createProvider({ provider: 'anthropic', ...config }, fetch);
		const emit = async ({ type }: RunEventBody): Promise<void> => {
			if (type === 'text') throw new Error('disk full');
		};
		await expect(playProvider(provider, { run: { sink: { emit } } })).rejects.toThrow('disk full');
		const ended = await Promise.race([server.requests[0]?.ended, delay(2000)]);
		await server.close();
		expect(ended).toBe('closed_by_client');
	});
});

describe('a run that waits', () => {
	it('knows the answers also when its conversation is shortened', async () => {
		const events: RunEventBody[] = [];
		const sink = { emit: async (event: RunEventBody): Promise<void> => void events.push(event) };
		const state = createRunState();
		// What it asks may be a stranger's words: its answers are no facts of the app.
		state.taints.add('records of posts');
		const parked: ParkedRun = {
			waitingFor: { kind: 'questions', questions: [] },
			call: { type: 'tool_call', id: 'one', name: 'ask', input: {} },
			startedAt: 0,
			system: ['System.'],
			messages: [
				{ role: 'user', content: [{ type: 'text', text: 'word '.repeat(40_000) }] },
				{ role: 'assistant', content: [{ type: 'tool_call', id: 'one', name: 'ask', input: {} }] },
			],
			usedIds: ['one'],
			before: [],
			after: [{ type: 'text', text: 'word '.repeat(40_000) }],
			state,
			spent: { usage: { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 }, steps: 0, ms: 0 },
		};
		const answer = { ok: true, text: 'Which look? dark', summary: 'dark' };
		await play(
			[
				{
					expect: contains('begins anew', 'Which look? dark'),
					reply: message(call('done', { summary: ['Done'] }, 'last')),
				},
			],
			{ run: { resume: { parked, answer }, sink, limits: { contextTokens: 100_000 } } },
		);
		expect(events.some(({ type }) => type === 'compacted')).toBe(true);
	});

	it('is told of collections that changed in the same answer, and of another model', async () => {
		let parked: ParkedRun | undefined;
		const park = async (run: ParkedRun): Promise<void> => void (parked = thawRun(freezeRun(run)));
		const events: RunEventBody[] = [];
		const sink = { emit: async (event: RunEventBody): Promise<void> => void events.push(event) };
		const ask = call('ask', { questions: [{ id: 'sure', title: 'Sure?', type: 'yes_no' }] });
		const { outcome } = await play(
			[
				{
					reply: message(call('schema_plan', { create: [{ name: 'posts', fields: [] }] })),
				},
				{ reply: message(call('schema_apply', { plan: 'plan1' }), ask) },
			],
			{ run: { park, sink } },
		);
		expect(outcome.reason).toBe('waiting_for_answer');
		const answer = { ok: true, text: 'yes', summary: 'yes' };
		await play(
			[
				{
					expect: contains('The collections changed in this run'),
					reply: message(call('done', { summary: ['Done'] }, 'last')),
				},
			],
			{ model: 'other-model', run: { resume: { parked: parked!, answer }, sink } },
		);
		expect(events.filter(({ type }) => type === 'notice')).toEqual([
			{
				type: 'notice',
				text: 'From here on the model is other-model; so far it was test-model.',
			},
		]);
	});
});
