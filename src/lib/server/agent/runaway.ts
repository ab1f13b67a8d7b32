/** A stretch of output is a runaway when it repeats itself this often. */
const repeats = 8;

interface Bounds {
	/** Characters one answer may have of this kind. */
	readonly max: number;
	/** Length of the stretch at the end that must be one repetition: of words, and of anything else. */
	readonly words: number;
	readonly data: number;
}
/** Prose; and thinking or a tool's input, which may hold tables, dividers and data that do repeat. */
const bounds = {
	text: { max: 60_000, words: 4000, data: 12_000 },
	hidden: { max: 1_500_000, words: 24_000, data: 96_000 },
} as const satisfies Record<string, Bounds>;
export type OutputKind = keyof typeof bounds;

/** Prose that only counts on ("Attempt 7: …") is a repetition, too, when it goes on for so long. */
const counting = 8000;

interface Stream {
	total: number;
	tail: string;
	next: number;
}
const start = (kind: OutputKind): Stream => ({ total: 0, tail: '', next: bounds[kind].words });

/** Watches one answer while it streams, so that a model that got stuck is cut early. */
export class RunawayWatch {
	readonly #streams: Readonly<Record<OutputKind, Stream>> = {
		text: start('text'),
		hidden: start('hidden'),
	};

	/** True when the answer should be cut now. */
	add(kind: OutputKind, delta: string): boolean {
		const { max, words, data } = bounds[kind];
		const stream = this.#streams[kind];
		stream.total += delta.length;
		stream.tail += delta;
		if (stream.total > max) return true;
		if (stream.total < stream.next) return false;
		stream.next = stream.total + words / 4;
		stream.tail = stream.tail.slice(-data);
		const { tail } = stream;
		const unit = repeatedIn(tail, words);
		if (unit !== undefined && (hasWords(unit) || repeatedIn(tail, data) !== undefined)) return true;
		return kind === 'text' && countsOn(tail);
	}
}

/** The piece whose repetition the last `length` characters are, when it is repeated often enough. */
function repeatedIn(text: string, length: number): string | undefined {
	if (text.length < length) return undefined;
	const end = text.slice(-length);
	const period = smallestPeriod(end);
	return period * repeats <= length ? end.slice(0, period) : undefined;
}

/** Words between spaces or tags: what a model says again and again. Rows of numbers and letters alone are data. */
const hasWords = (unit: string): boolean => /[\p{L}]{3}/u.test(unit) && /[\s<{(]/.test(unit);

/** The same sentence with other numbers. Rows of a table count on, too, and are no runaway. */
function countsOn(text: string): boolean {
	const unit = repeatedIn(text.slice(-counting).replaceAll(/\d+/g, '0'), counting * 0.9);
	return unit !== undefined && /[\p{L}]+\s[\p{L}]+\s[\p{L}]+/u.test(unit) && !/[|;\t]/.test(unit);
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
