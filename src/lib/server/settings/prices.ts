import type { ModelPriceRow } from '#lib/contracts/index.ts';
import type { ModelPrice } from '../agent/index.ts';

/**
 * List prices of October 2026 (platform.claude.com, "Model pricing": cache writes for 5 minutes). Only where a
 * list starts from: an owner edits it in the builder, and a model that is not in it costs no guessed dollars.
 */
export const listPrices: readonly ModelPriceRow[] = [
	row('claude-opus-5-5*', 4, 20, 0.2, 5),
	row('claude-opus-5*', 5, 25, 0.5, 6.25),
	row('claude-sonnet-5-5*', 2, 10, 0.1, 2.5),
	row('claude-sonnet-5*', 2, 10, 0.2, 2.5),
	row('claude-sonnet-4*', 3, 15, 0.3, 3.75),
	// Of prompts up to 100,000 tokens.
	row('claude-haiku-5-5*', 0.1, 0.5, 0.01, 0.125),
	row('claude-haiku-4-5*', 1, 5, 0.1, 1.25),
];

function row(
	model: string,
	input: number,
	output: number,
	cacheRead: number,
	cacheWrite: number,
): ModelPriceRow {
	return { model, input, output, cacheRead, cacheWrite };
}

/**
 * The price of a model: its own row, else the longest beginning that fits; undefined when there is none.
 * @param model id as the provider knows it
 */
export function priceOf(model: string, prices: readonly ModelPriceRow[]): ModelPrice | undefined {
	const own = prices.find((price) => price.model === model);
	if (own) return own;
	return prices
		.filter((price) => price.model.endsWith('*') && model.startsWith(price.model.slice(0, -1)))
		.sort((a, b) => b.model.length - a.model.length)[0];
}
