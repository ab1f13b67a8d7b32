import { afterEach, describe, expect, it } from 'vitest';
import { createProvider, providerHealth } from '#lib/server/agent/index.ts';
import {
	chatCalls,
	chatText,
	startChatServer,
	type ChatReply,
	type ChatServer,
	type ChatStep,
} from '../../../../../fixtures/chat-server/index.ts';
import { playProvider, type Played } from '../support/play.ts';

let server: ChatServer | undefined;
afterEach(async () => {
	await server?.close();
	server = undefined;
});

const config = (url: string, protocol: 'tools' | 'text' = 'tools', apiKey = 'test-key') =>
	({ provider: 'openai', baseUrl: url, model: 'local-model', protocol, apiKey }) as const;

async function play(steps: readonly ChatStep[], protocol: 'tools' | 'text'): Promise<Played> {
	server = await startChatServer(steps);
	const provider = createProvider(config(server.url, protocol), fetch, 'n0nce');
	return playProvider(provider, { files: { 'src/App.svelte': '<h1>Hello</h1>\n' } });
}

const done = ['done', { summary: ['Finished'] }] as const;
const page = `<h1>Good morning</h1>\n<p>"quotes", \\n and {'</arg>'}</p>\n`;
const written = (tool: string, args: Readonly<Record<string, string>>): string =>
	`<call-n0nce tool="${tool}">\n${Object.entries(args)
		.map(([name, value]) => `<arg-n0nce name="${name}">${value}</arg-n0nce>\n`)
		.join('')}</call-n0nce>\n`;

describe('tools as part of the protocol', () => {
	it('plays a turn: parallel calls, ids of our own, the cached share counted apart', async () => {
		const { outcome, workspace, log } = await play(
			[
				{
					reply: chatCalls([
						['read', { path: 'src/App.svelte' }],
						['write', { path: 'src/a.svelte', content: page }],
					]),
				},
				// Ids begin again at call_0 with each answer there; here they are not the same calls.
				{ reply: chatCalls([['write', { path: 'src/b.svelte', content: 'b' }]]) },
				{ reply: chatCalls([done], 'stop') },
			],
			'tools',
		);
		server?.assertDone();
		expect(outcome.reason).toBe('done');
		expect(workspace.files.get('src/a.svelte')).toBe(page);
		expect(workspace.files.get('src/b.svelte')).toBe('b');
		expect(outcome.card.cost).toMatchObject({
			inputTokens: 120,
			cachedTokens: 180,
			outputTokens: 60,
		});
		expect(log.of('tool_started').map(({ callId }) => callId)).toEqual([
			'call_1',
			'call_2',
			'call_3',
			'call_4',
		]);
		// What was sent before is sent again byte for byte: servers keep prefixes too.
		const [first, second] = server?.requests ?? [];
		expect(second?.messages.slice(0, first?.messages.length)).toEqual(first?.messages);
		expect(second?.tools).toEqual(first?.tools);
	});

	const answers: readonly [name: string, reply: ChatReply, repair: boolean, reason: string][] = [
		['arguments that are no JSON', chatCalls([['write', '{"path": "x']]), true, 'done'],
		['an unknown tool', chatCalls([['deploy', {}]]), true, 'done'],
		[
			'a chunk that does not fit',
			withChunk({ choices: [{ delta: { content: 5 } }] }),
			false,
			'done',
		],
		['a cut at the length limit', chatText('I will', 'length'), true, 'done'],
		['a filter', chatText('No.', 'content_filter'), false, 'refused_by_model'],
		['a finish nobody knows', chatText('?', 'tired'), false, 'provider_error'],
	];
	for (const [name, reply, repair, reason] of answers)
		it(`${name}: ${reason}`, async () => {
			const steps: ChatStep[] = [{ reply }, ...(repair ? [{ reply: chatCalls([done]) }] : [])];
			const { outcome, workspace } = await play(steps, 'tools');
			server?.assertDone();
			expect(outcome.reason).toBe(reason);
			expect([...workspace.files.keys()]).toEqual(['src/App.svelte']);
		});

	const failures: readonly [name: string, reply: ChatReply, retried: boolean, reason: string][] = [
		['429', status(429, { message: 'slow down' }), true, 'done'],
		[
			'429 for an empty account',
			status(429, { code: 'insufficient_quota' }),
			false,
			'key_rejected',
		],
		['503', status(503, {}), true, 'done'],
		['404', status(404, { code: 'model_not_found' }), false, 'provider_error'],
		['400', status(400, { message: 'bad' }), false, 'provider_error'],
		['a broken stream', { ...chunks(chatText('Half')), cut: 'reset' }, true, 'done'],
		['a stream without an end', { ...chunks(chatText('Half'), 3), cut: 'end' }, true, 'done'],
		['one byte at a time', { ...chunks(chatCalls([done])), size: 1 }, false, 'done'],
	];
	for (const [name, reply, retried, reason] of failures)
		it(`${name}: ${retried ? 'asked again, ' : ''}${reason}`, async () => {
			const { outcome, log } = await play(
				[{ reply }, ...(retried ? [{ reply: chatCalls([done]) }] : [])],
				'tools',
			);
			server?.assertDone();
			expect(outcome.reason).toBe(reason);
			expect(log.of('retrying')).toHaveLength(retried ? 1 : 0);
		});
});

describe('calls written as text', () => {
	it('plays a turn: nothing encoded, lists as JSON, results between marks', async () => {
		const { outcome, workspace, log } = await play(
			[
				{
					reply: chatText(
						`I look first.\n${written('read', { path: 'src/App.svelte' })}`,
						'stop',
						3,
					),
				},
				{
					expect: ({ messages }) =>
						messages.at(-1)?.content?.startsWith('<result-n0nce call="call_1" ok>')
							? undefined
							: `no result: ${String(messages.at(-1)?.content)}`,
					reply: chatText(
						`${written('edit', { path: 'src/App.svelte', old: 'Hello', new: 'Hi' })}\n${written('write', { path: 'src/a.svelte', content: `\n${page}` })}`,
					),
				},
				{ reply: chatText(written('done', { summary: '["Finished"]' })) },
			],
			'text',
		);
		server?.assertDone();
		expect(outcome.reason).toBe('done');
		expect(workspace.files.get('src/App.svelte')).toBe('<h1>Hi</h1>\n');
		expect(workspace.files.get('src/a.svelte')).toBe(page);
		const shown = log
			.of('text')
			.map(({ delta }) => delta)
			.join('');
		expect(shown).toContain('I look first.');
		expect(shown).not.toContain('call-n0nce');
		expect(server?.requests[0]?.tools).toBeUndefined();
		// The model's own words come back to it as they were.
		expect(server?.requests[1]?.messages.at(-2)?.content).toBe(
			'I look first.\n<call-n0nce tool="read">\n<arg-n0nce name="path">src/App.svelte</arg-n0nce>\n</call-n0nce>',
		);
	});

	const texts: readonly [name: string, text: string, finish: string][] = [
		[
			'a call with another code, quoted from somewhere',
			written('write', {}).replaceAll('n0nce', 'guess'),
			'stop',
		],
		['a fenced block of JSON', '```json\n{"tool":"write","path":"a"}\n```', 'stop'],
		[
			'a call that is not closed',
			'<call-n0nce tool="write">\n<arg-n0nce name="path">a</arg-n0nce>',
			'stop',
		],
		[
			'a call cut at the length limit',
			'<call-n0nce tool="write">\n<arg-n0nce name="content">a',
			'length',
		],
		[
			'an argument that is not closed',
			'<call-n0nce tool="write">\n<arg-n0nce name="path">a</call-n0nce>',
			'stop',
		],
		['words between the arguments', '<call-n0nce tool="delete">\nplease\n</call-n0nce>', 'stop'],
		['a list that is no JSON', written('done', { summary: 'Finished' }), 'stop'],
		['a name with quotes', '<call-n0nce tool="a"b">\n</call-n0nce>', 'stop'],
		['an argument called __proto__', written('write', { __proto__x: 'x', path: 'a' }), 'stop'],
	];
	for (const [name, text, finish] of texts)
		it(`executes nothing for ${name}`, async () => {
			const { outcome, workspace } = await play(
				[
					{ reply: chatText(text, finish) },
					{ reply: chatText(written('done', { summary: '["ok"]' })) },
				],
				'text',
			);
			server?.assertDone();
			expect(outcome.reason).toBe('done');
			expect([...workspace.files.keys()]).toEqual(['src/App.svelte']);
		});
});

describe('the test of a connection', () => {
	const ready = {
		choices: [
			{
				message: {
					tool_calls: [{ id: 'a', type: 'function', function: { name: 'ready', arguments: '{}' } }],
				},
			},
		],
	};
	const words = { choices: [{ message: { content: 'ok' } }] };
	const whole = (chunk: unknown): ChatStep => ({ reply: { kind: 'chunks', chunks: [chunk] } });
	const noTools: ChatStep = { reply: status(400, { message: 'tools are not supported' }) };
	const cases: readonly [string, readonly ChatStep[], string | null, object][] = [
		['calls the tool', [whole(ready)], 'test-key', { ok: true, tools: true }],
		['answers in words', [whole(words)], 'test-key', { ok: true, tools: false }],
		[
			'refuses tools, answers without',
			[noTools, whole(words)],
			'test-key',
			{ ok: true, tools: false },
		],
		['refuses both', [noTools, noTools], 'test-key', { ok: false, code: 'provider_failed' }],
		['needs no key', [whole(ready)], null, { ok: true, tools: true }],
		['has a wrong key', [], 'other', { ok: false, code: 'key_rejected' }],
	];
	for (const [name, steps, key, expected] of cases)
		it(name, async () => {
			server = await startChatServer(steps, key);
			const health = await providerHealth(
				config(server.url, 'tools', key === null ? '' : 'test-key'),
				AbortSignal.timeout(5000),
			);
			expect(health).toMatchObject(expected);
			server.assertDone();
			if (key === null) expect(server.authorizations).toEqual([undefined]);
		});

	it('has nobody there', async () => {
		const health = await providerHealth(config('http://127.0.0.1:9/v1'), AbortSignal.timeout(5000));
		expect(health).toMatchObject({ ok: false, code: 'provider_unreachable' });
	});
});

function status(code: number, error: Readonly<Record<string, unknown>>): ChatReply {
	return { kind: 'status', status: code, error };
}
function chunks(reply: ChatReply, drop = 0): Extract<ChatReply, { kind: 'chunks' }> {
	if (reply.kind !== 'chunks') throw new Error('not a stream');
	return { ...reply, chunks: reply.chunks.slice(0, reply.chunks.length - drop) };
}
function withChunk(chunk: unknown): ChatReply {
	const reply = chunks(chatCalls([done]));
	return { ...reply, chunks: [chunk, ...reply.chunks] };
}
