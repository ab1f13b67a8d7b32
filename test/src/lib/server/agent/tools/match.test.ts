import { describe, expect, it } from 'vitest';
import { applyEdit, ladder } from '#lib/server/agent/tools/match.ts';
import * as byHand from './match-corpus.ts';
import type { AppliedCase } from './match-corpus.ts';
import { crossedApplies, crossedRefuses } from './match-crossed.ts';

const applies = [...byHand.applies, ...crossedApplies];
const refuses = [...byHand.refuses, ...crossedRefuses];

/** What the edit is meant to give: the file with the one place replaced. */
const expected = ({ file, place, result }: AppliedCase): string => {
	const at = file.indexOf(place);
	expect(file.indexOf(place, at + 1)).toBe(-1);
	expect(at).toBeGreaterThanOrEqual(0);
	return file.slice(0, at) + result + file.slice(at + place.length);
};

describe('the match ladder', () => {
	it.each(applies)('applies $step: $name', (item) => {
		const outcome = applyEdit(item.file, item.old, item.new);
		expect(outcome).toMatchObject({ kind: 'applied', step: item.step });
		expect(outcome.kind === 'applied' && outcome.text).toBe(expected(item));
	});

	it.each(refuses)('refuses ($kind): $name', ({ file, old, kind }) => {
		expect(applyEdit(file, old, 'REPLACED').kind).toBe(kind);
	});

	it('has every step in the corpus, and enough cases', () => {
		expect(new Set(applies.map(({ step }) => step))).toEqual(new Set(ladder));
		expect(applies.length + refuses.length).toBeGreaterThanOrEqual(300);
		expect(refuses.length).toBeGreaterThanOrEqual(200);
	});

	it('says at which line, counted from 1', () => {
		expect(applyEdit('a\nb\nc\n', 'b', 'x')).toMatchObject({ line: 2 });
		expect(applyEdit('a\n\tb \n\tc\n', 'b\nc', 'x')).toMatchObject({ line: 2 });
		expect(applyEdit('a\nb\na\n', 'a', 'x')).toEqual({
			kind: 'ambiguous',
			step: 'exact',
			lines: [1, 3],
		});
	});

	it('keeps what a replacement says literally', () => {
		const outcome = applyEdit('a\nb\n', 'b', "$& $1 $$ $` $'");
		expect(outcome).toMatchObject({ text: "a\n$& $1 $$ $` $'\n" });
	});
});
