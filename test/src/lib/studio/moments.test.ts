import { describe, expect, it } from 'vitest';
import type { Checkpoint, RestoreResult } from '#lib/contracts/index.ts';
import { momentsOf, outcomeWords } from '#lib/studio/history/moments.ts';

const point = (
	id: string,
	kind: Checkpoint['kind'],
	more: Partial<Checkpoint> = {},
): Checkpoint => ({
	...{ id, kind, run: null, note: id, undo: null },
	...{ created: '2026-01-01T00:00:00.000Z', bookmarked: false, code: '', hasData: true, bytes: 0 },
	rows: {},
	...more,
});
const result = (more: Partial<RestoreResult>): RestoreResult => ({
	...{ checkpoint: 'a', dryRun: false, parts: ['code'], undo: null, files: [], schema: [] },
	...{ rules: [], collections: [], quarantine: null },
	...more,
});

describe('the lines of the history', () => {
	it('join the two checkpoints of a turn, and show the one before it alone while it goes on', () => {
		const list = [
			point('going-on', 'before', { run: 'r3' }),
			point('saved', 'manual'),
			point('cut', 'interrupted', { run: 'r2', undo: 'b2' }),
			point('b2', 'before', { run: 'r2' }),
			point('done', 'after', { run: 'r1', undo: 'b1' }),
			point('b1', 'before', { run: 'r1' }),
		];
		expect(momentsOf(list).map(({ title, from, to }) => [title, from, to])).toEqual([
			['going-on', 'going-on', 'now'],
			['saved', 'saved', 'now'],
			['cut', 'b2', 'cut'],
			['done', 'b1', 'done'],
		]);
	});

	it('have a title when nobody gave them one', () => {
		expect(momentsOf([point('x', 'manual', { note: '' })])[0]?.title).toBe('Saved state');
	});

	it('compare a turn whose first checkpoint is gone with now', () => {
		expect(momentsOf([point('done', 'after', { run: 'r' })])[0]).toMatchObject({ to: 'now' });
	});
});

describe('what a restore did, in words', () => {
	it.each([
		[result({}), 'Nothing differs.'],
		[result({ files: [{ path: 'a', change: 'changed', changedSince: false }] }), '1 file.'],
		[
			result({
				schema: [{ level: 'info', text: 'x' }],
				collections: [
					{ name: 'a', restored: 2, carried: 5, setAside: 0 },
					{ name: 'b', restored: 0, carried: 0, setAside: 1 },
				],
			}),
			'1 change of tables and rules, 2 rows brought back, 1 row set aside.',
		],
	])('%#', (given, expected) => {
		expect(outcomeWords(given)).toBe(expected);
	});
});
