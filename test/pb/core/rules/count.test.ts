import { describe, expect, it } from 'vitest';
import { compileSqlite } from '../../../../pb/sql/index.ts';
import { blog } from './blog.ts';
import { ANYONE, bound, sqlText } from './fixture.ts';

const world = blog();
const posts = world.find('posts');
const request = { ...ANYONE, auth: world.auth('users', 'u1') };

describe('a count by value', () => {
	it.each([
		["author.name = 'ann'"],
		["author.name != 'ann'"],
		["author.orgs.name ?= 'two'"],
		["author.orgs.name != 'two' || author.org.name = 'one'"],
		["kinds:each = 'a'"],
		["kinds:each ?!= 'a'"],
		["parent.tags.name = 'red'"],
	])('%s counts what the list holds', (rule) => {
		const { count } = world.compile({ collection: posts, request, rules: [rule] });
		if (!count) throw new Error('no count');
		const { sql, params } = compileSqlite(count);
		expect(world.db.prepare(sql).get(...params.map(bound))).toEqual({
			total: world.ids({ collection: posts, request, rules: [rule] }).length,
		});
	});

	it('asks once for each value', () => {
		const { count } = world.compile({ collection: posts, request, rules: ["author.name = 'ann'"] });
		expect(sqlText(count)).toBe(
			'SELECT COALESCE(SUM(r.@count), 0) AS total FROM (SELECT r.author AS author, COUNT(*) AS @count, MIN(r.rowid) AS rowid FROM posts r WHERE GUARD GROUP BY r.author) r LEFT JOIN users j1 ON j1.id = r.author WHERE GUARD AND j1.name = ?',
		);
	});

	it.each([
		["title = 'Abc'"],
		["author = 'u1'"],
		["author.name = 'ann' && n = 1"],
		['author.name = title'],
		["tags.name ?= 'red'"],
		["comments_via_post.text ?= 'yes'"],
		['org = @request.auth.org'],
		["title = 'Abc' || @request.auth.orgs.name ?= 'one'"],
	])('is no help for %s', (rule) => {
		expect(world.compile({ collection: posts, request, rules: [rule] }).count).toBeUndefined();
	});

	it('does not touch views and would-be records', () => {
		expect(
			world.compile({ collection: world.find('titles'), rules: ["tags.name ?= 'red'"] }).count,
		).toBeUndefined();
		expect(
			world.compile({ collection: posts, rules: ["author.name = 'ann'"], source: 'draft' }).count,
		).toBeUndefined();
	});
});
