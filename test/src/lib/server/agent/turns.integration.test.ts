import { describe, expect, it } from 'vitest';
import {
	applyLastPlan,
	call,
	contains,
	message,
	say,
} from '../../../../fixtures/messages-server/index.ts';
import { play } from './support/play.ts';

const good = '<h1>Hello</h1>\n';
const done = call('done', { summary: ['Made it blue'] });

describe('a turn over HTTP and SSE', () => {
	it('repairs what does not compile before it is done', async () => {
		const broken = '{#if open}\n<h1>Hello</h1>\n';
		const { outcome, workspace, log, checks } = await play(
			[
				{
					reply: message(
						say('I add a condition.'),
						call('read', { path: 'src/App.svelte' }),
						call('edit', {
							path: 'src/App.svelte',
							old: '<h1>Hello</h1>\n',
							new: broken,
						}),
						call('done', { summary: ['Added a condition'] }),
					),
				},
				{
					name: 'the refusal names the place',
					expect: contains('Not done', 'compile: fail', 'src/App.svelte:1:1', 'block_unclosed'),
					reply: message(
						call('edit', {
							path: 'src/App.svelte',
							old: '{#if open}\n<h1>Hello</h1>',
							new: '{#if true}\n<h1>Hello</h1>\n{/if}',
						}),
						call('check', {}),
					),
				},
				{
					expect: contains('compile: pass', 'boot: not run (no studio is attached)'),
					reply: message(done),
				},
			],
			{ files: { 'src/App.svelte': good } },
		);
		expect(outcome.reason).toBe('done');
		expect(workspace.files.get('src/App.svelte')).toBe('{#if true}\n<h1>Hello</h1>\n{/if}\n');
		expect(outcome.card.done).toEqual(['Made it blue']);
		expect(outcome.card.evidence.map(({ name, outcome: result }) => [name, result])).toEqual([
			['compile', 'pass'],
			['schema', 'pass'],
			['boot', 'not_run'],
		]);
		// The last `done` stands on the check before it.
		expect(checks.runs).toBe(2);
		expect(log.of('tool_finished').map(({ name, ok }) => `${name} ${ok}`)).toEqual([
			'read true',
			'edit true',
			'done false',
			'edit true',
			'check true',
			'done true',
		]);
		expect(log.of('file_changed')).toHaveLength(2);
		expect(log.events[0]).toMatchObject({ type: 'started', provider: 'anthropic' });
		expect(log.events.at(-1)).toMatchObject({ type: 'stopped', reason: 'done' });
		expect(log.text).toBe('I add a condition.');
	});

	it('creates collections through plan and apply', async () => {
		const { outcome, schema, log } = await play([
			{
				reply: message(
					call('schema_plan', {
						create: [
							{
								name: 'posts',
								fields: [{ name: 'title', type: 'text', required: true, max: 100 }],
								rules: { list: '', view: '' },
							},
						],
					}),
				),
			},
			{ expect: contains('Plan plan1:', 'New table posts.'), reply: applyLastPlan },
			{ expect: contains('Applied.'), reply: message(done) },
		]);
		expect(outcome.reason).toBe('done');
		expect([...schema.collections.keys()]).toEqual(['posts']);
		expect(log.of('schema_changed')).toEqual([
			{ type: 'schema_changed', summary: ['New table posts.'] },
		]);
	});

	it('goes on when a person declines a change', async () => {
		const { outcome, schema } = await play(
			[
				{ reply: message(call('schema_plan', { delete: ['posts'] })) },
				{ expect: contains('[destroys]', 'A person has to agree'), reply: applyLastPlan },
				{
					expect: contains('declined'),
					reply: message(call('done', { summary: ['Nothing'], notDone: ['Deleting posts'] })),
				},
			],
			{ prepare: ({ schema: port }) => (port.decide = async () => 'rejected') },
		);
		expect(outcome.card.notDone).toEqual(['Deleting posts']);
		expect(schema.applied).toEqual([]);
	});

	it('gives files, history and the app as context and keeps the prefix unchanged', async () => {
		const { server } = await play(
			[
				{ reply: message(call('list', {})) },
				{ reply: message(call('read', { path: 'AGENTS.md' })) },
				{ reply: message(call('grep', { query: 'Hello' })) },
				{ reply: message(done) },
			],
			{
				files: { 'src/App.svelte': good, 'AGENTS.md': 'Always write in green.' },
				text: 'Now a footer.',
				run: {
					history: [
						{ text: 'Make a page.', reason: 'done', card: undefined },
						{ text: 'Something bad.', reason: 'refused_by_model', card: undefined },
					],
				},
			},
		);
		const [first] = server.requests;
		const opening = JSON.stringify(first?.body.messages[0]);
		expect(opening).toContain('Make a page.');
		expect(opening).not.toContain('Something bad.');
		expect(opening).toContain('src/App.svelte (15 bytes)');
		expect(JSON.stringify(first?.body.system)).toContain('Always write in green.');
		const system = server.requests.map(({ body }) => JSON.stringify([body.tools, body.system]));
		expect(new Set(system).size).toBe(1);
		// Two on the system prompt, and the two newest user messages.
		const markers = server.requests.map(({ text }) => text.split('"cache_control"').length - 1);
		expect(markers).toEqual([3, 4, 4, 4]);
	});

	it('reads usage once, and prices it', async () => {
		const { outcome, log } = await play(
			[
				{
					reply: {
						kind: 'message',
						blocks: [call('list', {})],
						usage: {
							input_tokens: 1000,
							cache_creation_input_tokens: 2000,
							cache_read_input_tokens: 0,
							output_tokens: 50,
						},
					},
				},
				{
					reply: {
						kind: 'message',
						blocks: [done],
						usage: {
							input_tokens: 10,
							cache_creation_input_tokens: 100,
							cache_read_input_tokens: 3000,
							output_tokens: 30,
						},
					},
				},
			],
			{ run: { price: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } } },
		);
		expect(outcome.card.cost).toEqual({
			inputTokens: 3110,
			outputTokens: 80,
			cachedTokens: 3000,
			usd: (1010 * 3 + 80 * 15 + 3000 * 0.3 + 2100 * 3.75) / 1_000_000,
		});
		// Each answer by itself.
		expect(log.of('usage').map((event) => [event.inputTokens, event.cachedTokens])).toEqual([
			[3000, 0],
			[110, 3000],
		]);
	});

	it('sends thinking back unchanged while its tool cycle is open', async () => {
		const { outcome } = await play([
			{
				reply: {
					kind: 'message',
					blocks: [
						{ type: 'thinking', thinking: 'Hm, “what” is there? 🤔', signature: 'sig-1' },
						call('list', {}, 'call-1'),
					],
				},
			},
			{
				reply: message({ type: 'unknown_kind', payload: 'x' }, say('Fine.'), done),
			},
		]);
		expect(outcome.reason).toBe('done');
	});

	it('nudges a model that stops without done, and then judges by the checks', async () => {
		const idle = await play([
			{ reply: message(say('The answer is 42.')) },
			{ expect: contains('without calling done'), reply: message(say('As I said.')) },
		]);
		expect(idle.outcome.reason).toBe('done');
		expect(idle.checks.runs).toBe(0);

		const red = await play([
			{
				reply: message(call('write', { path: 'src/App.svelte', content: '{#if' })),
			},
			{ reply: message(say('All works.')) },
			{ reply: message(say('Really.')) },
		]);
		expect(red.outcome.reason).toBe('checks_failing');
		expect(red.outcome.card.done).toEqual(['Changed src/App.svelte']);
	});

	it('lets answers end by themselves, so that connections are used again', async () => {
		const { server } = await play([
			{ reply: message(call('list', {})) },
			{ reply: message(call('read', { path: 'none' })) },
			{ reply: message(call('grep', { query: 'x' })) },
			{ reply: message(done) },
		]);
		const ends = await Promise.all(server.requests.map(({ ended }) => ended));
		expect(new Set(ends)).toEqual(new Set(['answered']));
		// A connection comes free a moment after its answer: the next request may need a second one, not a third.
		expect(new Set(server.requests.map(({ port }) => port)).size).toBeLessThanOrEqual(2);
	});

	it('executes nothing behind done', async () => {
		const { workspace } = await play([
			{ reply: message(done, call('write', { path: 'late.txt', content: 'x' })) },
		]);
		expect(workspace.files.size).toBe(0);
	});
});
