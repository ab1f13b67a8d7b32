import { expect } from 'vitest';
import {
	call,
	refuse,
	say,
	type MessagesRequest,
	type Reply,
	type ScriptBlock,
	type Step,
	type Wire,
} from '../../../../../fixtures/messages-server/index.ts';
import { never, type Expected, type Place } from './cells.ts';
import { createImpatientClock } from './clock.ts';

/** One row of the fault matrix against the Messages API. */
export interface MessagesRow extends Expected {
	/** What goes wrong. */
	readonly steps: readonly Step[];
	/** The client is seen to close the connection of the last request. */
	readonly closes?: boolean;
	/** What is wrong with the request that follows, or nothing. */
	readonly next?: (request: MessagesRequest) => string | undefined;
}

export const wired = (wire: Wire, ...blocks: readonly ScriptBlock[]): Reply => ({
	kind: 'message',
	blocks,
	wire,
});
export const lost = call('write', { path: never, content: '<p>never</p>\n' });
const times = (count: number, reply: Reply): readonly Step[] =>
	Array.from({ length: count }, () => ({ reply }));
const forever = [1000, 2000, 4000, 8000, 16_000];
const once = [1000];
const impatient = () => ({ run: { clock: createImpatientClock() } });
const untilOf =
	(part: string, more = 0) =>
	(body: Buffer): number =>
		body.indexOf(Buffer.from(part)) + more;

const limited = (headers: Readonly<Record<string, string>> = {}): Reply =>
	refuse(429, 'rate_limit_error', headers);
const tooLong: readonly (readonly [string, Reply])[] = [
	['413', refuse(413, 'request_too_large')],
	['400 in words', refuse(400, 'invalid_request_error', {}, 'prompt is too long: 9 tokens')],
	['its stop reason', { kind: 'message', blocks: [], stopReason: 'model_context_window_exceeded' }],
];
/** Too short to be made shorter, or made as short as can be before. */
const cannotShorten = (place: Place): boolean => place !== 'mid-turn';

/** F1 to F11: what a provider and the way to it can do. */
export const providerRows: readonly MessagesRow[] = [
	{
		id: 'F1',
		name: '429 with retry-after',
		steps: times(1, limited({ 'retry-after': '7' })),
		ends: 'recovers',
		waits: [7000],
	},
	{
		id: 'F1',
		name: '429 with retry-after-ms',
		steps: times(1, limited({ 'retry-after-ms': '2500' })),
		ends: 'recovers',
		waits: [2500],
	},
	{ id: 'F1', name: '429 without', steps: times(1, limited()), ends: 'recovers', waits: once },
	{
		id: 'F1',
		name: '429 with a word',
		steps: times(1, limited({ 'retry-after': 'soon' })),
		ends: 'recovers',
		waits: once,
	},
	{
		id: 'F1',
		name: '429 with a date gone by',
		steps: times(1, limited({ 'retry-after': 'Thu, 01 Jan 2015 00:00:00 GMT' })),
		ends: 'recovers',
		waits: once,
	},
	{
		id: 'F2',
		name: '429 for ever',
		steps: times(6, limited()),
		ends: 'provider_overloaded',
		waits: forever,
		says: /limits the number/,
	},
	{
		id: 'F2',
		name: '429 that asks for an hour',
		steps: times(1, limited({ 'retry-after': '3600' })),
		ends: 'provider_overloaded',
		says: /limits the number/,
	},
	{
		id: 'F2',
		name: '429 whose waits add up',
		steps: times(3, limited({ 'retry-after': '80' })),
		ends: 'provider_overloaded',
		waits: [80_000, 80_000],
	},
	{
		id: 'F3',
		name: '529 twice',
		steps: times(2, refuse(529, 'overloaded_error')),
		ends: 'recovers',
		waits: [1000, 2000],
	},
	{
		id: 'F3',
		name: '529 twice, with jitter',
		steps: times(2, refuse(529, 'overloaded_error')),
		ends: 'recovers',
		waits: [1250, 2500],
		options: () => ({ run: { random: () => 0.5 } }),
	},
	{
		id: 'F3',
		name: '529 for ever',
		steps: times(6, refuse(529, 'overloaded_error')),
		ends: 'provider_overloaded',
		waits: forever,
		says: /overloaded/,
	},
	...[500, 502, 503, 504].map((status): MessagesRow => ({
		id: 'F4',
		name: `${status} once`,
		steps: times(1, refuse(status, 'api_error')),
		ends: 'recovers',
		waits: once,
	})),
	{
		id: 'F4',
		name: '500 for ever',
		steps: times(6, refuse(500, 'api_error')),
		ends: 'provider_error',
		waits: forever,
		says: /answered with an error/,
	},
	{
		id: 'F5',
		name: '400',
		steps: times(1, refuse(400, 'invalid_request_error', {}, 'messages: bad')),
		ends: 'provider_error',
		says: /refused the request\. It says: messages: bad/,
	},
	{
		id: 'F6',
		name: '401',
		steps: times(1, refuse(401, 'authentication_error')),
		ends: 'key_rejected',
		says: /refused the key/,
	},
	{
		id: 'F6',
		name: '402',
		steps: times(1, refuse(402, 'billing_error', {}, 'no credit')),
		ends: 'key_rejected',
		says: /no credit/,
	},
	{
		id: 'F6',
		name: '403',
		steps: times(1, refuse(403, 'permission_error')),
		ends: 'key_rejected',
		says: /refused the key/,
		check: ({ outcome }) => expect(outcome.next).toMatch(/Settings/),
	},
	{
		id: 'F6',
		name: '401 that echoes the key',
		steps: times(1, refuse(401, 'authentication_error', {}, 'bad header Bearer test-key')),
		ends: 'key_rejected',
		says: /Bearer \[key\]/,
		check: ({ log, outcome }) =>
			expect(JSON.stringify([log.events, outcome])).not.toContain('test-key'),
	},
	{
		id: 'F7',
		name: '404',
		steps: times(1, refuse(404, 'not_found_error')),
		ends: 'provider_error',
		says: /does not know the model test-model/,
	},
	...tooLong.map(([name, reply]): MessagesRow => ({
		id: 'F8',
		name: `${name}, once`,
		steps: times(1, reply),
		places: ['first step', 'mid-turn', 'during compaction'],
		ends: (place) => (cannotShorten(place) ? 'context_full' : 'recovers'),
		options: (place) => (place === 'mid-turn' ? { files: { 'long.txt': longText } } : {}),
		check: ({ log }, place) => {
			const compacted = log.of('compacted').filter(({ cause }) => cause === 'context_full');
			expect(compacted).toHaveLength(place === 'mid-turn' ? 1 : 0);
		},
	})),
	...tooLong.map(([name, reply]): MessagesRow => ({
		id: 'F8',
		name: `${name}, twice`,
		steps: times(2, reply),
		places: ['mid-turn'],
		ends: 'context_full',
		options: () => ({ files: { 'long.txt': longText } }),
		check: ({ log }) => expect(log.of('compacted')).toHaveLength(1),
	})),
	{
		id: 'F9',
		name: 'overloaded after 200',
		steps: times(1, wired({ error: { type: 'overloaded_error', message: 'Overloaded' } }, lost)),
		ends: 'recovers',
		waits: once,
	},
	{
		id: 'F9',
		name: 'overloaded behind text',
		steps: times(
			1,
			wired({ error: { type: 'overloaded_error', message: 'Overloaded' } }, say('I begin.'), lost),
		),
		ends: 'recovers',
		waits: once,
		shown: /^I begin\.$/,
		next: goesOn,
	},
	{
		id: 'F9',
		name: 'overloaded for ever',
		steps: times(6, wired({ error: { type: 'overloaded_error', message: 'Overloaded' } })),
		ends: 'provider_overloaded',
		waits: forever,
	},
	{
		id: 'F9',
		name: 'a bad request after 200',
		steps: times(1, wired({ error: { type: 'invalid_request_error', message: 'no' } }, lost)),
		ends: 'provider_error',
		says: /refused the request/,
	},
	{
		id: 'F10',
		name: 'no headers',
		steps: times(1, { kind: 'drop' }),
		ends: 'recovers',
		waits: once,
	},
	{
		id: 'F10',
		name: 'no headers, for ever',
		steps: times(6, { kind: 'drop' }),
		ends: 'provider_error',
		waits: forever,
		says: /could not be reached/,
	},
	...(['reset', 'end'] as const).flatMap((cut): readonly MessagesRow[] => [
		{
			id: 'F10',
			name: `${cut} behind the headers`,
			steps: times(1, wired({ cutAt: 0, cut }, lost)),
			ends: 'recovers',
			waits: once,
		},
		{
			id: 'F10',
			name: `${cut} in the text, in a character`,
			steps: times(
				1,
				wired({ cutAt: untilOf('ö', 1), cut }, say('First I look. Then I make it schön.'), lost),
			),
			ends: 'recovers',
			waits: once,
			shown: /^First I look\.[^�]*$/,
			next: goesOn,
		},
		{
			id: 'F10',
			name: `${cut} in a call`,
			steps: times(
				1,
				wired({ cutAt: untilOf('input_json_delta', 60), cut }, say('I write.'), lost),
			),
			ends: 'recovers',
			waits: once,
			shown: /^I write\.$/,
			next: goesOn,
		},
		{
			id: 'F10',
			name: `${cut} behind a whole call`,
			steps: times(
				1,
				wired({ cutAt: untilOf('event: message_delta'), cut }, say('I write.'), lost),
			),
			ends: 'recovers',
			waits: once,
			shown: /^I write\.$/,
			next: goesOn,
		},
		{
			id: 'F10',
			name: `${cut} before message_stop`,
			steps: times(1, wired({ cutAt: untilOf('event: message_stop'), cut }, lost)),
			ends: 'recovers',
			waits: once,
		},
	]),
	{
		id: 'F11',
		name: 'no byte',
		steps: times(1, wired({ cutAt: 0, cut: 'hang' }, lost)),
		ends: 'recovers',
		waits: once,
		options: impatient,
		check: stalled,
	},
	{
		id: 'F11',
		name: 'no byte behind text',
		steps: times(
			1,
			wired({ cutAt: untilOf('event: content_block_stop'), cut: 'hang' }, say('I begin.'), lost),
		),
		ends: 'recovers',
		waits: once,
		shown: /^I begin\.$/,
		options: impatient,
		check: stalled,
		next: goesOn,
	},
	{
		id: 'F11',
		name: 'pings only',
		steps: times(1, wired({ cutAt: untilOf('event: content_block_start'), cut: 'pings' }, lost)),
		ends: 'recovers',
		waits: once,
		options: impatient,
		check: stalled,
	},
	{
		id: 'F11',
		name: 'one byte at a time, no content',
		steps: times(1, wired({ cutAt: untilOf('event: content_block_start'), cut: 'bytes' }, lost)),
		ends: 'recovers',
		waits: once,
		options: impatient,
		check: stalled,
	},
	{
		id: 'F11',
		name: 'slow content is no stall',
		steps: times(1, wired({ chunk: 150, everyMs: 20 }, say('I write this slowly. '.repeat(12)))),
		ends: 'recovers',
		options: impatient,
		next: told('without calling done'),
	},
];

const longText = Array.from({ length: 400 }, (_, at) => `line ${at} of a long text`).join('\n');

function goesOn(request: MessagesRequest): string | undefined {
	const roles = request.messages.slice(-2).map(({ role }) => role);
	const said = JSON.stringify(request.messages.slice(-2));
	return roles.join() === 'assistant,user' && said.includes('The connection broke here')
		? undefined
		: `the text that was shown is not in the request: ${said.slice(0, 300)}`;
}

export function told(words: string): (request: MessagesRequest) => string | undefined {
	return (request) =>
		JSON.stringify(request.messages.at(-1)).includes(words)
			? undefined
			: `not told ${words}: ${JSON.stringify(request.messages.at(-1)).slice(0, 600)}`;
}

function stalled({ log }: Parameters<NonNullable<Expected['check']>>[0]): void {
	expect(log.of('retrying')[0]?.reason).toMatch(/stopped sending/);
}
