import { describe, expect, it } from 'vitest';
import type { SchemaChange } from '../../../../../src/lib/contracts/index.ts';
import { readCollections } from '../../../../../src/lib/server/app-collections.ts';
import { rehearse } from '../../../../../src/lib/server/draft/rehearsal.ts';
import {
	applyLogged,
	schemaLog,
	undoSchemaChange,
} from '../../../../../src/lib/server/schema-log/log.ts';
import { fingerprint } from '../../../../../src/lib/server/schema/index.ts';
import { actualEffects, telling, unsavable } from './actual.ts';
import { openApp, type App } from './app.ts';

type Posts = Omit<NonNullable<SchemaChange['update']>[number], 'name'>;
const posts = (patch: Posts): SchemaChange => ({ update: [{ name: 'posts', ...patch }] });
const now = new Date('2030-01-01T00:00:00Z');

/** The change, and of one field: rows lost, emptied, coerced, and refused when saved again. */
const changes: readonly [name: string, SchemaChange, string, Record<string, number>][] = [
	['a text goes', posts({ removeFields: ['title'] }), 'posts.title', { lost: 7 }],
	['a number goes', posts({ removeFields: ['score'] }), 'posts.score', { lost: 8 }],
	['a tick goes', posts({ removeFields: ['done'] }), 'posts.done', { lost: 6 }],
	['a list goes', posts({ removeFields: ['tags'] }), 'posts.tags', { lost: 8 }],
	['files go', posts({ removeFields: ['scans'] }), 'posts.scans', { lost: 7 }],
	['a place goes', posts({ removeFields: ['place'] }), 'posts.place', { lost: 6 }],
	[
		'several go at once',
		posts({ removeFields: ['due', 'link', 'body', 'author'] }),
		'posts.author',
		{ lost: 8 },
	],
	['a collection goes', { delete: ['comments'] }, 'comments.*', { lost: 5 }],
	[
		'a collection goes, and what points to it',
		{ update: [{ name: 'comments', removeFields: ['post'] }], delete: ['posts'] },
		'comments.post',
		{ lost: 3 },
	],
	['a field gets another name', posts({ renameFields: [{ from: 'title', to: 'head' }] }), '', {}],
	['a collection gets another name', { update: [{ name: 'posts', rename: 'articles' }] }, '', {}],
	[
		'two fields swap names',
		posts({
			renameFields: [
				{ from: 'title', to: 'x' },
				{ from: 'slug', to: 'title' },
				{ from: 'x', to: 'slug' },
			],
		}),
		'',
		{},
	],
	[
		'a list keeps one value',
		posts({
			changeFields: [
				{ type: 'select', name: 'tags', values: ['red', 'green', 'blue'], maxSelect: 1 },
			],
		}),
		'posts.tags',
		{ lost: 5, coerced: 3 },
	],
	[
		'a value becomes a list',
		posts({
			changeFields: [
				{ type: 'select', name: 'status', values: ['new', 'old', 'gone'], maxSelect: 2 },
			],
		}),
		'posts.status',
		{ coerced: 9 },
	],
	[
		'a relation keeps one record',
		posts({
			changeFields: [{ type: 'relation', name: 'readers', collection: 'users', maxSelect: 1 }],
		}),
		'posts.readers',
		{ lost: 5, coerced: 3 },
	],
	[
		'a list gets shorter',
		posts({
			changeFields: [
				{ type: 'select', name: 'tags', values: ['red', 'green', 'blue'], maxSelect: 2 },
			],
		}),
		'posts.tags',
		{ validation_too_many_values: 2 },
	],
	[
		'a text must not be empty',
		posts({ changeFields: [{ type: 'text', name: 'title', required: true }] }),
		'posts.title',
		{ validation_required: 5 },
	],
	[
		'a text gets a limit',
		posts({ changeFields: [{ type: 'text', name: 'title', max: 20 }] }),
		'posts.title',
		{ validation_max_text_constraint: 4 },
	],
	[
		'a text gets a form',
		posts({ changeFields: [{ type: 'text', name: 'slug', pattern: '^slug-[0-9]+$' }] }),
		'posts.slug',
		{ validation_invalid_format: 3 },
	],
	[
		'a number gets limits',
		posts({ changeFields: [{ type: 'number', name: 'score', min: 0, max: 5 }] }),
		'posts.score',
		{ validation_min_number_constraint: 2, validation_max_number_constraint: 2 },
	],
	[
		'a number must be whole',
		posts({ changeFields: [{ type: 'number', name: 'score', onlyInt: true }] }),
		'posts.score',
		{ validation_only_int_constraint: 2 },
	],
	[
		'a choice goes',
		posts({ changeFields: [{ type: 'select', name: 'status', values: ['new', 'old'] }] }),
		'posts.status',
		{ validation_invalid_value: 3 },
	],
	[
		'a new field must not be empty',
		posts({ addFields: [{ type: 'text', name: 'summary', required: true }] }),
		'posts.summary',
		{ validation_required: 12 },
	],
	[
		'a relation must not be empty',
		posts({
			changeFields: [{ type: 'relation', name: 'author', collection: 'users', required: true }],
		}),
		'posts.author',
		{ validation_required: 4 },
	],
	[
		'a field goes and one of its name and another type comes',
		posts({ removeFields: ['status'], addFields: [{ type: 'number', name: 'status' }] }),
		'posts.status',
		{ lost: 9 },
	],
	[
		'a field goes and the same comes again',
		posts({ removeFields: ['slug'], addFields: [{ type: 'text', name: 'slug' }] }),
		'',
		{},
	],
	[
		'rules and an index change',
		posts({ rules: { list: '' }, addIndexes: [{ fields: ['slug'] }] }),
		'',
		{},
	],
	[
		'a new collection',
		{ create: [{ name: 'extras', fields: [{ type: 'text', name: 't' }] }] },
		'',
		{},
	],
];

async function snapshot(app: App) {
	const collections = readCollections(app.backend);
	const rows = await app.rows();
	return { collections, rows, bad: await unsavable(app, rows, collections) };
}

describe('what a rehearsal says is what happens', () => {
	it.each(changes)('%s', async (_name, change, at, counts) => {
		const app = await openApp();
		try {
			const before = await snapshot(app);
			const target = app.target(change);
			const rehearsed = await rehearse(app.backend, target);
			expect(rehearsed.problems).toEqual([]);
			expect(fingerprint(readCollections(app.backend))).toBe(fingerprint(before.collections));
			expect(await app.rows()).toEqual(before.rows);

			const id = await applyLogged(app.backend, {
				...{ target, after: rehearsed.after, run: 'run-1', approval: '', summary: ['x'], now },
			});
			const after = await snapshot(app);
			expect(fingerprint(after.collections)).toBe(fingerprint(rehearsed.after));
			expect(telling(rehearsed.rows)).toEqual(telling(actualEffects(before, after)));
			const told = rehearsed.rows.find(({ collection, field }) => `${collection}.${field}` === at);
			expect({
				...(told?.lost && { lost: told.lost }),
				...(told?.nulled && { nulled: told.nulled }),
				...(told?.coerced && { coerced: told.coerced }),
				...Object.fromEntries(told?.violating.map(({ code, rows }) => [code, rows]) ?? []),
			}).toEqual(counts);

			expect(await schemaLog(app.backend)).toMatchObject([
				{ id, status: 'applied', undoable: true },
			]);
			expect(await undoSchemaChange(app.backend, id, now)).toMatchObject({ left: 0 });
			const back = await snapshot(app);
			expect(fingerprint(back.collections)).toBe(fingerprint(before.collections));
			expect(back.rows).toEqual(before.rows);
			expect(back.bad).toEqual(before.bad);
		} finally {
			await app.close();
		}
	});
});
