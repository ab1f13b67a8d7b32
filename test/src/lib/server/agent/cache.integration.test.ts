import { describe, expect, it } from 'vitest';
import {
	CacheSimulator,
	call,
	message,
	type MessagesRequest,
	type Step,
} from '../../../../fixtures/messages-server/index.ts';
import { play } from './support/play.ts';

const marker = { cache_control: { type: 'ephemeral' } };
const block = (text: string, mark = false) => ({ type: 'text', text, ...(mark && marker) });
const long = (letter: string): string => letter.repeat(8000);
const request = (
	system: MessagesRequest['system'],
	...content: readonly ReturnType<typeof block>[]
): MessagesRequest => ({
	model: 'm',
	max_tokens: 1,
	...(system && { system }),
	messages: [{ role: 'user', content }],
});

describe('the cache simulator', () => {
	it('reads what was kept, writes what is new, and counts each token once', () => {
		const cache = new CacheSimulator({ now: () => 0 });
		const first = cache.count(
			request([block(long('a'), true)], block(long('b'), true), block('c')),
		);
		expect(first.cache_read_input_tokens).toBe(0);
		const second = cache.count(
			request([block(long('a'), true)], block(long('b')), block('c'), block(long('d'), true)),
		);
		// The entry behind b is found from d, one marker later.
		expect(second.cache_read_input_tokens).toBe(first.cache_creation_input_tokens);
		expect(second.input_tokens).toBe(0);
	});

	it('loses everything behind a changed byte', () => {
		const cache = new CacheSimulator({ now: () => 0 });
		cache.count(request([block(long('a'), true)], block(long('b'), true)));
		expect(
			cache.count(request([block(`${long('a')}!`, true)], block(long('b'), true))),
		).toMatchObject({ cache_read_input_tokens: 0 });
	});

	it('forgets after five minutes without a hit', () => {
		let now = 0;
		const cache = new CacheSimulator({ now: () => now });
		const ask = () => cache.count(request([block(long('a'), true)], block('b')));
		ask();
		now = 4 * 60_000;
		expect(ask().cache_read_input_tokens).toBeGreaterThan(0);
		now = 8 * 60_000;
		expect(ask().cache_read_input_tokens).toBeGreaterThan(0);
		now = 13 * 60_000;
		expect(ask().cache_read_input_tokens).toBe(0);
	});

	it('does not look back further than 20 blocks, and keeps no short prefix', () => {
		const cache = new CacheSimulator({ now: () => 0 });
		const many = Array.from({ length: 30 }, (_, at) => block(`${at}${long('x')}`));
		cache.count(request(undefined, { ...many[0], ...marker } as ReturnType<typeof block>));
		const far = cache.count(
			request(undefined, ...many.slice(0, 29), { ...many[29], ...marker } as ReturnType<
				typeof block
			>),
		);
		expect(far.cache_read_input_tokens).toBe(0);
		const short = new CacheSimulator({ now: () => 0 });
		expect(short.count(request(undefined, block('a', true)))).toMatchObject({
			cache_creation_input_tokens: 0,
		});
	});
});

describe('turns as the cache sees them', () => {
	const file = Array.from({ length: 60 }, (_, at) => `<p>line ${at} of the page</p>`).join('\n');
	const turn = (calls: number): readonly Step[] => [
		{ reply: message(call('read', { path: 'src/App.svelte' })) },
		...Array.from({ length: calls - 2 }, (_, at) => ({
			reply: message(
				at % 2 === 0
					? call('write', { path: `src/Part${at}.svelte`, content: `${file}\n<b>${at}</b>\n` })
					: call('read', { path: `src/Part${at - 1}.svelte` }),
			),
		})),
		{ reply: message(call('done', { summary: ['Finished'] })) },
	];

	for (const [calls, least] of [
		[5, 0.6],
		[20, 0.8],
		[60, 0.8],
	] as const)
		it(`${calls} calls: at least ${least * 100} % are read from the cache`, async ({
			annotate,
		}) => {
			const { outcome, server, log } = await play(turn(calls), {
				files: { 'src/App.svelte': file },
				server: { cache: { now: () => 0 } },
				run: { limits: { steps: 100 } },
			});
			expect(outcome.reason).toBe('done');
			const { inputTokens, cachedTokens } = outcome.card.cost;
			const share = cachedTokens / (inputTokens + cachedTokens);
			await annotate(`simulated cached share, ${calls} calls: ${(100 * share).toFixed(1)} %`);
			expect(share).toBeGreaterThanOrEqual(least);
			// Nothing that was sent is sent in another form: the prefix is never rewritten.
			const prefixes = new Set(
				server.requests.map(({ body }) => JSON.stringify([body.tools, body.system])),
			);
			expect(prefixes.size).toBe(1);
			expect(log.of('usage')).toHaveLength(calls);
		});
});
