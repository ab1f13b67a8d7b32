import { beforeAll, describe, expect, it } from 'vitest';
import { createProvider } from '#lib/server/agent/index.ts';
import {
	chatCalls,
	chatText,
	startChatServer,
	type ChatReply,
} from '../../../../../fixtures/chat-server/index.ts';
import {
	call,
	message,
	say,
	type ScriptBlock,
	type Wire,
} from '../../../../../fixtures/messages-server/index.ts';
import { play, playProvider, type Played } from '../support/play.ts';
import { wired } from './messages-rows.ts';
import { createRandom, cuttingOf } from './random.ts';

const words = 'Größe “ok” 👩‍🚀 \\u00e9 "quoted" \\\\ 日本語\u2028end';
const source = `<p>"quotes" and \\n, \t, ${'äöü 😀 '.repeat(30)}</p>\n`;
const large = Array.from({ length: 2500 }, (_, at) => `<p>line ${at} “${at * 7}” ü</p>`).join('\n');
const blocksOf = (isLarge: boolean): readonly ScriptBlock[] => [
	{ type: 'thinking', thinking: 'Hm… “what”? 🤔\n\n'.repeat(3), signature: 'sig' },
	say(words),
	call('write', { path: 'src/ä.svelte', content: source }),
	call('write', { path: 'src/b.svelte', content: isLarge ? large : source }),
	call('grep', { query: '“”\\d+ 😀', ignoreCase: true }),
];

/** What a turn left: the conversation as it is sent on, what was shown, what was written, what was done. */
const traceOf = (played: Played, messages: readonly unknown[]): string =>
	JSON.stringify([
		messages,
		played.log.text,
		[...played.workspace.files],
		played.log.events
			.filter(({ type }) => type !== 'text' && type !== 'usage')
			.map((event) => ({ ...event, ms: 0, card: undefined, check: undefined })),
	]);

describe('the Messages API, cut in every way', () => {
	const run = async (wire: Wire, isLarge: boolean): Promise<string> => {
		const played = await play([
			{ reply: wired(wire, ...blocksOf(isLarge)) },
			{ reply: message(call('done', { summary: ['Ok'] })) },
		]);
		return traceOf(played, played.server.requests[1]?.body.messages.slice(1) ?? []);
	};
	const whole = new Map<boolean, string>();
	beforeAll(async () => {
		for (const isLarge of [false, true]) whole.set(isLarge, await run({}, isLarge));
	});

	const shape = (seed: number): Wire => {
		const random = createRandom(seed * 7919);
		const flag = (): boolean => random() < 0.4;
		return {
			crlf: flag(),
			noise: flag(),
			ascii: flag(),
			foreign: flag(),
			// Deltas end inside escapes and between the halves of a character.
			pieces: Array.from({ length: 5 }, () => 1 + Math.floor(random() * 23)),
		};
	};
	const cases = Array.from({ length: 208 }, (_, seed) => {
		const cutting = cuttingOf(seed);
		// A large body is worth it where the parts are large, too.
		const isLarge = cutting.name === '64 KB';
		return {
			seed,
			name: cutting.name,
			isLarge,
			wire: {
				...shape(seed),
				...(isLarge && { pieces: [40_000, 90_000, 17] }),
				cuts: cutting.cuts,
			} satisfies Wire,
		};
	});
	it.each(cases)('seed $seed: $name', async ({ wire, isLarge }) => {
		expect(await run(wire, isLarge)).toBe(whole.get(isLarge));
	});
});

describe('chat completions, cut in every way', () => {
	const reply = (): Extract<ChatReply, { kind: 'chunks' }> => {
		const text = chatText(words);
		const calls = chatCalls([
			['write', { path: 'src/ä.svelte', content: source }],
			['grep', { query: '“”\\d+ 😀' }],
		]);
		if (text.kind !== 'chunks' || calls.kind !== 'chunks') throw new Error('not a stream');
		return { kind: 'chunks', chunks: [...text.chunks.slice(0, -2), ...calls.chunks] };
	};
	const run = async (cuts: (body: Buffer) => readonly number[]): Promise<string> => {
		const server = await startChatServer([
			{ reply: { ...reply(), cuts } },
			{ reply: chatCalls([['done', { summary: ['Ok'] }]]) },
		]);
		try {
			const provider = createProvider(
				{ provider: 'openai', baseUrl: server.url, model: 'local-model', apiKey: 'test-key' },
				fetch,
			);
			const played = await playProvider(provider);
			server.assertDone();
			return traceOf(played, server.requests[1]?.messages.slice(2) ?? []);
		} finally {
			await server.close();
		}
	};
	let whole = '';
	beforeAll(async () => {
		whole = await run(() => []);
	});
	const cases = Array.from({ length: 40 }, (_, seed) => ({ seed, ...cuttingOf(seed) }));
	it.each(cases)('seed $seed: $name', async ({ cuts }) => {
		expect(await run(cuts)).toBe(whole);
	});
});
