import type { SourceFile } from './app-view.ts';

/** One place of a text that gets other text. */
export interface Splice {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

export interface EditCall {
	readonly name: 'edit' | 'write';
	readonly input: Readonly<Record<string, unknown>>;
}

/** `edit` calls for a changed file: each copies whole lines that occur only once, in the order they are made. */
export function editCalls(
	{ path, text }: SourceFile,
	splices: readonly Splice[],
): readonly EditCall[] {
	const calls: EditCall[] = [];
	let now = text;
	// From the end to the start: what is changed later does not move what is still to come.
	for (const splice of [...splices].sort((a, b) => b.start - a.start)) {
		let from = lineStart(now, splice.start);
		let to = lineEnd(now, Math.max(splice.end, splice.start));
		while (isRepeated(now, now.slice(from, to)) || now.slice(from, to).trim() === '') {
			if (from === 0 && to === now.length) break;
			if (from > 0) from = lineStart(now, from - 1);
			if (to < now.length) to = lineEnd(now, to + 1);
		}
		const old = now.slice(from, to);
		const fresh = now.slice(from, splice.start) + splice.text + now.slice(splice.end, to);
		if (old === fresh) continue;
		calls.push({ name: 'edit', input: { path, old, new: fresh } });
		now = now.slice(0, from) + fresh + now.slice(to);
	}
	return calls;
}

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;
const lineEnd = (text: string, at: number): number => {
	const end = text.indexOf('\n', at);
	return end === -1 ? text.length : end;
};
const isRepeated = (text: string, part: string): boolean =>
	part === '' || text.indexOf(part) !== text.lastIndexOf(part);

/** Whole lines from the one with `start` to the one with `end`, the line break after them included. */
export const wholeLines = (text: string, start: number, end: number): Splice => ({
	start: lineStart(text, start),
	end: Math.min(text.length, lineEnd(text, end) + 1),
	text: '',
});

export const insertAt = (at: number, text: string): Splice => ({ start: at, end: at, text });

/** The space a line begins with. */
export const indentAt = (text: string, at: number): string =>
	/^[ \t]*/.exec(text.slice(lineStart(text, at), at))?.[0] ?? '';

/** Lines in front of the line that holds `at`, indented like it. */
export function linesBefore(text: string, at: number, lines: readonly string[]): Splice {
	const indent = indentAt(text, at);
	return insertAt(lineStart(text, at), lines.map((line) => `${indent}${line}\n`).join(''));
}
