import { describe, expect, it } from 'vitest';
import { keptTail } from '#lib/server/agent/compaction.ts';
import { estimateMessages, estimateRequest, estimateText } from '#lib/server/agent/estimate.ts';
import type { Message } from '#lib/server/agent/messages.ts';
import { globalPrompt } from '#lib/server/agent/prompt/index.ts';
import { toolSpecs } from '#lib/server/agent/tools/index.ts';
import {
	call,
	contains,
	message,
	refuse,
	say,
	type MessagesRequest,
	type Reply,
	type Step,
} from '../../../../fixtures/messages-server/index.ts';
import { play } from './support/play.ts';

/** Different lines, about 4,000 tokens as they are read. */
const page = (name: string): string =>
	`<p>${name}</p>\n${Array.from({ length: 400 }, (_, at) => `<p>${name} line ${at} of it</p>`).join('\n')}\n`;
const files = Object.fromEntries(
	['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => [`src/${name}.svelte`, page(name)]),
);
const read = (name: string): Step => ({
	reply: message(call('read', { path: `src/${name}.svelte` })),
});
const done: Step = { reply: message(call('done', { summary: ['Finished'] })) };
const textOf = (request: MessagesRequest | undefined): string => JSON.stringify(request?.messages);
const base = estimateRequest({ tools: toolSpecs, system: [globalPrompt], messages: [] });
/** Room for four files beside the tools and the system prompt. */
const small = {
	maxTokens: 2000,
	contextTokens: Math.ceil((base + 4.3 * 1.1 * estimateText(page('a')) + 2000) / 0.95),
};

describe('keptTail', () => {
	const turn = (id: string, isError = false, size = 400): readonly Message[] => [
		{ role: 'assistant', content: [{ type: 'tool_call', id, name: 'read', input: { path: id } }] },
		{
			role: 'user',
			content: [{ type: 'tool_result', callId: id, text: 'x'.repeat(size), isError }],
		},
	];
	const first: Message = { role: 'user', content: [{ type: 'text', text: 'Do it.' }] };
	const idsOf = (messages: readonly Message[]): readonly string[] =>
		messages.flatMap(({ content }) =>
			content.flatMap((block) => (block.type === 'tool_call' ? [block.id] : [])),
		);
	const all = [first, ...['a', 'b', 'c', 'd', 'e'].flatMap((id) => turn(id))];
	const one = estimateMessages(turn('a'));

	it.each([
		[0, []],
		[one - 1, []],
		[one, ['e']],
		[2 * one, ['d', 'e']],
		[100 * one, ['a', 'b', 'c', 'd', 'e']],
	])('%d tokens', (tokens, ids) => {
		const tail = keptTail(all, tokens);
		expect(idsOf(tail)).toEqual(ids);
		expect(tail[0]?.role ?? 'assistant').toBe('assistant');
	});

	it('leaves out attempts that failed, but not the newest', () => {
		const mixed = [first, ...turn('a', true), ...turn('b'), ...turn('c', true), ...turn('d', true)];
		expect(idsOf(keptTail(mixed, 100 * one))).toEqual(['b', 'd']);
	});

	it('never parts a call from its result, wherever it is cut', () => {
		const parallel: readonly Message[] = [
			{
				role: 'assistant',
				content: ['x', 'y'].map((id) => ({ type: 'tool_call', id, name: 'list', input: {} })),
			},
			{
				role: 'user',
				content: ['x', 'y'].map((id) => ({
					type: 'tool_result',
					callId: id,
					text: 'z'.repeat(300),
					isError: id === 'x',
				})),
			},
		];
		const mixed = [first, ...turn('a'), ...parallel, ...turn('b', true), ...turn('c')];
		for (let tokens = 0; tokens < 8 * one; tokens += 7) {
			const tail = keptTail(mixed, tokens);
			const results = tail.flatMap(({ content }) =>
				content.flatMap((block) => (block.type === 'tool_result' ? [block.callId] : [])),
			);
			expect(results).toEqual(idsOf(tail));
		}
	});
});

describe('a conversation that becomes too long', () => {
	const options: NonNullable<Parameters<typeof play>[1]> = {
		files: { ...files, 'src/App.svelte': '<p>start</p>\n' },
		text: 'Make all pages blue.',
		run: {
			limits: small,
			plan: '1. Paint.',
			history: [{ text: 'Earlier.', reason: 'done', card: undefined }],
		},
		server: { cache: { now: () => 0 } },
		prepare: ({ facts, schema }) => {
			facts.facts.push({ kind: 'preference', text: 'Blue is #00f.' });
			schema.decide = async () => 'rejected';
		},
	};
	const start: readonly Step[] = [
		{ reply: message(call('schema_plan', { delete: ['posts'] })) },
		{ reply: message(call('schema_apply', { plan: 'plan1' })) },
		{
			reply: message(
				say('I paint the first page.'),
				call('read', { path: 'src/App.svelte' }),
				call('write', { path: 'src/App.svelte', content: '<p>blue</p>\n' }),
				call('todo', {
					items: [
						{ text: 'First page', done: true },
						{ text: 'Other pages', done: false },
					],
				}),
			),
		},
		{ reply: message(call('read', { path: 'src/none.svelte' })) },
	];

	it('is shortened once to what counts and its newest part, before it overflows', async () => {
		const steps = [...start, ...['a', 'b', 'c', 'd', 'e', 'f'].map(read)];
		const { outcome, log, server } = await play(
			[...steps, { reply: message(call('todo', { items: [] })) }, done],
			options,
		);
		expect(outcome.reason).toBe('done');
		const [event, ...more] = log.of('compacted');
		expect(more).toEqual([]);
		expect(event).toMatchObject({ cause: 'overflow', how: 'summary' });
		expect(event?.after).toBeLessThan((event?.before ?? 0) * 0.75);
		const after = server.requests.find(({ body }) => textOf(body).includes('<so-far>'))?.body;
		const text = textOf(after);
		for (const kept of [
			'Make all pages blue.',
			'Blue is #00f.',
			'1. Paint.',
			'Files changed:\\n- src/App.svelte',
			'Declined by the person; do not ask for it again:\\n- [destroys] Delete the table posts.',
			'[x] First page',
			'[ ] Other pages',
			'I paint the first page.',
		])
			expect(text).toContain(kept);
		// The newest read is there, the oldest is not, and neither is the attempt that failed.
		expect(text).toMatch(/line 250 of it/);
		expect(text).not.toContain('<p>a</p>');
		expect(text).not.toContain('none.svelte');
		// The request stays the last block of the first message.
		expect(after?.messages[0]?.content.at(-1)).toMatchObject({ text: 'Make all pages blue.' });
	});

	it('has to read again what it no longer sees', async () => {
		const steps = [read('a'), read('b'), read('c'), read('d'), read('e'), read('f')];
		const edit = call('edit', { path: 'src/a.svelte', old: '<p>a</p>', new: '<p>A</p>' });
		const { workspace } = await play(
			[
				...steps,
				{ reply: message(edit) },
				{ expect: contains('has not been read in this run'), ...done },
			],
			options,
		);
		expect(workspace.files.get('src/a.svelte')).toBe(page('a'));
	});

	it('the second time nothing is kept but facts, with what was changed', async () => {
		const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
		const { outcome, log, server } = await play(
			[
				start[2] as Step,
				...names.map(read),
				...names.map(read),
				{ reply: message(call('todo', { items: [] })) },
				done,
			],
			{ ...options, run: { ...options.run, limits: small } },
		);
		expect(outcome.reason).toBe('done');
		expect(log.of('compacted').map(({ how }) => how)).toEqual(['summary', 'reset']);
		const reset = server.requests.find(({ body }) => textOf(body).includes('begins anew here'));
		expect(textOf(reset?.body)).toContain('-<p>start</p>\\n+<p>blue</p>');
		expect(reset?.body.messages).toHaveLength(1);
	});

	it('begins anew at once when the newest part is what is too long', async () => {
		const all = Object.keys(files).map((path) => call('read', { path }));
		const { outcome, log } = await play(
			[{ reply: message(...all) }, { expect: contains('begins anew here'), ...done }],
			options,
		);
		expect(outcome.reason).toBe('done');
		expect(log.of('compacted')).toMatchObject([{ cause: 'overflow', how: 'reset' }]);
	});

	it('is the same text for the same facts', async () => {
		const run = async (): Promise<string> => {
			const { server } = await play(
				[
					...start,
					...['a', 'b', 'c', 'd', 'e', 'f'].map(read),
					{ reply: message(call('todo', { items: [] })) },
					done,
				],
				options,
			);
			const after = server.requests.find(({ body }) => textOf(body).includes('<so-far>'));
			return textOf(after?.body).replace(/Time: [^U]*UTC/, '');
		};
		expect(await run()).toBe(await run());
	});
});

describe('a provider that says the conversation is too long', () => {
	const full: readonly (readonly [string, Reply])[] = [
		['413', refuse(413, 'request_too_large')],
		['400', refuse(400, 'invalid_request_error', {}, 'prompt is too long: 9 tokens')],
		[
			'its stop reason',
			{ kind: 'message', blocks: [], stopReason: 'model_context_window_exceeded' },
		],
	];
	const before = [read('a'), read('b'), read('c')];

	it.each(full)('%s: is asked once more with a shorter one', async (_name, reply) => {
		const { outcome, log } = await play(
			[
				...before,
				{ reply },
				{
					expect: (request) =>
						textOf(request).includes('<so-far>') ? undefined : 'nothing was shortened',
					...done,
				},
			],
			{ files },
		);
		expect(outcome.reason).toBe('done');
		expect(log.of('compacted')).toMatchObject([{ cause: 'context_full' }]);
	});

	it.each(full)('%s twice: ends with the reason', async (_name, reply) => {
		const { outcome, log } = await play([...before, { reply }, { reply }], {
			files,
			// It could be made still shorter, and is not: that was not the cause.
			run: { limits: small },
		});
		expect(outcome.reason).toBe('context_full');
		expect(log.of('compacted')).toHaveLength(1);
	});

	it('ends at once when there is nothing to shorten', async () => {
		const { outcome, log } = await play([{ reply: refuse(413, 'request_too_large') }]);
		expect(outcome.reason).toBe('context_full');
		expect(log.of('compacted')).toEqual([]);
	});

	it('stops while it is shortened, when it is told to', async () => {
		const stop = new AbortController();
		const { outcome } = await play([...before, { reply: refuse(413, 'request_too_large') }], {
			files,
			run: { signal: stop.signal },
			prepare: ({ log }) =>
				(log.onEvent = (event) => {
					if (event.type === 'compacted') stop.abort('interrupted');
				}),
		});
		expect(outcome.reason).toBe('interrupted');
	});
});
