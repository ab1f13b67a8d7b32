import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql, type CompiledSql, type SqlValue } from '../../../../pb/sql/index.ts';
import {
	openReopenable,
	openSqliteStore,
	type ReopenableStore,
	type Transaction,
} from '../../../../pb/store/index.ts';

let directory: string;
let path: string;
let store: ReopenableStore;

const open = () =>
	openSqliteStore({ path, durability: 'normal', queryTimeoutMs: 5000, readers: 1 });
const run = (...statements: string[]) =>
	store.write(async (tx: Transaction) => {
		for (const statement of statements) await tx.run({ sql: statement, params: [] });
	});
const asked = (text: string, ...params: SqlValue[]): CompiledSql => ({ sql: text, params });

beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'tk-recall-'));
	path = join(directory, 'data.db');
	store = await openReopenable(open);
	await run(
		'CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT)',
		'CREATE TABLE tags (name TEXT, post INTEGER REFERENCES posts(id) ON DELETE CASCADE)',
		"INSERT INTO posts VALUES (1, 'a'), (2, 'b')",
		"INSERT INTO tags VALUES ('x', 1), ('y', 2)",
		'CREATE VIEW titles AS SELECT title FROM posts',
	);
});
afterEach(async () => {
	await store.close();
	await rm(directory, { recursive: true });
});

const questions = [
	asked('SELECT * FROM posts LIMIT ?', 20),
	asked('SELECT COUNT(*) AS total FROM posts'),
	asked('SELECT id FROM posts WHERE title LIKE ?', '%b%'),
	asked('SELECT * FROM tags'),
	asked('SELECT * FROM titles'),
];

describe('recall', () => {
	it.each(['all', 'scan'] as const)(
		'gives the same rows while nothing is written: %s',
		async (as) => {
			for (const question of questions) {
				const onFleeting = () => expect.unreachable();
				const rows = await store.recall(question, { as, onFleeting });
				expect(rows).toEqual(await store.all(question));
				expect(await store.recall(question, { as })).toBe(rows);
			}
		},
	);

	it.each<[string, () => Promise<unknown>]>([
		['an insert', () => run("INSERT INTO posts VALUES (3, 'bb')")],
		['an update', () => run("UPDATE posts SET title = 'b'")],
		['a delete that cascades', () => run('DELETE FROM posts WHERE id = 1')],
		['a truncation', () => run('DELETE FROM tags', 'DELETE FROM posts')],
		[
			'several statements at once',
			() => run('DELETE FROM posts', "INSERT INTO posts VALUES (9, 'b')"),
		],
		[
			'a statement with RETURNING',
			() => store.write((tx) => tx.all(sql`DELETE FROM posts WHERE id = 2 RETURNING id`)),
		],
		[
			'a savepoint among others that are undone',
			() =>
				store.write(async (tx) => {
					await tx.savepoint(() => tx.run(sql`DELETE FROM tags WHERE name = 'x'`));
					await tx
						.savepoint(async () => {
							await tx.run(sql`DELETE FROM posts`);
							throw new Error('undone');
						})
						.catch(() => undefined);
				}),
		],
		['a new column', () => run("ALTER TABLE posts ADD COLUMN more TEXT DEFAULT 'm'")],
		[
			'a renamed table',
			() => run('ALTER TABLE tags RENAME TO old', 'CREATE TABLE tags (label TEXT)'),
		],
		[
			'another view of that name',
			() => run('DROP VIEW titles', "CREATE VIEW titles AS SELECT 'z' AS title"),
		],
		[
			'a commit of another connection',
			async () => {
				const other = await open();
				await other.write((tx) => tx.run(sql`INSERT INTO posts VALUES (7, 'b7')`));
				await other.close();
			},
		],
		[
			'other files in the place of these',
			async () => {
				const copy = join(directory, 'copy.db');
				await store.snapshot(copy);
				await run('DELETE FROM tags', 'DELETE FROM posts');
				for (const question of questions) await store.recall(question, { as: 'all' });
				await store.replace(() => copyFile(copy, path));
			},
		],
	])('sees what is new after %s', async (_, write) => {
		const before = [];
		for (const question of questions) before.push(await store.recall(question, { as: 'all' }));
		await write();
		for (const [i, question] of questions.entries()) {
			const rows = await store.recall(question, { as: i % 2 === 0 ? 'all' : 'scan' });
			expect(rows).not.toBe(before[i]);
			expect(rows).toEqual(await store.all(question));
		}
	});

	it('gives what was committed, not what a transaction is about to write', async () => {
		const [question] = questions as [CompiledSql];
		const before = await store.recall(question, { as: 'all' });
		await store.write(async (tx) => {
			await tx.run(sql`DELETE FROM posts`);
			expect(await store.recall(question, { as: 'all' })).toBe(before);
		});
		expect(await store.recall(question, { as: 'all' })).toEqual([]);
	});

	it('keeps nothing that was read while something was written', async () => {
		const [question] = questions as [CompiledSql];
		const early = store.recall(question, { as: 'scan' });
		await run('DELETE FROM posts');
		await early;
		expect(await store.recall(question, { as: 'all' })).toEqual([]);
	});

	it.each([
		'SELECT random() AS n',
		'SELECT id FROM posts ORDER BY RANDOM()',
		"SELECT strftime('%f', 'now') AS t",
		'SELECT CURRENT_TIMESTAMP AS t',
		'SELECT * FROM dice',
		'SELECT id FROM posts WHERE id IN (SELECT n FROM dice)',
		// What takes long to look at.
		`SELECT 1 AS n${' '.repeat(10_000)}`,
	])('runs each time what asks for chance or time, or is long: %.60s', async (text) => {
		await run('CREATE VIEW dice AS SELECT abs(random()) % 3 AS n');
		let fleeting = 0;
		const onFleeting = () => fleeting++;
		const first = await store.recall(asked(text), { as: 'all', onFleeting });
		expect(await store.recall(asked(text), { as: 'all', onFleeting })).not.toBe(first);
		expect(fleeting).toBe(2);
	});

	it('notices that a view it knew asks for chance now', async () => {
		const question = asked('SELECT * FROM titles');
		await store.recall(question, { as: 'all' });
		await run('DROP VIEW titles', 'CREATE VIEW titles AS SELECT random() AS title');
		const first = await store.recall(question, { as: 'all' });
		expect(await store.recall(question, { as: 'all' })).not.toBe(first);
	});

	it.each<[SqlValue[], SqlValue[]]>([
		[
			[1, 2],
			[2, 1],
		],
		[['1'], [1]],
		[[null], ['']],
		[
			['a', 'b'],
			['a\0s1:b', ''],
		],
		[['a\0s1:b'], ['a', 'b']],
		[
			['ab', 'c'],
			['a', 'bc'],
		],
		[[new Uint8Array([1])], [new Uint8Array([2])]],
	])('tells values apart: %j and %j', async (a, b) => {
		const ask = (params: SqlValue[]) =>
			store.recall(asked(`SELECT ${params.map((_, i) => `? AS v${i}`).join(', ')}`, ...params), {
				as: 'all',
			});
		const first = await ask(a);
		const second = await ask(b);
		expect(first.flatMap((row) => Object.values(row))).toEqual(a.map(plain));
		expect(second.flatMap((row) => Object.values(row))).toEqual(b.map(plain));
	});

	it('keeps a bounded number of bytes, and nothing that is large', async () => {
		const page = (n: number, size: number) =>
			store.recall(asked(`SELECT hex(zeroblob(?)) AS page, ? AS n`, size, n), { as: 'all' });
		const large = await page(0, 300_000);
		expect(await page(0, 300_000)).not.toBe(large);
		const first = await page(1, 50_000);
		expect(await page(1, 50_000)).toBe(first);
		for (let n = 2; n < 60; n++) await page(n, 50_000);
		const last = await page(59, 50_000);
		expect(await page(59, 50_000)).toBe(last);
		expect(await page(1, 50_000)).not.toBe(first);
	});
});

const plain = (value: SqlValue): unknown =>
	value instanceof Uint8Array ? Buffer.from(value) : value;
