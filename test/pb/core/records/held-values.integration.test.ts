import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Collection } from '../../../../pb/core/index.ts';
import { mayHold } from '../../../../pb/core/records/held-values.ts';
import { deleteRecord, saveRecord } from '../../../../pb/core/records/index.ts';
import type { RelationField } from '../../../../pb/core/fields/index.ts';
import type { Transaction } from '../../../../pb/store/index.ts';
import { sql } from '../../../../pb/sql/index.ts';
import { collectionOf, usersOf } from './fixtures.ts';
import { createTestCore, superuser, type TestCore } from './harness.ts';

const relation = (name: string, more: Record<string, unknown> = {}) => ({
	name,
	type: 'relation',
	collectionId: 'pbc_people',
	maxSelect: 1,
	...more,
});
const people = collectionOf('people', []);
const posts: Collection = collectionOf('posts', [
	relation('author', { cascadeDelete: true }),
	relation('readers', { maxSelect: 9 }),
]);
const superusers: Collection = { ...usersOf(), id: 'pbc_3142635823', name: '_superusers' };
const root = superuser(superusers);
const field = (name: string) => posts.fields.find((each) => each.name === name) as RelationField;

let test: TestCore;
afterEach(() => test.close());

const open = async () => {
	test = await createTestCore([people, posts, superusers]);
};
const save = (tx: Transaction, collection: Collection, values: Record<string, unknown>) =>
	saveRecord(test.core, tx, { collection, values }, { validate: false });
const put = (collection: Collection, values: Record<string, unknown>) =>
	test.core.store.write((tx) => save(tx, collection, values));
const remove = (id: string) => deleteRecord(test.core, people, root, id);
const turns = async (): Promise<void> => {
	for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};
const may = (id: string) => [
	mayHold(test.core, posts, field('author'), id),
	mayHold(test.core, posts, field('readers'), id),
];

describe('what a relation without index holds', () => {
	it('is known after it was looked through, and stays known while records are written', async () => {
		await open();
		for (const id of ['a', 'b', 'c', 'd']) await put(people, { id });
		await put(posts, { id: 'p', author: 'b', readers: ['b', 'c'] });
		expect(may('x')).toEqual([true, true]);
		await remove('a');
		await turns();
		expect([may('a'), may('b'), may('c'), may('x')]).toEqual([
			[false, false],
			[true, true],
			[false, true],
			[false, false],
		]);
		await put(posts, { id: 'q', author: 'd', readers: ['x'] });
		expect([may('d'), may('x')]).toEqual([
			[true, false],
			[false, true],
		]);
	});

	it('is unknown again once somebody else wrote, or when the deletion was undone', async () => {
		await open();
		for (const id of ['a', 'b', 'c']) await put(people, { id });
		const undone = test.core.store.write(async (tx) => {
			await deleteRecord(test.core, people, root, 'a', { tx });
			throw new Error('no');
		});
		await expect(undone).rejects.toThrow('no');
		await turns();
		expect(may('x')).toEqual([true, true]);
		await remove('b');
		await turns();
		expect(may('x')).toEqual([false, false]);
		await test.core.store.write(async (tx) => {
			await tx.run(sql`INSERT INTO posts (id, author, readers) VALUES ('p', 'x', '[]')`);
			// At once, also for the rest of the same transaction.
			expect(may('x')).toEqual([true, true]);
		});
		expect(may('x')).toEqual([true, true]);
	});

	it('counts what is written between the deletion and the look through the table', async () => {
		await open();
		await put(people, { id: 'a' });
		const removing = remove('a');
		const writing = put(posts, { id: 'p', author: 'x', readers: [] });
		await Promise.all([removing, writing]);
		await turns();
		expect([may('x'), may('y')]).toEqual([
			[true, false],
			[false, false],
		]);
	});

	it('lets the event loop turn, and misses no row at the edges', async () => {
		await open();
		await put(people, { id: 'a' });
		await test.core.store.write((tx) =>
			tx.run(
				sql`INSERT INTO posts (id, author, readers) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12001) SELECT 'p' || i, CASE WHEN i IN (1, 5000, 5001, 10000, 12001) THEN 'a' ELSE 'z' END, CASE WHEN i % 5000 < 2 THEN '["a","z"]' ELSE '["z"]' END FROM n`,
			),
		);
		let count = 0;
		let isDone = false;
		const watch = (): void => {
			count += 1;
			if (!isDone) setImmediate(watch);
		};
		setImmediate(watch);
		await remove('a');
		isDone = true;
		expect(count).toBeGreaterThanOrEqual(4);
		const left = sql`SELECT count(*) AS total, sum(author = 'a') + sum(readers LIKE '%"a"%') AS held FROM posts`;
		expect(await test.core.store.get(left)).toEqual({ total: 11_996, held: 0 });
	});

	it('never lets a reference to a deleted record stay, whatever was written in which order', async () => {
		const id = fc.constantFrom('a', 'b', 'c', 'd');
		const list = fc.uniqueArray(id, { maxLength: 3 });
		const step = fc.oneof(
			fc.record({ do: fc.constant('person' as const), id }),
			fc.record({ do: fc.constant('post' as const), id, author: id, readers: list }),
			fc.record({ do: fc.constant('undone' as const), id, author: id, readers: list }),
			fc.record({ do: fc.constant('raw' as const), id, author: id, readers: list }),
			fc.record({ do: fc.constant('delete' as const), id }),
			fc.record({ do: fc.constant('turn' as const) }),
		);
		const exists = async (collection: Collection, recordId: string) =>
			test.core.store.get(
				collection === people
					? sql`SELECT * FROM people WHERE id = ${recordId}`
					: sql`SELECT * FROM posts WHERE id = ${recordId}`,
			);
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
				await open();
				try {
					for (const each of steps) {
						if (each.do === 'turn') await turns();
						else if (each.do === 'delete') {
							if (!(await exists(people, each.id))) continue;
							await remove(each.id);
							const held = sql`SELECT id FROM posts WHERE author = ${each.id} OR readers LIKE ${`%"${each.id}"%`}`;
							expect(await test.core.store.all(held)).toEqual([]);
						} else if (each.do === 'person') {
							if (!(await exists(people, each.id))) await put(people, { id: each.id });
						} else if (!(await exists(posts, each.id))) {
							const { author, readers } = each;
							if (each.do === 'raw')
								await test.core.store.write((tx) =>
									tx.run(
										sql`INSERT INTO posts (id, author, readers) VALUES (${each.id}, ${author}, ${JSON.stringify(readers)})`,
									),
								);
							else if (each.do === 'post') await put(posts, { id: each.id, author, readers });
							else
								await test.core.store
									.write(async (tx) => {
										await save(tx, posts, { id: each.id, author, readers });
										throw new Error('undone');
									})
									.catch(() => undefined);
						}
					}
				} finally {
					await test.close();
				}
			}),
			{ numRuns: 40 },
		);
		await open();
	});
});
