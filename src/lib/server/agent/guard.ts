import type { ToolCallBlock } from './messages.ts';
import { signature } from './signature.ts';
import type { Stop } from './stop.ts';
import { callTitle, type ToolAnswer } from './tools/index.ts';

const sameResult = 4;
const sameError = 3;
/** The same error of one tool in a row, whatever the input. */
const errorsInARow = 6;
/** Calls that come as A B A B … */
const alternation = 6;
/** Answers without a call since anything was changed. */
const monologue = 3;

export interface GuardVerdict {
	/** Added to the result, once, before the limit. */
	readonly hint?: string;
	readonly stop?: Stop;
}

/** Notices a run that goes in circles. One hint before the limit, then the run is stopped with what it saw. */
export class LoopGuard {
	readonly #counts = new Map<string, number>();
	readonly #lookCounts = new Map<string, number>();
	#row = { key: '', count: 0 };
	/** The newest calls with their results, newest last. */
	#recent: readonly string[] = [];
	#silent = 0;

	/**
	 * @param progress the call changed something: looking at it again is no repetition
	 */
	observe(call: ToolCallBlock, answer: ToolAnswer, progress: boolean): GuardVerdict {
		const input = JSON.stringify(call.input ?? null);
		const told = signature(answer.signature ?? answer.text);
		if (progress) this.#silent = 0;
		const verdict = answer.ok
			? this.#observeResult(`${call.name} ${input} ${told}`, progress)
			: this.#observeError(call, input, told, answer);
		const circle = this.#observeOrder(`${call.name} ${input} ${told}`);
		if (verdict.stop !== undefined) return verdict;
		return circle.stop === undefined ? { ...circle, ...verdict } : circle;
	}

	/** An answer of the model that calls nothing. */
	observeSilence(): GuardVerdict {
		this.#silent += 1;
		return this.#silent >= monologue ? { stop: { reason: 'loop' } } : {};
	}

	#observeResult(key: string, progress: boolean): GuardVerdict {
		this.#row = { key: '', count: 0 };
		if (progress) this.#lookCounts.clear();
		const count = increment(progress ? this.#counts : this.#lookCounts, key);
		if (count >= sameResult) return { stop: { reason: 'loop' } };
		return count === sameResult - 1
			? { hint: 'This same call gave this same result before. Do something else, or call done.' }
			: {};
	}

	#observeError(
		call: ToolCallBlock,
		input: string,
		told: string,
		answer: ToolAnswer,
	): GuardVerdict {
		// What is red stays red however it is asked for.
		const isCheck = call.name === 'check' || call.name === 'done';
		const key = isCheck ? `check ${told}` : `${call.name} ${input} ${told}`;
		const count = increment(this.#counts, key);
		const row = `${call.name} ${told}`;
		this.#row = { key: row, count: this.#row.key === row ? this.#row.count + 1 : 1 };
		if (count >= sameError)
			return {
				stop: isCheck
					? { reason: 'checks_failing', message: evidence('The same check failed', answer) }
					: {
							reason: 'repeated_failure',
							message: evidence(`"${callTitle(call)}" failed`, answer),
						},
			};
		if (this.#row.count >= errorsInARow)
			return {
				stop: {
					reason: 'repeated_failure',
					message: evidence(`"${call.name}" failed`, answer, errorsInARow),
				},
			};
		return count === sameError - 1
			? {
					hint: isCheck
						? 'The same problem as before: the last repair did not help. Look at the cause again.'
						: 'The same call failed in the same way before. Do not send it unchanged again.',
				}
			: {};
	}

	#observeOrder(key: string): GuardVerdict {
		this.#recent = [...this.#recent, key].slice(-alternation);
		const [a, b] = this.#recent.slice(-2);
		if (a === b) return {};
		const newest = this.#recent.toReversed();
		let length = 0;
		while (length < newest.length && newest[length] === newest[length % 2]) length += 1;
		if (length >= alternation) return { stop: { reason: 'loop' } };
		return length === alternation - 1
			? { hint: 'You alternate between the same two calls. Do something else, or call done.' }
			: {};
	}
}

const times = ['', '', 'twice', 'three times', 'four times', 'five times', 'six times'];

/** What failed, how often, and how: one sentence and the words of the failure. */
const evidence = (what: string, answer: ToolAnswer, count = sameError): string =>
	`${what} ${times[count] ?? `${count} times`}: ${answer.text.replaceAll(/\s+/g, ' ').trim().slice(0, 400)}`;

function increment(counts: Map<string, number>, key: string): number {
	const count = (counts.get(key) ?? 0) + 1;
	counts.set(key, count);
	return count;
}
