import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackend, type Backend } from '../../../pb/index.ts';

/*
 * Pages are remembered while nothing is written. Here everything that can be written is, and each time a backend that
 * has just been opened on the same directory, and so remembers nothing, must give the same bytes to each viewer.
 */

let directory: string;
let backend: Backend;
const open = () => createBackend({ dataDir: directory, durability: 'normal' });

type Viewer = 'guest' | 'superuser' | { readonly token: string };
const viewers: Viewer[] = [];
const ids: Record<string, string> = {};

async function ask(to: Backend, viewer: Viewer, method: string, path: string, body?: unknown) {
	const headers = new Headers(body === undefined ? {} : { 'content-type': 'application/json' });
	if (typeof viewer === 'object') headers.set('authorization', viewer.token);
	const request = new Request(`http://localhost${path}`, {
		method,
		headers,
		...(body !== undefined && { body: JSON.stringify(body) }),
	});
	const response = await to.fetch(request, viewer === 'superuser' ? { as: viewer } : undefined);
	return { status: response.status, text: await response.text() };
}

/** As a superuser; must succeed. */
async function root(method: string, path: string, body?: unknown): Promise<{ id: string }> {
	const { status, text } = await ask(backend, 'superuser', method, path, body);
	if (status !== 200 && status !== 204) throw new Error(`${method} ${path}: ${status} ${text}`);
	return (text === '' ? {} : JSON.parse(text)) as { id: string };
}

const posts = '/api/collections/posts/records';
const lists = [
	posts,
	`${posts}?skipTotal=1`,
	`${posts}?fields=id`,
	`${posts}?page=2&perPage=2`,
	`${posts}?sort=-title&perPage=2`,
	`${posts}?filter=title~'a'`,
	`${posts}?filter=author.name='Ann'`,
	`${posts}?filter=tags:each!='x'`,
	`${posts}?expand=author`,
	`${posts}?expand=author,comments_via_post.by&fields=id,title,expand`,
	'/api/collections/people/records',
	'/api/collections/people/records?expand=posts_via_author',
	'/api/collections/comments/records',
	'/api/collections/titles/records',
];

beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'tk-remembered-'));
	backend = await open();
	const rules = { listRule: '', viewRule: '', createRule: '', updateRule: '', deleteRule: '' };
	const make = (name: string, fields: object[], more: object = {}) =>
		root('POST', '/api/collections', { name, type: 'base', fields, ...rules, ...more });
	const password = { name: 'password', type: 'password', cost: 4, min: 8, required: true };
	const people = await make('people', [password, { name: 'name', type: 'text' }], {
		type: 'auth',
		manageRule: '@request.auth.name = "Ann"',
	});
	const post = await make(
		'posts',
		[
			{ name: 'title', type: 'text' },
			{ name: 'secret', type: 'text', hidden: true },
			{ name: 'tags', type: 'select', maxSelect: 3, values: ['x', 'y', 'z'] },
			{ name: 'author', type: 'relation', collectionId: people.id, cascadeDelete: true },
		],
		{ listRule: "title != 'closed' || author = @request.auth.id || @request.auth.name = 'Ann'" },
	);
	await make('comments', [
		{ name: 'text', type: 'text' },
		{ name: 'note', type: 'text', hidden: true },
		{ name: 'post', type: 'relation', collectionId: post.id, cascadeDelete: true },
		{ name: 'by', type: 'relation', collectionId: people.id },
	]);
	await root('POST', '/api/collections', {
		name: 'titles',
		type: 'view',
		listRule: '',
		viewQuery: 'SELECT id, title FROM posts',
	});
	for (const name of ['Ann', 'Bob'])
		ids[name] = (
			await root('POST', '/api/collections/people/records', {
				name,
				email: `${name.toLowerCase()}@example.com`,
				password: 'a long password',
				passwordConfirm: 'a long password',
			})
		).id;
	for (const [i, title] of ['a1', 'b2', 'closed', 'a4', 'b5'].entries()) {
		const author = ids[i % 2 === 0 ? 'Ann' : 'Bob'];
		const tags = i % 2 === 0 ? ['x'] : ['y', 'z'];
		ids[title] = (await root('POST', posts, { title, secret: `s${i}`, tags, author })).id;
		await root('POST', '/api/collections/comments/records', {
			text: `about ${title}`,
			note: `n${i}`,
			post: ids[title],
			by: author,
		});
	}
	viewers.splice(0, viewers.length, 'guest', 'superuser');
	for (const identity of ['ann@example.com', 'bob@example.com']) {
		const path = '/api/collections/people/auth-with-password';
		const { text } = await ask(backend, 'guest', 'POST', path, {
			identity,
			password: 'a long password',
		});
		viewers.push({ token: (JSON.parse(text) as { token: string }).token });
	}
});
afterEach(async () => {
	await backend.close();
	await rm(directory, { recursive: true });
});

async function answers(of: Backend): Promise<string[]> {
	const found: string[] = [];
	for (const viewer of viewers)
		for (const list of lists) {
			const { status, text } = await ask(of, viewer, 'GET', list);
			const who = typeof viewer === 'object' ? viewers.indexOf(viewer) : viewer;
			found.push(`${who} ${list}: ${status} ${text}`);
		}
	return found;
}

const change = (name: string, patch: object) => root('PATCH', `/api/collections/${name}`, patch);
const fieldsOf = async (name: string) =>
	(await root('GET', `/api/collections/${name}`)) as unknown as { fields: { name: string }[] };
const withField = async (name: string, field: string, patch: object) =>
	change(name, {
		fields: (await fieldsOf(name)).fields.map((each) =>
			each.name === field ? { ...each, ...patch } : each,
		),
	});
const row = (title: string) => `${posts}/${ids[title]}`;
const person = (name: string) => `/api/collections/people/records/${ids[name]}`;

describe('lists', () => {
	it('are the same again while nothing is written', async () => {
		const first = await answers(backend);
		expect(await answers(backend)).toEqual(first);
		// The rule of comments is '', so that everybody's statement is the same, but only superusers see hidden fields.
		for (const answer of first) {
			const [, who, list] = /^(\S+) (\S+):/.exec(answer) ?? [];
			expect(answer.includes('"totalItems":-1')).toBe(answer.includes('skipTotal'));
			expect(answer.includes('"expand":')).toBe(answer.includes('?expand='));
			expect(answer.includes('"collectionName"')).toBe(!answer.includes('fields=id:'));
			if (who !== 'superuser') expect(answer).not.toMatch(/"[sn]\d"/);
			else if (list === '/api/collections/comments/records') expect(answer).toContain('"n0"');
			else if (list === posts) expect(answer).toContain('"s0"');
		}
	});

	it.each<[string, () => Promise<unknown>]>([
		['a create', () => root('POST', posts, { title: 'a9', author: ids['Bob'] })],
		['an update', () => root('PATCH', row('a1'), { title: 'closed' })],
		['an update of what is expanded', () => root('PATCH', person('Ann'), { name: 'Anne' })],
		['an e-mail that is shown now', () => root('PATCH', person('Bob'), { emailVisibility: true })],
		['a delete', () => root('DELETE', row('b2'))],
		['a delete that cascades', () => root('DELETE', person('Ann'))],
		['a truncation', () => root('DELETE', '/api/collections/posts/truncate')],
		[
			'a batch',
			async () => {
				await root('PATCH', '/api/settings', { batch: { enabled: true, maxRequests: 10 } });
				await answers(backend);
				await root('POST', '/api/batch', {
					requests: [
						{ method: 'POST', url: posts, body: { title: 'a10' } },
						{ method: 'PATCH', url: row('b5'), body: { title: 'a5' } },
						{ method: 'DELETE', url: row('a4') },
					],
				});
			},
		],
		['a stricter rule', () => change('posts', { listRule: "title ~ 'a'" })],
		['a rule for superusers only', () => change('posts', { listRule: null })],
		['a stricter view rule of what is expanded', () => change('people', { viewRule: null })],
		['a field that is hidden now', () => withField('posts', 'title', { hidden: true })],
		['a field that is shown now', () => withField('posts', 'secret', { hidden: false })],
		['a field by another name', () => withField('posts', 'secret', { name: 'hint' })],
		['a field of one value instead of many', () => withField('posts', 'tags', { maxSelect: 1 })],
		['a collection by another name', () => change('posts', { name: 'articles' })],
		['a new index', () => change('posts', { indexes: ['CREATE INDEX `i` ON `posts` (`title`)'] })],
		['another view', () => change('titles', { viewQuery: "SELECT id, 'z' AS title FROM posts" })],
		['a collection that is gone', () => root('DELETE', '/api/collections/titles')],
		[
			'a backup that is restored',
			async () => {
				await root('POST', '/api/backups', { name: 'a.zip' });
				await root('DELETE', row('a1'));
				await root('PATCH', row('b2'), { title: 'a2' });
				await answers(backend);
				await root('POST', '/api/backups/a.zip/restore');
			},
		],
		[
			'a write of somebody else',
			async () => {
				const other = await open();
				await ask(other, 'superuser', 'PATCH', row('a1'), { title: 'from elsewhere' });
				await other.close();
			},
		],
	])('show what is there after %s', async (name, write) => {
		const before = await answers(backend);
		await write();
		const after = await answers(backend);
		const fresh = await open();
		expect(after).toEqual(await answers(fresh));
		await fresh.close();
		if (!/index|restored|another name/.test(name)) expect(after).not.toEqual(before);
		expect(await answers(backend)).toEqual(after);
	});

	it('are not given for a token that another process revoked, from the next second on', async () => {
		let now = new Date();
		await backend.close();
		backend = await createBackend({ dataDir: directory, durability: 'normal', now: () => now });
		await change('posts', { listRule: "@request.auth.id != ''" });
		const ann = viewers[2]!;
		const total = async () =>
			(await ask(backend, ann, 'GET', posts)).text.match(/"title"/g)?.length;
		expect([await total(), await total()]).toEqual([5, 5]);
		const other = await open();
		await ask(other, 'superuser', 'PATCH', person('Ann'), { 'tokenKey:autogenerate': '' });
		await other.close();
		now = new Date(now.getTime() + 1000);
		expect(await total()).toBeUndefined();
	});

	it('follow the time and the request where the rule of what is expanded asks for them', async () => {
		let now = new Date('2026-01-01');
		await backend.close();
		backend = await createBackend({ dataDir: directory, durability: 'normal', now: () => now });
		const comments = '/api/collections/comments/records?expand=by&fields=expand.by.name';
		const count = async (query = '') => {
			const { text } = await ask(backend, 'guest', 'GET', comments + query);
			return text.match(/"name"/g)?.length ?? 0;
		};
		await change('people', { viewRule: '@now < "2026-06-01"' });
		expect([await count(), await count()]).toEqual([5, 5]);
		now = new Date('2026-07-01');
		expect([await count(), await count()]).toEqual([0, 0]);
		await change('people', { viewRule: '@request.query.x = "1"' });
		expect([await count('&x=1'), await count('&x=2'), await count('&x=1')]).toEqual([5, 0, 5]);
	});
});
