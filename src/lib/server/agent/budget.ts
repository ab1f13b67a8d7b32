import type { StopReason, TurnCard } from '#lib/contracts/index.ts';
import type { AgentLimits, Clock, ModelPrice } from './ports.ts';
import type { Spent } from './park.ts';
import type { Usage } from './providers/types.ts';

export const defaultLimits: AgentLimits = {
	steps: 60,
	tokens: 3_000_000,
	contextTokens: 200_000,
	usd: 5,
	timeMs: 20 * 60_000,
	maxTokens: 16_000,
};

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
		const cost = costOf(usage, this.#price);
		return cost.inputTokens + cost.outputTokens + cost.cachedTokens > 0 ? cost : undefined;
	}

	/**
	 * Why no further model call may be made, or undefined.
	 * @param waitedMs time spent waiting for a person, which does not count
	 */
	exceeded(waitedMs: number): StopReason | undefined {
		const { steps, tokens, usd, timeMs } = this.#limits;
		const cost = this.cost();
		if (this.#steps >= steps) return 'step_limit';
		if (cost.inputTokens + cost.cachedTokens + cost.outputTokens >= tokens) return 'token_limit';
		if ((cost.usd ?? 0) >= usd) return 'cost_limit';
		if (this.#clock.now() - this.#start - waitedMs >= timeMs) return 'time_limit';
		return undefined;
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
