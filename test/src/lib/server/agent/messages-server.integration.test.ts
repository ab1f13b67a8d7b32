import { describe, expect, it } from 'vitest';
import {
	maxRequestBytes,
	message,
	say,
	startMessagesServer,
} from '../../../../fixtures/messages-server/index.ts';

const tools = [{ name: 'list', input_schema: { type: 'object' } }];
const user = (...content: readonly unknown[]) => ({ role: 'user', content });
const assistant = (...content: readonly unknown[]) => ({ role: 'assistant', content });
const text = (words: string, more: object = {}) => ({ type: 'text', text: words, ...more });
const body = (messages: readonly unknown[], more: object = {}) => ({
	model: 'm',
	max_tokens: 1,
	tools,
	messages,
	...more,
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

	it('refuses a body over the limit of bytes', async () => {
		const server = await startMessagesServer([]);
		const long = body([user(text('x'.repeat(maxRequestBytes)))]);
		expect((await ask(server.url, long)).status).toBe(413);
		expect(() => server.assertDone()).toThrow(/limit of bytes/);
		await server.close();
	});

	it('refuses another key', async () => {
		const server = await startMessagesServer([], { key: 'other' });
		expect((await ask(server.url, hello)).status).toBe(401);
		await server.close();
	});
});
