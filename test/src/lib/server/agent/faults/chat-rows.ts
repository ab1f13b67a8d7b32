import { expect } from 'vitest';
import {
	chatCalls,
	chatText,
	type ChatReply,
	type ChatRequest,
	type ChatStep,
} from '../../../../../fixtures/chat-server/index.ts';
import { never, type Expected, type Place } from './cells.ts';
import { createImpatientClock } from './clock.ts';

/** One row of the fault matrix against an OpenAI-compatible server. */
export interface ChatRow extends Expected {
	readonly steps: readonly ChatStep[];
	/** What is wrong with the request that follows, or nothing. */
	readonly next?: (request: ChatRequest) => string | undefined;
}

type Stream = Extract<ChatReply, { kind: 'chunks' }>;
const status = (code: number, error: object = {}, headers = {}): ChatReply => ({
	kind: 'status',
	status: code,
	error: { ...error },
	headers,
});
const times = (count: number, reply: ChatReply): readonly ChatStep[] =>
	Array.from({ length: count }, () => ({ reply }));
const stream = (reply: ChatReply): Stream => {
	if (reply.kind !== 'chunks') throw new Error('not a stream');
	return reply;
};
const lost = stream(chatCalls([['write', { path: never, content: '<p>never</p>\n' }]]));
const both = (text: string): Stream => ({
	...lost,
	chunks: [...stream(chatText(text)).chunks.slice(0, -2), ...lost.chunks],
});
const at =
	(part: string, more = 0) =>
	(body: Buffer): number =>
		body.indexOf(Buffer.from(part)) + more;
const told =
	(words: string) =>
	({ messages }: ChatRequest): string | undefined =>
		JSON.stringify(messages.slice(-2)).includes(words)
			? undefined
			: `not told ${words}: ${JSON.stringify(messages.slice(-2))}`;
const forever = [1000, 2000, 4000, 8000, 16_000];
const impatient = () => ({ run: { clock: createImpatientClock() } });
const bad = (name: string, calls: Parameters<typeof chatCalls>[0], words: string): ChatRow => ({
	id: 'F13',
	name,
	steps: [{ reply: chatCalls(calls) }],
	ends: 'recovers',
	next: told(words),
});
const overflow: readonly (readonly [string, ChatReply])[] = [
	['413', status(413)],
	['400 with a code', status(400, { code: 'context_length_exceeded', message: 'too many' })],
	['400 in words', status(400, { message: 'maximum context length is 8192 tokens' })],
];
const longText = Array.from({ length: 400 }, (_, n) => `line ${n} of a long text`).join('\n');

/** F1 to F10 and F12 to F14 in the other protocol. */
export const chatRows: readonly ChatRow[] = [
	{
		id: 'F1',
		name: '429 with retry-after',
		steps: times(1, status(429, {}, { 'retry-after': '7' })),
		ends: 'recovers',
		waits: [7000],
	},
	{ id: 'F1', name: '429 without', steps: times(1, status(429)), ends: 'recovers', waits: [1000] },
	{
		id: 'F2',
		name: '429 for ever',
		steps: times(6, status(429)),
		ends: 'provider_overloaded',
		waits: forever,
		says: /limits the number/,
	},
	{
		id: 'F2',
		name: '429 that asks for an hour',
		steps: times(1, status(429, {}, { 'retry-after': '3600' })),
		ends: 'provider_overloaded',
	},
	{
		id: 'F3',
		name: '529 twice',
		steps: times(2, status(529)),
		ends: 'recovers',
		waits: [1000, 2000],
	},
	{
		id: 'F3',
		name: '529 for ever',
		steps: times(6, status(529)),
		ends: 'provider_overloaded',
		waits: forever,
	},
	...[500, 502, 503, 504].map((code): ChatRow => ({
		id: 'F4',
		name: `${code} once`,
		steps: times(1, status(code)),
		ends: 'recovers',
		waits: [1000],
	})),
	{
		id: 'F5',
		name: '400',
		steps: times(1, status(400, { message: 'messages: bad' })),
		ends: 'provider_error',
		says: /It says: messages: bad/,
	},
	{
		id: 'F6',
		name: '401',
		steps: times(1, status(401, { code: 'invalid_api_key' })),
		ends: 'key_rejected',
	},
	{
		id: 'F6',
		name: '402',
		steps: times(1, status(402, { message: 'no credit' })),
		ends: 'key_rejected',
		says: /no credit/,
	},
	{ id: 'F6', name: '403', steps: times(1, status(403)), ends: 'key_rejected' },
	{
		id: 'F6',
		name: '429 for an empty account',
		steps: times(1, status(429, { code: 'insufficient_quota' })),
		ends: 'key_rejected',
	},
	{
		id: 'F6',
		name: '401 that echoes the key',
		steps: times(1, status(401, { message: 'wrong: test-key' })),
		ends: 'key_rejected',
		check: ({ log, outcome }) =>
			expect(JSON.stringify([log.events, outcome])).not.toContain('test-key'),
	},
	{
		id: 'F7',
		name: '404',
		steps: times(1, status(404, { code: 'model_not_found' })),
		ends: 'provider_error',
		says: /does not know the model local-model/,
	},
	...overflow.map(([name, reply]): ChatRow => ({
		id: 'F8',
		name,
		steps: times(1, reply),
		places: ['first step', 'mid-turn', 'during compaction'],
		ends: (place: Place) => (place === 'mid-turn' ? 'recovers' : 'context_full'),
		options: (place) => (place === 'mid-turn' ? { files: { 'long.txt': longText } } : {}),
	})),
	{
		id: 'F9',
		name: 'an error in the stream',
		steps: times(1, {
			...stream(chatText('I begin.')),
			chunks: [
				...stream(chatText('I begin.')).chunks.slice(0, -2),
				{ error: { message: 'overloaded', code: 'overloaded' } },
			],
		}),
		ends: 'recovers',
		waits: [1000],
		shown: /^I begin\.$/,
		next: told('The connection broke here'),
	},
	{
		id: 'F10',
		name: 'no headers',
		steps: times(1, { kind: 'drop' }),
		ends: 'recovers',
		waits: [1000],
	},
	...(['reset', 'end'] as const).flatMap((cut): readonly ChatRow[] => [
		{
			id: 'F10',
			name: `${cut} behind the headers`,
			steps: times(1, { ...lost, cut, cutAt: () => 0 }),
			ends: 'recovers',
			waits: [1000],
		},
		{
			id: 'F10',
			name: `${cut} in the text, in a character`,
			steps: times(1, { ...both('First I look. Then I make it schön.'), cut, cutAt: at('ö', 1) }),
			ends: 'recovers',
			waits: [1000],
			shown: /^First I look\.[^�]*$/,
			next: told('The connection broke here'),
		},
		{
			id: 'F10',
			name: `${cut} in a call`,
			steps: times(1, { ...both('I write.'), cut, cutAt: at('"arguments":"', 200) }),
			ends: 'recovers',
			waits: [1000],
			shown: /^I write\.$/,
			next: told('The connection broke here'),
		},
		{
			id: 'F10',
			name: `${cut} behind the last argument`,
			steps: times(1, {
				...both('I write.'),
				cut,
				cutAt: at('data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"'),
			}),
			ends: 'recovers',
			waits: [1000],
			next: told('The connection broke here'),
		},
	]),
	{
		id: 'F11',
		name: 'comments only',
		steps: times(1, { ...lost, cut: 'comments', cutAt: at('"arguments":"', 200) }),
		ends: 'recovers',
		waits: [1000],
		options: impatient,
	},
	{
		id: 'F12',
		name: 'JSON that ends too early',
		steps: times(1, chatCalls([['write', `{"path":"${never}","content":"x`]])),
		ends: 'recovers',
		next: told('not valid JSON'),
	},
	{
		id: 'F12',
		name: 'words',
		steps: times(1, chatCalls([['list', 'all of them']])),
		ends: 'recovers',
		next: told('not valid JSON'),
	},
	bad('a list as input', [['write', '[1]']], 'does not fit'),
	bad('a field is missing', [['write', { path: never }]], 'content'),
	bad('a field too much', [['list', { deep: true }]], 'deep'),
	bad('an unknown tool', [['shell', { command: 'ls' }]], 'There is no tool shell'),
	bad('a tool of the other mode', [['save_plan', { text: 'A plan.' }]], 'No plan is asked for'),
	{
		id: 'F14',
		name: 'cut in the text',
		steps: times(1, chatText('I begin and', 'length')),
		ends: 'recovers',
		next: told('Go on where it ends'),
	},
	{
		id: 'F14',
		name: 'cut in a call',
		steps: times(1, chatCalls([['write', `{"path":"${never}","content":"<p`]], 'length')),
		ends: 'recovers',
		next: told('inside the call of write'),
	},
	{
		id: 'F14',
		name: 'cut before anything came',
		steps: times(1, chatText('', 'length')),
		ends: 'recovers',
		next: told('length limit'),
	},
	{
		id: 'F14',
		name: 'cut for ever',
		steps: times(3, chatText('Hm', 'length')),
		ends: 'output_limit',
	},
];
