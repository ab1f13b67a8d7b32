import type { TurnCard } from '#lib/contracts/index.ts';
import { formatTokens, formatUsd } from '#lib/utils/index.ts';

/**
 * What a turn took; the three counts are disjoint. Dollars only where the price is known.
 * @example costWords({ inputTokens: 1000, outputTokens: 500, cachedTokens: 3000, usd: 0.0123 })
 * // '4.5k tokens · 75 % cached · $0.0123'
 */
export function costWords(cost: TurnCard['cost']): string {
	const { inputTokens, outputTokens, cachedTokens, usd } = cost;
	const tokens = inputTokens + outputTokens + cachedTokens;
	if (tokens === 0) return '';
	const read = inputTokens + cachedTokens;
	const share = read === 0 ? 0 : Math.floor((cachedTokens / read) * 100);
	const parts = [`${formatTokens(tokens)} tokens`, `${share} % cached`];
	if (usd !== undefined) parts.push(formatUsd(usd));
	return parts.join(' · ');
}
