import { describe, expect, it } from 'vitest';
import { priceOf } from '../../../../../src/lib/server/settings/prices.ts';

const row = (model: string, input: number) => ({
	model,
	input,
	output: 0,
	cacheRead: 0,
	cacheWrite: 0,
});
const prices = [row('large*', 1), row('large-5*', 2), row('large-5-mini', 3), row('own', 4)];

describe('the price of a model', () => {
	for (const [model, input] of [
		['own', 4],
		['own-2', undefined],
		['large-4', 1],
		['large-5-2026', 2],
		['large-5-mini', 3],
		['large-5-mini-2026', 2],
		['LARGE', undefined],
		['', undefined],
	] as const)
		it(`${model}: ${String(input)}`, () => expect(priceOf(model, prices)?.input).toBe(input));
});
