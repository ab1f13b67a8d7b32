import { describe, expect, it } from 'vitest';
import { compileSqlite, ident, seq, sql, text } from '../../../../pb/sql/index.ts';
import type { RuleQuery } from '../../../../pb/core/rules/index.ts';
import { blog } from './blog.ts';
import { ANYONE, bound, sqlText } from './fixture.ts';

const world = blog();
const posts = world.find('posts');
const request = { ...ANYONE, auth: world.auth('users', 'u1') };

const query = (rule: string, more: Partial<RuleQuery> = {}) => ({
	collection: posts,
	request,
	rules: [rule],
	...more,
});

/** SQLite's plan for the statement, one step a line. */
function planOf(rule: string): string {
	const { joins, where, alias } = world.compile(query(rule));
	const statement = compileSqlite(
		seq(
			sql`EXPLAIN QUERY PLAN SELECT ${ident(alias)}.* FROM ${ident('posts')} ${ident(alias)}`,
			joins,
			where ? sql` WHERE ${where}` : text(''),
		),
	);
	return world.db
		.prepare(statement.sql)
		.all(...statement.params.map(bound))
		.map((row) => (row as { detail: string }).detail)
		.join('\n');
}

describe('cost', () => {
	it.each<[string, 'indexed' | 'scan', Partial<RuleQuery>?]>([
		['', 'indexed'],
		["id = 'p1'", 'indexed'],
		["author = 'u1'", 'indexed'],
		['author = @request.auth.id', 'indexed'],
		["author = @request.auth.id && title ~ 'x'", 'indexed'],
		["id = 'p1' && title ~ 'x'", 'indexed'],
		["author = @request.auth.id && @request.auth.id != ''", 'indexed'],
		["author = @request.auth.id || id = 'p1'", 'indexed'],
		['author = @request.auth.org', 'indexed'],
		["@request.auth.id = ''", 'indexed'],
		["@request.auth.id != ''", 'indexed'],
		["title = 'x'", 'scan'],
		['n = 1', 'scan'],
		["mail = 'q@x.yz'", 'scan'],
		["link = 'x'", 'scan'],
		["author != 'u1'", 'scan'],
		["author ~ 'u1'", 'scan'],
		["author:lower = 'u1'", 'scan'],
		['id = title', 'scan'],
		['id = title:lower', 'scan'],
		["author = @request.auth.id || title = 'x'", 'scan'],
		["tags.name ?= 'red'", 'scan'],
		// The caller looks at single records.
		["title = 'x'", 'indexed', { byId: true }],
		["tags.name = 'red' && comments_via_post.text ?= 'x'", 'indexed', { byId: true }],
		['@collection.comments.post ?= id', 'scan', { byId: true }],
		['votes_via_post.stars ?= 5', 'scan', { byId: true }],
		["@collection.comments.post ?= 'p1'", 'indexed', { byId: true }],
		['', 'indexed', { sort: 'id' }],
		['', 'indexed', { sort: '-author' }],
		['', 'indexed', { sort: '@rowid' }],
		['', 'scan', { sort: 'title' }],
		['', 'scan', { sort: '@random' }],
		['', 'scan', { sort: 'author,title' }],
		["author = 'u1'", 'indexed', { sort: 'title' }],
		["id = 'p1'", 'indexed', { sort: 'title' }],
	])('of %j is %s', (rule, cost, more) => {
		expect(world.compile(query(rule, more)).cost).toBe(cost);
	});
});

describe('a scan can be ended', () => {
	it.each([
		["title = 'x'", 'GUARD AND r.title = ?'],
		['', ''],
		["author = 'u1'", 'r.author = ?'],
	])('%j', (rule, where) => {
		expect(sqlText(world.compile(query(rule)).where)).toBe(where);
	});

	it('also when only its order reads the table', () => {
		expect(sqlText(world.compile(query('', { sort: 'title' })).where)).toBe('GUARD');
	});

	it('also inside a subquery that reads a table for one record', () => {
		const { where } = world.compile(query('@collection.votes.post ?= id', { byId: true }));
		expect(sqlText(where)).toBe(
			"GUARD AND EXISTS (SELECT 1 FROM (SELECT 1) LEFT JOIN votes j1 WHERE GUARD AND COALESCE(j1.post, '') = r.id)",
		);
	});
});

describe('SQLite finds the index', () => {
	it.each([
		['author = @request.auth.id', 'SEARCH r USING INDEX ix_author (author=?)'],
		['author = @request.auth.org', 'SEARCH r USING INDEX ix_author (author=?)'],
		['@request.auth.orgs:each ?= author', 'SEARCH r USING INDEX ix_author (author=?)'],
		["author.name = 'ann'", 'SEARCH r USING INDEX ix_author (author=?)'],
		["comments_via_post.text ?= 'yes'", 'SEARCH j1 EXISTS USING INDEX ix_post (post=?)'],
		[
			"@collection.votes.by ?= 'u1' && @collection.votes.post ?= id",
			'SEARCH r USING INDEX sqlite_autoindex_posts_1 (id=?)',
		],
	])('%s', (rule, step) => {
		expect(planOf(rule)).toContain(step);
	});
});

describe('the text of a statement does not depend on values', () => {
	it.each([
		["title = 'a'", "title = 'b'"],
		['n > 1', 'n > 2.5'],
		['title > 1', 'title > 2.5'],
		["title ~ 'a'", "title ~ '%b'"],
		['data.k = 1', 'data.k = 99'],
		["tags.name ?= 'x'", "tags.name ?= 'y'"],
	])('%s and %s', (a, b) => {
		const text = (rule: string): string => sqlText(world.compile(query(rule)).where);
		expect(text(a)).toBe(text(b));
	});

	it('nor on who asks', () => {
		const text = (id: string): string =>
			sqlText(
				world.compile({
					...query('author = @request.auth.id && @request.auth.org = org'),
					request: { ...ANYONE, auth: world.auth('users', id) },
				}).where,
			);
		expect(text('u1')).toBe(text('u2'));
	});
});
