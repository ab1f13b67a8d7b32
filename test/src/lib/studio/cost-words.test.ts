import { describe, expect, it } from 'vitest';
import { costWords } from '#lib/studio/chat/cost-words.ts';

const cost = (inputTokens: number, cachedTokens: number, outputTokens: number, usd?: number) => ({
	inputTokens,
	outputTokens,
	cachedTokens,
	...(usd !== undefined && { usd }),
});

describe('costWords', () => {
	it.each([
		[cost(0, 0, 0), ''],
		[cost(1000, 3000, 500, 0.0123), '4.5k tokens · 75 % cached · $0.0123'],
		// Of what was read: what the model wrote is in no cache.
		[cost(100, 100, 10_000), '10.2k tokens · 50 % cached'],
		[cost(0, 0, 7, 0), '7 tokens · 0 % cached · $0.0000'],
		// Never more than there was.
		[cost(1, 999, 0), '1k tokens · 99 % cached'],
	])('%o', (given, words) => {
		expect(costWords(given)).toBe(words);
	});
});
