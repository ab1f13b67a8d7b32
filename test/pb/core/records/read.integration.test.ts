import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Collection, RequestInfo } from '../../../../pb/core/index.ts';
import {
	enrichRecords,
	findRecord,
	findRecordBy,
	listRecords,
	parseListQuery,
	passesRule,
	saveRecord,
	viewRecord,
	type RecordInput,
} from '../../../../pb/core/records/index.ts';
import { collectionOf, usersOf } from './fixtures.ts';
import { as, createTestCore, guest, superuser, user, type TestCore } from './harness.ts';

const relation = (name: string, to: string, maxSelect = 1) => ({
	name,
	type: 'relation',
	collectionId: `pbc_${to}`,
	maxSelect,
});
const users: Collection = {
	...usersOf([{ name: 'role', type: 'text', hidden: true }]),
	auth: { manageRule: "@request.auth.role = 'manager'" },
} as unknown as Collection;
const superusers: Collection = { ...usersOf(), id: 'pbc_3142635823', name: '_superusers' };
const posts = collectionOf(
	'posts',
	[
		{ name: 'title', type: 'text' },
		{ name: 'n', type: 'number' },
		{ name: 'secret', type: 'text', hidden: true },
		{ name: 'meta', type: 'json' },
		relation('author', 'users'),
		relation('tags', 'tags', 9),
	],
	{ listRule: "title != 'draft'", viewRule: "title != 'draft' || author = @request.auth.id" },
);
const tags = collectionOf('tags', [{ name: 'name', type: 'text' }], {
	viewRule: "name != 'hidden'",
});
const comments = collectionOf('comments', [
	{ name: 'text', type: 'text' },
	relation('post', 'posts'),
]);
const closed = collectionOf('closed', [relation('post', 'posts')], { viewRule: null });

let test: TestCore;
beforeEach(async () => {
	test = await createTestCore([users, superusers, posts, tags, comments, closed]);
});
afterEach(() => test.close());

const root = superuser(superusers);
const make = (collection: Collection, values: RecordInput['values']) =>
	test.core.store.write((tx) =>
		saveRecord(test.core, tx, { collection, values }, { validate: false }),
	);
const idOf = (record: { readonly data: Record<string, unknown> }) => String(record.data['id']);
const list = (query: string, info: RequestInfo = guest, collection = posts) =>
	listRecords(test.core, collection, info, parseListQuery(new URLSearchParams(query)));
const seed = async () => {
	for (let n = 1; n <= 5; n++) await make(posts, { title: `post ${n}`, n, secret: `s${n}` });
	await make(posts, { title: 'draft', n: 6 });
};

describe('listRecords', () => {
	it.each([
		['', [1, 2, 3, 4, 5], 5],
		['perPage=2', [1, 2], 5],
		['perPage=2&page=3', [5], 5],
		['perPage=2&page=4', [], 5],
		['perPage=5', [1, 2, 3, 4, 5], 5],
		['perPage=5&page=2', [], 5],
		['sort=-n&perPage=2', [5, 4], 5],
		['filter=n%3E3', [4, 5], 2],
		['filter=n%3E3&perPage=1&page=2', [5], 2],
		['perPage=2&skipTotal=1', [1, 2], -1],
	])('%s', async (query, numbers, total) => {
		await seed();
		const page = await list(query);
		expect(page.items.map((item) => item['n'])).toEqual(numbers);
		expect(page.totalItems).toBe(total);
		const { perPage } = page;
		expect(page.totalPages).toBe(total < 0 ? -1 : Math.ceil(total / perPage));
	});

	it('hides what the rule hides from everyone but superusers', async () => {
		await seed();
		expect((await list('', root)).totalItems).toBe(6);
		await expect(list('', guest, { ...posts, listRule: null })).rejects.toMatchObject({
			status: 403,
		});
		expect((await list('', root, { ...posts, listRule: null })).totalItems).toBe(6);
	});

	it.each([
		["filter=secret='s1'", 400],
		['filter=nope=1', 400],
		['filter=n%3D', 400],
		['sort=nope', 400],
		['sort=secret', 400],
		["filter=title='@request.auth.id'", 403],
		['sort=@collection.users.id', 403],
	])('refuses %s', async (query, status) => {
		await expect(list(query)).rejects.toMatchObject({ status });
	});

	it('counts a record once, however many related ones match', async () => {
		const ids = [];
		for (const name of ['aa', 'ab', 'ac']) ids.push(idOf(await make(tags, { name })));
		for (let n = 0; n < 3; n++) await make(posts, { title: 't', n, tags: ids });
		const page = await list("filter=tags.name?~'a'&perPage=2");
		expect(page.items.map((item) => item['n'])).toEqual([0, 1]);
		expect(page.totalItems).toBe(3);
		// An order through many joins them, and that must not count them.
		const sorted = await list('sort=tags.name,n&perPage=2');
		expect(sorted.totalItems).toBe(3);
		expect(new Set(sorted.items.map((item) => item['id'])).size).toBe(2);
	});
});

describe('viewRecord and passesRule', () => {
	it('shows what passes the rule and answers 404 for everything else', async () => {
		const author = await make(users, { email: 'a@example.com' });
		const draft = await make(posts, { title: 'draft', author: idOf(author), secret: 'x' });
		const view = (info: RequestInfo, id = idOf(draft)) => viewRecord(test.core, posts, info, id);
		await expect(view(guest)).rejects.toMatchObject({ status: 404 });
		await expect(view(root, 'nope')).rejects.toMatchObject({ status: 404 });
		const wire = await view(as(user(author)));
		expect(Object.keys(wire)).toEqual([
			'author',
			'collectionId',
			'collectionName',
			'id',
			'meta',
			'n',
			'tags',
			'title',
		]);
		expect(await view(root)).toMatchObject({ secret: 'x' });
		await expect(viewRecord(test.core, closed, guest, 'x')).rejects.toMatchObject({ status: 403 });
	});

	it('is asked for one record and one rule', async () => {
		const post = await make(posts, { title: 'a', n: 1 });
		const passes = (rule: string | null, info = guest) =>
			passesRule(test.core, posts, idOf(post), rule, info);
		expect(await passes('n = 1')).toBe(true);
		expect(await passes('n = 2')).toBe(false);
		expect(await passes('n = 2', root)).toBe(true);
		expect(await passes(null)).toBe(false);
		expect(await passes('')).toBe(true);
	});
});

describe('findRecordBy', () => {
	it('finds by any field, with or without case', async () => {
		await make(users, { email: 'A@example.com' });
		const find = (email: string, caseInsensitive = false) =>
			findRecordBy(test.core, users, 'email', email, { caseInsensitive });
		expect(await find('a@example.com')).toBeUndefined();
		expect(await find('a@example.com', true)).toBeDefined();
		expect(await findRecordBy(test.core, users, 'nope', 'x')).toBeUndefined();
	});
});

describe('expand', () => {
	const expand = async (record: { data: Record<string, unknown> }, paths: string, info = guest) => {
		const found = await findRecord(test.core, posts, idOf(record));
		const [wire] = await enrichRecords(test.core, info, found ? [found] : [], { expand: paths });
		return wire?.['expand'];
	};

	it('hangs related records under their field, one or many, as the view rule lets', async () => {
		const author = await make(users, { email: 'a@example.com' });
		const ids = [];
		for (const name of ['one', 'hidden', 'two']) ids.push(idOf(await make(tags, { name })));
		const post = await make(posts, { author: idOf(author), tags: [...ids, 'gone'] });
		expect(await expand(post, 'tags, author')).toMatchObject({
			author: { id: idOf(author), collectionName: 'users' },
			tags: [{ name: 'one' }, { name: 'two' }],
		});
		expect(await expand(post, 'tags', root)).toMatchObject({
			tags: [{ name: 'one' }, { name: 'hidden' }, { name: 'two' }],
		});
	});

	it('follows relations back, and on from there', async () => {
		const post = await make(posts, { title: 'p' });
		const other = await make(posts, { title: 'q' });
		for (const [text, to] of [
			['a', post],
			['b', other],
			['c', post],
		] as const)
			await make(comments, { text, post: idOf(to) });
		expect(await expand(post, 'comments_via_post.post')).toMatchObject({
			comments_via_post: [
				{ text: 'a', expand: { post: { title: 'p' } } },
				{ text: 'c', expand: { post: { title: 'p' } } },
			],
		});
		const unique = ['CREATE UNIQUE INDEX `u` ON `comments` (`post`)'];
		Object.assign(comments, { indexes: unique });
		expect(await expand(other, 'comments_via_post')).toMatchObject({ comments_via_post: [{}] });
	});

	it('ignores what it cannot expand', async () => {
		const post = await make(posts, { title: 'p' });
		await make(closed, { post: idOf(post) });
		expect(await expand(post, 'nope,title,closed_via_post,comments_via_nope')).toBeUndefined();
		expect(await expand(post, 'author')).toEqual({});
		const author = await make(users, { email: 'a@example.com' });
		const signed = await make(posts, { author: idOf(author) });
		expect(await expand(signed, 'author.nope')).toBeUndefined();
		expect(await expand(post, 'closed_via_post', root)).toMatchObject({ closed_via_post: [{}] });
	});
});

describe('e-mails', () => {
	it('are seen by their owner, managers, superusers, and everyone when made visible', async () => {
		const a = await make(users, { email: 'a@example.com' });
		const b = await make(users, { email: 'b@example.com', emailVisibility: true });
		const manager = await make(users, { email: 'm@example.com', role: 'manager' });
		const seen = async (info: RequestInfo) =>
			(await list('sort=@rowid', info, users)).items.map((item) => item['email']);
		expect(await seen(guest)).toEqual([undefined, 'b@example.com', undefined]);
		expect(await seen(as(user(a)))).toEqual(['a@example.com', 'b@example.com', undefined]);
		expect(await seen(as(user(b)))).toEqual([undefined, 'b@example.com', undefined]);
		const all = ['a@example.com', 'b@example.com', 'm@example.com'];
		expect(await seen(as(user(manager)))).toEqual(all);
		expect(await seen(root)).toEqual(all);
	});
});
