import { describe, expect, it } from 'vitest';
import { compileRules, RuleError } from '../../../../pb/core/rules/index.ts';
import { blog } from './blog.ts';
import { ANYONE, collection, Fixture, NOW, relation } from './fixture.ts';

const world = blog();
const as = (id: string) => ({ ...ANYONE, auth: world.auth('users', id) });
const root = { ...ANYONE, auth: world.auth('users', 'u1', true) };

const ids = (name: string, query: object): string =>
	world.ids({ collection: world.find(name), ...query }).join(' ');

const refusal = (
	name: string,
	query: object,
): { status: number; code: string; message: string } => {
	try {
		world.compile({ collection: world.find(name), ...query });
	} catch (error) {
		if (error instanceof RuleError)
			return { status: error.status, code: error.code, message: error.message };
		throw error;
	}
	return { status: 200, code: 'none', message: '' };
};

const plain400 = 'Something went wrong while processing your request.';

describe('what a client filter may not name', () => {
	it.each([
		['@request.auth.id = 1', '@request.'],
		["title = '@request.'", '@request.'],
		['@collection.users.name = 1', '@collection.'],
		["@request.auth.id = '' && @collection.users.name = 1", '@collection.'],
	])('%s', (filter, name) => {
		expect(refusal('posts', { filter })).toEqual({
			status: 403,
			code: 'superusers_only',
			message: `Only superusers can filter by ${name}.`.replace('..', '.'),
		});
		expect(refusal('posts', { sort: filter }).status).toBe(403);
		expect(refusal('posts', { filter, request: root }).status).toBe(200);
	});

	it.each([
		['secret = 1', 'hidden'],
		['author.note = 1', 'hidden'],
		['author.password = 1', 'hidden'],
		['author.tokenKey ~ 1', 'hidden'],
		['closed_via_post.name = 1', 'hidden'],
		['closed_via_post.id = 1', 'hidden'],
		['nope = 1', 'unresolved'],
		['author.nope = 1', 'unresolved'],
		['title.x = 1', 'unresolved'],
		['closed_via_by.name = 1', 'unresolved'],
		['comments_via_by.text = 1', 'unresolved'],
		['comments_via_text.text = 1', 'unresolved'],
		['title:foo = 1', 'unresolved'],
		['__proto__ = 1', 'unresolved'],
		['constructor.prototype = 1', 'unresolved'],
		['data..x = 1', 'unresolved'],
		['#title = 1', 'unresolved'],
		['parent.parent.parent.parent.parent.parent.parent.title = 1', 'too_deep'],
		['nope(1) = 1', 'call'],
		['geoDistance(1,2,3) = 1', 'call'],
		["geoDistance('1',2,3,4) = 1", 'call'],
		['strftime() = 1', 'call'],
		["strftime('%Y', geoDistance(1,2,3,4)) = 1", 'call'],
		["strftime('%Y', day, n) = 1", 'call'],
		[`strftime('%Y', day${", 'x'".repeat(9)}) = 1`, 'call'],
		['title', 'syntax'],
		['', 'none'],
		[' ', 'empty'],
		[`title = '${'é'.repeat(1750)}'`, 'too_long'],
		[Array(201).fill('n=1').join('||'), 'too_many'],
		['('.repeat(500) + 'n=1' + ')'.repeat(500), 'too_deep'],
	])('%s is refused: %s', (filter, code) => {
		const found = refusal('posts', { filter });
		expect(found.code).toBe(code);
		if (code !== 'none') expect(found).toMatchObject({ status: 400, message: plain400 });
	});

	it('counts bytes, and lets through what just fits', () => {
		const filter = `title = '${'a'.repeat(3500 - 10)}'`;
		expect(filter.length).toBe(3500);
		expect(refusal('posts', { filter }).code).toBe('none');
		expect(refusal('posts', { filter: filter + ' ' }).code).toBe('too_long');
		// A rule may be longer: its author is a superuser.
		expect(refusal('posts', { rules: [filter + ' '] }).code).toBe('none');
	});

	it('lets rules and superusers see hidden fields', () => {
		expect(ids('posts', { rules: ["secret = 's1'"] })).toBe('p1');
		expect(ids('posts', { filter: "secret = 's1'", request: root })).toBe('p1');
		expect(ids('posts', { filter: "closed_via_post.name ?= 'x'", request: root })).toBe('p1');
		expect(ids('posts', { rules: ["closed_via_post.name ?= 'x'"] })).toBe('p1');
	});

	it('keeps a rule trusted and the filter beside it not', () => {
		const rules = ["secret = 's1'"];
		expect(ids('posts', { rules, filter: 'n = 1' })).toBe('p1');
		expect(refusal('posts', { rules, filter: "secret = 's1'" }).code).toBe('hidden');
	});
});

describe('e-mail addresses', () => {
	it.each([
		["email != ''", 'u1'],
		["email ~ 'u'", 'u1'],
		["email = 'u2@x.yz'", ''],
		["email = 'u2@x.yz' || name = 'bob'", 'u2'],
		["email:lower != 'x'", 'u1'],
	])('%s finds %s', (filter, expected) => {
		expect(ids('users', { filter })).toBe(expected);
	});

	it('are not hidden from a superuser', () => {
		expect(ids('users', { filter: "email ~ 'x.yz'", request: root })).toBe('u1 u2');
	});

	it('are guarded through relations too', () => {
		expect(ids('posts', { filter: "author.email ~ 'u'" })).toBe('p4 p1');
		expect(ids('posts', { filter: "comments_via_post.by.email ?= 'u2@x.yz'" })).toBe('');
	});

	it('do not show in an order', () => {
		// u2@x.yz is hidden and sorts as if it were empty.
		expect(ids('users', { sort: 'email' })).toBe('u2 u1');
		expect(ids('users', { sort: '-email' })).toBe('u1 u2');
		expect(ids('users', { sort: '-email', request: root })).toBe('u2 u1');
	});
});

describe('list rules of collections that a filter crosses', () => {
	it('have to hold for the row that is read', () => {
		expect(ids('posts', { filter: "drafts_via_post.name ?= 'open'", request: as('u1') })).toBe(
			'p1',
		);
		expect(ids('posts', { filter: "drafts_via_post.name ?= 'open'", request: as('u2') })).toBe(
			'p2',
		);
		expect(ids('posts', { filter: "drafts_via_post.name ?= 'shut'", request: as('u1') })).toBe('');
		expect(ids('posts', { filter: "drafts_via_post.name ?= 'open'" })).toBe('');
	});

	it('do not ask for a row that is not there', () => {
		expect(
			ids('posts', { filter: "drafts_via_post.name = 'open' || n = 0", request: as('u1') }),
		).toBe('p1 p4');
	});

	it('hold although the comparison itself is constant', () => {
		expect(
			ids('posts', { filter: 'drafts_via_post.name ~ null || 1 = 1', request: as('u2') }),
		).toBe('p2 p4');
	});

	it('hold for a sort', () => {
		expect(ids('posts', { sort: 'drafts_via_post.name,id', request: as('u1') })).toBe('p4 p1');
	});

	it('ask about the lists of the row that is read, not of its neighbours', () => {
		const nodes = collection('nodes', {
			listRule: "links.name != 'bad'",
			fields: [{ type: 'text', name: 'name' }, relation('links', 'nodes', 9)],
		});
		const graph = new Fixture([nodes], {
			nodes: [
				{ id: 'n1', name: 'a', links: ['n2', 'n3'] },
				{ id: 'n2', name: 'x', links: [] },
				{ id: 'n3', name: 'x', links: ['n4'] },
				{ id: 'n4', name: 'bad', links: [] },
				{ id: 'n5', name: 'b', links: ['n3'] },
			],
		});
		const filter = "links.name ?= 'x'";
		expect(graph.ids({ collection: nodes, filter })).toEqual(['n1']);
		expect(graph.ids({ collection: nodes, rules: [filter] })).toEqual(['n1', 'n5']);
	});

	it('do not apply to superusers and rules', () => {
		const filter = "drafts_via_post.name ?= 'shut'";
		expect(ids('posts', { filter, request: root })).toBe('p3');
		expect(ids('posts', { rules: [filter] })).toBe('p3');
	});
});

describe('a would-be record', () => {
	const withRow = (row: Readonly<Record<string, string | number>>, rule: string): boolean => {
		const compiled = compileRules({
			catalog: world.catalog,
			collection: world.find('posts'),
			request: as('u1'),
			now: NOW,
			rules: [rule],
			source: 'draft',
		});
		const probe = blog();
		probe.db.exec(
			'DROP TABLE IF EXISTS draft; CREATE TABLE draft (id, title, n, author, tags, kinds)',
		);
		probe.insert('draft', {
			id: 'new',
			title: '',
			n: 0,
			author: '',
			tags: '[]',
			kinds: '[]',
			...row,
		});
		return probe.count('draft', compiled) > 0;
	};

	it.each([
		['author = @request.auth.id', { author: 'u1' }, true],
		['author = @request.auth.id', { author: 'u2' }, false],
		["author.name = 'ann'", { author: 'u1' }, true],
		["tags.name ?= 'blue'", { tags: '["t2"]' }, true],
		["tags.name = 'blue'", { tags: '["t2","t1"]' }, false],
		["kinds:each = 'a'", { kinds: '["a"]' }, true],
		['@collection.posts.title ?= title', { title: 'Abc' }, true],
		['@collection.posts.id ?= id', {}, false],
	])('%s for %j: %j', (rule, row, expected) => {
		expect(withRow(row, rule)).toBe(expected);
	});

	it('has nobody that refers to it', () => {
		expect(refusal('posts', { rules: ['comments_via_post.id = ""'], source: 'draft' }).code).toBe(
			'unresolved',
		);
	});
});

describe('views', () => {
	it.each([
		["title = 'Abc'", 'p1'],
		["tags.name ?= 'blue'", 'p2 p4'],
		['twice > 3', 'p2 p3'],
		['tags:length = 2', 'p2 p4'],
	])('%s', (filter, expected) => {
		expect(ids('titles', { filter })).toBe(expected);
	});

	it('have no rowid to sort by', () => {
		expect(refusal('titles', { sort: '@rowid' })).toMatchObject({ status: 400, code: 'sort' });
	});
});
