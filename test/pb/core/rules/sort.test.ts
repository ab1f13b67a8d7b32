import { describe, expect, it } from 'vitest';
import { RuleError } from '../../../../pb/core/rules/index.ts';
import { blog } from './blog.ts';
import { ANYONE, sqlText } from './fixture.ts';

const world = blog();
const posts = world.find('posts');
const ids = (sort: string, filter?: string): string =>
	world.ids({ collection: posts, sort, filter }).join(' ');

describe('sort', () => {
	it.each([
		['n', 'p4 p1 p2 p3', 'r.n ASC'],
		['-n', 'p3 p2 p1 p4', 'r.n DESC'],
		['+n', 'p4 p1 p2 p3', 'r.n ASC'],
		[' -m , n', 'p4 p1 p2 p3', 'r.m DESC, r.n ASC'],
		['@rowid', 'p1 p2 p3 p4', 'r._rowid_ ASC'],
		['-@rowid', 'p4 p3 p2 p1', 'r._rowid_ DESC'],
		['title:lower', 'p2 p4 p3 p1', 'LOWER(r.title) ASC'],
		['author.name,id', 'p3 p1 p4 p2', 'j1.name ASC, r.id ASC'],
		['-kinds:length,id', 'p2 p1 p3 p4', undefined],
		['-data.k,-n', 'p1 p3 p2 p4', undefined],
		// Of a list the first item counts, of records that refer here the oldest.
		['tags.name,id', 'p4 p3 p1 p2', undefined],
		['-tags.weight,id', 'p1 p2 p3 p4', undefined],
		['comments_via_post.text,id', 'p3 p4 p1 p2', undefined],
		['-lists_via_posts.name,id', 'p1 p2 p3 p4', undefined],
		['votes_via_post.stars,-id', 'p4 p2 p1 p3', undefined],
	])('%s', (sort, expected, order) => {
		expect(ids(sort)).toBe(expected);
		if (order !== undefined)
			expect(sqlText(world.compile({ collection: posts, sort }).orderBy)).toBe(order);
	});

	it('asks for distinct rows only where a join multiplies them', () => {
		const distinct = (sort: string, filter?: string): boolean =>
			world.compile({ collection: posts, sort, filter }).distinct;
		expect(distinct('tags.name')).toBe(false);
		expect(distinct('tags.name', "tags.name ?= 'red'")).toBe(true);
		expect(ids('tags.name', "tags.name ?= 'blue'")).toBe('p2 p4');
	});

	it('answers @random with every row', () => {
		expect(ids('@random').split(' ').toSorted().join(' ')).toBe('p1 p2 p3 p4');
	});

	it.each([
		['nope', 'sort'],
		['secret', 'sort'],
		['author.password', 'sort'],
		['closed_via_post.name', 'sort'],
		['null', 'sort'],
		['@now', 'sort'],
		["'a'", 'sort'],
		['1', 'sort'],
		['', 'none'],
		['n,', 'sort'],
		['n;drop table posts', 'sort'],
		['@random()', 'sort'],
		[Array(9).fill('n').join(','), 'too_many'],
		['a'.repeat(256), 'too_long'],
	])('refuses %j: %s', (sort, code) => {
		const read = (): string => {
			try {
				world.compile({ collection: posts, sort, request: ANYONE });
				return 'none';
			} catch (error) {
				return error instanceof RuleError ? error.code : 'other';
			}
		};
		expect(read()).toBe(code);
	});
});
