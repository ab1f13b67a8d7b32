import { describe, expect, it } from 'vitest';
import {
	lint,
	message,
	say,
	startMessagesServer,
} from '../../../../fixtures/messages-server/index.ts';

const tools = [{ name: 'list', input_schema: { type: 'object' } }];
const user = (...content: readonly unknown[]) => ({ role: 'user', content });
const assistant = (...content: readonly unknown[]) => ({ role: 'assistant', content });
const text = (words: string, more: object = {}) => ({ type: 'text', text: words, ...more });
const use = (id: string, input: unknown = {}) => ({ type: 'tool_use', id, name: 'list', input });
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'x' });
const marker = { cache_control: { type: 'ephemeral' } };
const body = (messages: readonly unknown[], more: object = {}) => ({
	model: 'm',
	max_tokens: 1,
	tools,
	messages,
	...more,
});

describe('the request linter', () => {
	const good = [
		['text', body([user(text('a'))])],
		['a call and its result', body([user(text('a')), assistant(use('1')), user(result('1'))])],
		[
			'results, then text',
			body([user(text('a')), assistant(use('1')), user(result('1'), text('b'))]),
		],
		[
			'two user messages in a row',
			body([user(text('a')), assistant(use('1')), user(result('1')), user(text('b'))]),
		],
		[
			'four markers',
			body([user(text('a', marker), text('b', marker))], {
				system: [text('s', marker), text('t', marker)],
			}),
		],
	] as const;
	it.each(good)('takes %s', (_name, request) => {
		expect(lint(request)).toBeUndefined();
	});

	const bad = [
		['no max_tokens', { ...body([user(text('a'))]), max_tokens: undefined }],
		['an unknown field', body([user(text('a'))], { temprature: 1 })],
		['temperature', body([user(text('a'))], { temperature: 1 })],
		['no messages', body([])],
		['an assistant first', body([assistant(text('a'))])],
		['empty text', body([user(text(' '))])],
		['no content', body([user()])],
		['a call without a result', body([user(text('a')), assistant(use('1')), user(text('b'))])],
		['a call at the end', body([user(text('a')), assistant(use('1'))])],
		[
			'text before results',
			body([user(text('a')), assistant(use('1')), user(text('b'), result('1'))]),
		],
		['two results', body([user(text('a')), assistant(use('1')), user(result('1'), result('1'))])],
		['an unknown id', body([user(text('a')), assistant(text('b')), user(result('1'))])],
		[
			'an id used twice',
			body([
				user(text('a')),
				assistant(use('1')),
				user(result('1')),
				assistant(use('1')),
				user(result('1')),
			]),
		],
		['a list as input', body([user(text('a')), assistant(use('1', [])), user(result('1'))])],
		[
			'five markers',
			body([user(text('a', marker), text('b', marker), text('c', marker))], {
				system: [text('s', marker), text('t', marker)],
			}),
		],
		[
			'invented thinking',
			body([
				user(text('a')),
				assistant({ type: 'thinking', thinking: 'x', signature: 's' }, text('b')),
				user(text('c')),
			]),
		],
		['an extra field in a block', body([user(text('a', { note: 1 }))])],
	] as const;
	it.each(bad)('refuses %s', (_name, request) => {
		expect(lint(request)).toEqual(expect.any(String));
	});

	it('wants thinking back while its tool cycle is open', () => {
		const request = body([user(text('a')), assistant(use('1')), user(result('1'))]);
		expect(lint(request, new Map([['s', 'x']]), new Map([['1', 's']]))).toMatch(/thinking/);
	});
});

describe('the scripted server', () => {
	const ask = (url: string, request: unknown) =>
		fetch(`${url}/v1/messages`, {
			method: 'POST',
			headers: { authorization: 'Bearer test-key', 'anthropic-version': '2026-10-21' },
			body: JSON.stringify(request),
		});
	const hello = body([user(text('a'))]);

	it('fails when a step is not reached', async () => {
		const server = await startMessagesServer([{ name: 'greeting', reply: message(say('hi')) }]);
		expect(() => server.assertDone()).toThrow('greeting was not reached');
		await server.close();
	});

	it('fails on a request too much, on a refused one, and on one that is not expected', async () => {
		const server = await startMessagesServer([
			{ expect: () => 'something else', reply: message(say('hi')) },
		]);
		expect((await ask(server.url, hello)).status).toBe(200);
		expect((await ask(server.url, hello)).status).toBe(400);
		expect((await ask(server.url, { ...hello, temperature: 1 })).status).toBe(400);
		expect(() => server.assertDone()).toThrow(/something else[^]*no step is left[^]*temperature/);
		await server.close();
	});

	it('fails when a conversation is rewritten', async () => {
		const server = await startMessagesServer([
			{ reply: message(say('hi')) },
			{ reply: message(say('ho')) },
		]);
		await ask(server.url, body([user(text('a')), assistant(text('b')), user(text('c'))]));
		await ask(server.url, body([user(text('a')), assistant(text('B')), user(text('c'))]));
		expect(() => server.assertDone()).toThrow(/messages\.1 was rewritten/);
		await server.close();
	});

	it('refuses another key', async () => {
		const server = await startMessagesServer([], { key: 'other' });
		expect((await ask(server.url, hello)).status).toBe(401);
		await server.close();
	});
});
