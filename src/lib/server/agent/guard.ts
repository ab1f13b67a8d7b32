import type { StopReason } from '#lib/contracts/index.ts';
import type { ToolCallBlock } from './messages.ts';
import type { ToolAnswer } from './tools/index.ts';

const sameResult = 4;
const sameError = 3;
/** The same error text of one tool in a row, whatever the input. */
const errorsInARow = 6;

export interface GuardVerdict {
	/** Added to the result, once, before the limit. */
	readonly hint?: string;
	readonly stop?: StopReason;
}

/** Notices a run that goes in circles. */
export class LoopGuard {
	readonly #counts = new Map<string, number>();
	readonly #lookCounts = new Map<string, number>();
	#row = { key: '', count: 0 };

	/**
	 * @param progress the call changed something: looking at it again is no repetition
	 */
	observe(call: ToolCallBlock, answer: ToolAnswer, progress: boolean): GuardVerdict {
		const input = JSON.stringify(call.input ?? null);
		if (!answer.ok) return this.#observeError(call.name, input, answer.text);
		this.#row = { key: '', count: 0 };
		if (progress) this.#lookCounts.clear();
		const counts = progress ? this.#counts : this.#lookCounts;
		const count = increment(counts, `${call.name} ${input} ${answer.text}`);
		if (count >= sameResult) return { stop: 'loop' };
		return count === sameResult - 1
			? { hint: 'This same call gave this same result before. Do something else, or call done.' }
			: {};
	}

	#observeError(name: string, input: string, text: string): GuardVerdict {
		// What is red stays red however it is asked for.
		const isCheck = name === 'check' || name === 'done';
		const count = increment(this.#counts, isCheck ? `${name} ${text}` : `${name} ${input} ${text}`);
		const key = `${name} ${text}`;
		this.#row = { key, count: this.#row.key === key ? this.#row.count + 1 : 1 };
		if (count >= sameError) return { stop: isCheck ? 'checks_failing' : 'repeated_failure' };
		if (this.#row.count >= errorsInARow) return { stop: 'repeated_failure' };
		return count === sameError - 1
			? {
					hint: isCheck
						? 'The same problem as before: the last repair did not help. Look at the cause again.'
						: 'The same call failed in the same way before. Do not send it unchanged again.',
				}
			: {};
	}
}

function increment(counts: Map<string, number>, key: string): number {
	const count = (counts.get(key) ?? 0) + 1;
	counts.set(key, count);
	return count;
}
