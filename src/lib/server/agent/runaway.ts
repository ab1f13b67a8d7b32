/** A stretch of output is a runaway when it repeats itself this often. */
const repeats = 8;

interface Bounds {
	/** Characters one answer may have of this kind. */
	readonly max: number;
	/** Length of the stretch at the end that must be one repetition. */
	readonly stretch: number;
}
/** Prose; and a tool's input, which may hold tables, dividers and data that do repeat. */
const bounds = {
	text: { max: 60_000, stretch: 4000 },
	hidden: { max: 1_500_000, stretch: 24_000 },
} as const satisfies Record<string, Bounds>;
export type OutputKind = keyof typeof bounds;

/** Watches one answer while it streams, so that a model that got stuck is cut early. */
export class RunawayWatch {
	readonly #tails: Record<OutputKind, { total: number; tail: string; next: number }> = {
		text: { total: 0, tail: '', next: bounds.text.stretch },
		hidden: { total: 0, tail: '', next: bounds.hidden.stretch },
	};

	/** True when the answer should be cut now. */
	add(kind: OutputKind, delta: string): boolean {
		const { max, stretch } = bounds[kind];
		const state = this.#tails[kind];
		state.total += delta.length;
		state.tail = (state.tail + delta).slice(-stretch);
		if (state.total > max) return true;
		if (state.total < state.next) return false;
		state.next = state.total + stretch / 4;
		return smallestPeriod(state.tail) * repeats <= stretch;
	}
}

/** Length of the shortest piece whose repetition gives the text (Knuth-Morris-Pratt failure function). */
export function smallestPeriod(text: string): number {
	const failure = new Int32Array(text.length);
	let matched = 0;
	for (let at = 1; at < text.length; at += 1) {
		while (matched > 0 && text[at] !== text[matched]) matched = failure[matched - 1] ?? 0;
		if (text[at] === text[matched]) matched += 1;
		failure[at] = matched;
	}
	return text.length - (failure.at(-1) ?? 0);
}
