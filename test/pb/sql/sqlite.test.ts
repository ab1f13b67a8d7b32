import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import {
	compileShape,
	compileSqlite,
	guard,
	GUARD_FUNCTION,
	ident,
	join,
	param,
	seq,
	slot,
	sql,
	text,
} from '../../../pb/sql/index.ts';

describe('compileSqlite', () => {
	it.each([
		['text', text('SELECT 1'), 'SELECT 1', []],
		['a value', sql`SELECT ${5}`, 'SELECT ?', [5]],
		['null', sql`SELECT ${null}`, 'SELECT ?', [null]],
		['bytes', sql`SELECT ${new Uint8Array([1])}`, 'SELECT ?', [new Uint8Array([1])]],
		['a name', sql`SELECT ${ident('posts', 'title')}`, 'SELECT `posts`.`title`', []],
		['a name with quotes', ident('a`; DROP TABLE x; --'), '`a``; DROP TABLE x; --`', []],
		[
			'a list',
			sql`SELECT ${join([ident('a'), param(1), sql`${ident('b')} = ${'x'}`], ', ')}`,
			'SELECT `a`, ?, `b` = ?',
			[1, 'x'],
		],
		['nothing', seq(), '', []],
		['an empty list', join([], ', '), '', []],
		['a value that looks like SQL', sql`x = ${"' OR 1=1 --"}`, 'x = ?', ["' OR 1=1 --"]],
		[
			'a guard',
			guard(['a']),
			`(((ifnull(\`a\`.rowid, 0)) & 63) OR ${GUARD_FUNCTION}(ifnull(\`a\`.rowid, 0)))`,
			[],
		],
	])('prints %s', (_, node, expected, params) => {
		expect(compileSqlite(node)).toEqual({ sql: expected, params });
	});

	it('refuses an open slot', () => {
		expect(() => compileSqlite(sql`SELECT ${slot('id')}`)).toThrow('no value for the slot "id"');
	});
});

describe('compileShape', () => {
	it('binds many times, in the order of the text', () => {
		const shape = compileShape(sql`SELECT ${slot('b')}, ${1}, ${slot('a')}, ${slot('b')}`);
		expect(shape.bind({ a: 'A', b: 'B' })).toEqual({
			sql: 'SELECT ?, ?, ?, ?',
			params: ['B', 1, 'A', 'B'],
		});
		expect(shape.bind({ a: null, b: 2 }).params).toEqual([2, 1, null, 2]);
		expect(() => shape.bind({ a: 1 })).toThrow('"b"');
		expect(() => compileShape(slot('toString')).bind({})).toThrow('"toString"');
	});
});

describe('guard', () => {
	const open = () => {
		const db = new Database(':memory:');
		const calls = { count: 0 };
		db.function(GUARD_FUNCTION, { varargs: true }, () => {
			calls.count += 1;
			return 1;
		});
		db.exec(`CREATE TABLE t (id TEXT PRIMARY KEY, n INTEGER);
			WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 640)
			INSERT INTO t SELECT 'r' || i, i FROM s`);
		const count = (query: ReturnType<typeof sql>): unknown => {
			const compiled = compileSqlite(query);
			return db
				.prepare(compiled.sql)
				.pluck()
				.get(...compiled.params);
		};
		return { calls, count };
	};

	it('calls into JavaScript on every 64th row and drops none', () => {
		const { calls, count } = open();
		expect(count(sql`SELECT count(*) FROM t WHERE ${guard(['t'])}`)).toBe(640);
		expect(calls.count).toBe(10);
	});

	it('is asked in the inner loop of a join, not only in the outer', () => {
		const { calls, count } = open();
		expect(
			count(sql`SELECT count(*) FROM t a, t b WHERE a.n + b.n > 0 AND ${guard(['a', 'b'])}`),
		).toBe(640 * 640);
		expect(calls.count).toBeGreaterThanOrEqual(6400);
	});

	it('keeps the rows of an outer join that found nothing', () => {
		const { count } = open();
		const query = sql`SELECT count(*) FROM t a LEFT JOIN t b ON b.n = a.n + 639 WHERE ${guard(['a', 'b'])}`;
		expect(count(query)).toBe(640);
	});
});
