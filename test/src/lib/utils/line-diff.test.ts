import { describe, expect, it } from 'vitest';
import { diffLines, type LineDiff } from '#lib/utils/index.ts';

const marks = { same: ' ', added: '+', removed: '-' } as const;
const print = ({ hunks }: LineDiff): string[] =>
	hunks.flatMap(({ oldStart, newStart, lines }) => [
		`@${String(oldStart)},${String(newStart)}`,
		...lines.map(({ kind, text }) => marks[kind] + text),
	]);
const numbered = (count: number, change: Readonly<Record<number, string>> = {}): string =>
	Array.from({ length: count }, (_, n) => `${change[n + 1] ?? String(n + 1)}\n`).join('');

/** What the hunks make of the old lines; each must be where it says it is. */
function apply(old: readonly string[], { hunks }: LineDiff): string[] {
	const made: string[] = [];
	let at = 0;
	for (const { oldStart, newStart, lines } of hunks) {
		const isOldEmpty = lines.every(({ kind }) => kind === 'added');
		const isNewEmpty = lines.every(({ kind }) => kind === 'removed');
		while (at < oldStart - (isOldEmpty ? 0 : 1)) made.push(old[at++] ?? '');
		expect(made.length).toBe(newStart - (isNewEmpty ? 0 : 1));
		for (const { kind, text } of lines) {
			if (kind !== 'added') expect(old[at++]).toBe(text);
			if (kind !== 'removed') made.push(text);
		}
	}
	return [...made, ...old.slice(at)];
}

describe('the difference of two texts', () => {
	it.each([
		['nothing', 'a\nb\n', 'a\nb\n', []],
		['a new text', '', 'a\n', ['@0,1', '+a']],
		['a text that goes', 'a\n', '', ['@1,0', '-a']],
		['a line', 'a\nb\nc\n', 'a\nx\nc\n', ['@1,1', ' a', '-b', '+x', ' c']],
		['the end of the last line', 'a\n', 'a', ['@1,1', ' a', '+\\ No newline at end of file']],
		['lines moved to the end', 'a\nb\nc\n', 'b\nc\na\n', ['@1,1', '-a', ' b', ' c', '+a']],
	])('is %s', (_, before, after, expected) => {
		expect(print(diffLines(before, after))).toEqual(expected);
	});

	it('has a hunk for each place, with three lines around it', () => {
		const diff = diffLines(numbered(30), numbered(30, { 10: 'x', 25: 'y' }));
		expect(
			diff.hunks.map(({ oldStart, newStart, lines }) => [oldStart, newStart, lines.length]),
		).toEqual([
			[7, 7, 8],
			[22, 22, 8],
		]);
		expect([diff.added, diff.removed]).toEqual([2, 2]);
	});

	it('joins places that are near each other', () => {
		expect(diffLines(numbered(30), numbered(30, { 10: 'x', 16: 'y' })).hunks).toHaveLength(1);
		expect(diffLines(numbered(30), numbered(30, { 10: 'x', 18: 'y' })).hunks).toHaveLength(2);
	});

	it('turns the one into the other, for any pair', () => {
		// A small generator of its own: the same pairs each time.
		let seed = 7;
		const next = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % below;
		const some = (): string[] => Array.from({ length: next(30) }, () => 'abcd'.charAt(next(4)));
		const lines = (list: readonly string[]): string => list.map((line) => `${line}\n`).join('');
		for (let round = 0; round < 500; round++) {
			const a = some();
			const b = some();
			expect(apply(a, diffLines(lines(a), lines(b)))).toEqual(b);
		}
	});

	it('gives up on the middle of two long texts that have nothing in common', () => {
		const diff = diffLines(numbered(5000), numbered(5000).replaceAll('\n', 'x\n'));
		expect([diff.added, diff.removed]).toEqual([5000, 5000]);
	});
});
