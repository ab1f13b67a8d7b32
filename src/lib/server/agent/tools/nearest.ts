const maxWanted = 12;
const around = 3;

/**
 * The part of a file most like what an edit looked for, as numbered lines, so that the next try can copy
 * from it. Empty when nothing is alike.
 */
export function nearestLines(text: string, old: string): string {
	const lines = text.split(/\r?\n/);
	const wanted = old
		.split(/\r?\n/)
		.filter((line) => line.trim() !== '')
		.slice(0, maxWanted);
	const pairs = wanted.map(bigrams);
	let best = { score: 0, start: 0 };
	const cache = lines.map((line) => bigrams(line));
	for (let start = 0; start < lines.length; start += 1) {
		let score = 0;
		for (const [index, pair] of pairs.entries()) score += likeness(pair, cache[start + index]);
		if (score > best.score) best = { score, start };
	}
	if (best.score < 0.4) return '';
	const from = Math.max(0, best.start - around);
	const to = Math.min(lines.length, best.start + wanted.length + around);
	return numbered(lines.slice(from, to), from + 1);
}

/** `12|text` for each line, as `read` shows them. */
export const numbered = (lines: readonly string[], first: number): string =>
	lines.map((line, index) => `${first + index}|${line}`).join('\n');

function bigrams(line: string): ReadonlySet<string> {
	const text = line.trim().toLowerCase().slice(0, 200);
	const pairs = new Set<string>();
	for (let at = 0; at + 1 < text.length; at += 1) pairs.add(text.slice(at, at + 2));
	return pairs;
}

/** Dice coefficient, 0 to 1. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string> | undefined): number {
	if (b === undefined || a.size === 0 || b.size === 0) return 0;
	let both = 0;
	for (const pair of a) if (b.has(pair)) both += 1;
	return (2 * both) / (a.size + b.size);
}
