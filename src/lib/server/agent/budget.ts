import type { StopReason, TurnCard } from '#lib/contracts/index.ts';
import type { Projection } from './conversation.ts';
import type { AgentLimits, Clock, ModelPrice } from './ports.ts';
import type { Spent } from './park.ts';
import { totalTokens, type Usage } from './providers/types.ts';

export const defaultLimits: AgentLimits = {
	steps: 60,
	tokens: 3_000_000,
	contextTokens: 200_000,
	usd: 5,
	timeMs: 20 * 60_000,
	maxTokens: 16_000,
};

/** Output tokens a step has, usually. */
const usualOutput = 1000;
/** From this share of the time on there is time for one more step. */
const lastTime = 0.9;

/** May the model be called? `last`: once more, to say what was done and what was not. */
export type Permission =
	{ readonly kind: 'go' } | { readonly kind: 'last' | 'stop'; readonly reason: StopReason };

/** What one step more takes, and what two take. */
interface Measure {
	readonly reason: StopReason;
	readonly used: number;
	readonly one: number;
	readonly two: number;
	readonly limit: number;
}

/** Counts what a run costs and says when it has had enough. */
export class Budget {
	readonly #limits: AgentLimits;
	readonly #clock: Clock;
	readonly #price: ModelPrice | undefined;
	readonly #start: number;
	#usage: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };
	#steps = 0;

	/** @param spent before the run was parked */
	constructor(limits: AgentLimits, clock: Clock, price: ModelPrice | undefined, spent?: Spent) {
		this.#limits = limits;
		this.#clock = clock;
		this.#price = price;
		this.#start = clock.now() - (spent?.ms ?? 0);
		this.#steps = spent?.steps ?? 0;
		this.#usage = spent?.usage ?? this.#usage;
	}

	/** @param waitedMs time spent waiting for a person, which does not count */
	spent(waitedMs: number): Spent {
		const ms = this.#clock.now() - this.#start - waitedMs;
		return { usage: this.#usage, steps: this.#steps, ms };
	}

	countStep(): void {
		this.#steps += 1;
	}

	/** Counts one attempt and gives its own cost; undefined when it had none. */
	spend(usage: Usage): TurnCard['cost'] | undefined {
		this.#usage = {
			input: this.#usage.input + usage.input,
			cacheRead: this.#usage.cacheRead + usage.cacheRead,
			cacheWrite: this.#usage.cacheWrite + usage.cacheWrite,
			output: this.#usage.output + usage.output,
		};
		return totalTokens(usage) > 0 ? costOf(usage, this.#price) : undefined;
	}

	/**
	 * Asked before each call of the model. With one step, or less than the cost of two, left the call is the last.
	 *
	 * @param next size of the next request
	 * @param waitedMs time spent waiting for a person, which does not count
	 */
	permission(next: Projection, waitedMs: number): Permission {
		const { steps, tokens, usd, timeMs } = this.#limits;
		const ms = this.#clock.now() - this.#start - waitedMs;
		const nextTokens = next.total + usualOutput;
		const nextUsd = this.#priceOf(next);
		// The step after the next one sends what that one adds, too; all else is cached by then.
		const thenUsd = this.#priceOf({ total: next.total + usualOutput, fresh: usualOutput });
		const measures: readonly Measure[] = [
			{ reason: 'step_limit', used: this.#steps, one: 1, two: 2, limit: steps },
			{
				reason: 'token_limit',
				used: totalTokens(this.#usage),
				one: nextTokens,
				two: 2 * nextTokens,
				limit: tokens,
			},
			{
				reason: 'cost_limit',
				used: this.cost().usd ?? 0,
				one: nextUsd,
				two: nextUsd + thenUsd,
				limit: usd,
			},
			{ reason: 'time_limit', used: ms, one: 1, two: timeMs * (1 - lastTime) + 1, limit: timeMs },
		];
		for (const { reason, used, one, limit } of measures)
			if (used + one > limit) return { kind: 'stop', reason };
		for (const { reason, used, two, limit } of measures)
			if (used + two > limit) return { kind: 'last', reason };
		return { kind: 'go' };
	}

	/** US dollars a step costs, estimated; 0 when the price is not known. */
	#priceOf({ total, fresh }: Projection): number {
		if (this.#price === undefined) return 0;
		const { cacheRead, cacheWrite, output } = this.#price;
		const known = total - fresh;
		return (known * cacheRead + fresh * cacheWrite + usualOutput * output) / 1_000_000;
	}

	/** Everything so far. */
	cost(): TurnCard['cost'] {
		return costOf(this.#usage, this.#price);
	}
}

/** The three counts are disjoint: what was read from the cache is not counted as input again. */
function costOf(usage: Usage, price: ModelPrice | undefined): TurnCard['cost'] {
	const { input, cacheRead, cacheWrite, output } = usage;
	const usd =
		price &&
		(input * price.input +
			cacheRead * price.cacheRead +
			cacheWrite * price.cacheWrite +
			output * price.output) /
			1_000_000;
	return {
		inputTokens: input + cacheWrite,
		outputTokens: output,
		cachedTokens: cacheRead,
		...(usd !== undefined && { usd }),
	};
}
