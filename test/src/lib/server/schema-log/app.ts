import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SchemaChange } from '../../../../../src/lib/contracts/index.ts';
import {
	applyCollections,
	readCollections,
} from '../../../../../src/lib/server/app-collections.ts';
import { openClone, type Backend } from '../../../../../src/lib/server/backends.ts';
import { targetOf, type PlainCollection } from '../../../../../src/lib/server/schema/index.ts';

export type Values = Readonly<Record<string, unknown>>;
/** Records by id of the collection, then by id of the record. */
export type Rows = ReadonlyMap<string, ReadonlyMap<string, Values>>;

const tags = ['red', 'green', 'blue'];

/** What the populated app begins with. */
const schema: SchemaChange = {
	create: [
		{
			name: 'posts',
			fields: [
				{ type: 'text', name: 'title' },
				{ type: 'text', name: 'slug' },
				{ type: 'number', name: 'score' },
				{ type: 'bool', name: 'done' },
				{ type: 'select', name: 'tags', values: tags, maxSelect: 3 },
				{ type: 'select', name: 'status', values: ['new', 'old', 'gone'] },
				{ type: 'date', name: 'due' },
				{ type: 'json', name: 'meta' },
				{ type: 'geoPoint', name: 'place' },
				{ type: 'url', name: 'link' },
				{ type: 'editor', name: 'body' },
				{ type: 'relation', name: 'author', collection: 'users' },
				{ type: 'relation', name: 'readers', collection: 'users', maxSelect: 3 },
				{ type: 'file', name: 'scans', maxSelect: 3 },
				{ type: 'autodate', name: 'created' },
			],
		},
		{
			name: 'comments',
			fields: [
				{ type: 'text', name: 'text' },
				{ type: 'relation', name: 'post', collection: 'posts' },
				{ type: 'file', name: 'picture' },
			],
			indexes: [{ fields: ['text'] }],
		},
	],
};

export interface App {
	readonly backend: Backend;
	ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: Values }>;
	target(change: SchemaChange): readonly PlainCollection[];
	rows(): Promise<Rows>;
	close(): Promise<void>;
}

/** A backend with people, posts and comments of every kind: full, half full, empty, alike. */
export async function openApp(): Promise<App> {
	const dir = await mkdtemp(join(tmpdir(), 'tinykit-schema-'));
	const backend = await openClone(dir);
	await applyCollections(backend, targetOf(readCollections(backend), schema).collections);
	const ask: App['ask'] = async (method, path, body) => {
		const isForm = body instanceof FormData;
		const response = await backend.fetch(
			new Request(`http://app.test/api/collections/${path}`, {
				method,
				...(body !== undefined && {
					...(isForm ? {} : { headers: { 'content-type': 'application/json' } }),
					body: isForm ? body : JSON.stringify(body),
				}),
			}),
			{ as: 'superuser' },
		);
		const text = await response.text();
		return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Values) };
	};
	const create = async (name: string, body: unknown): Promise<string> => {
		const made = await ask('POST', `${name}/records`, body);
		if (made.status !== 200) throw new Error(JSON.stringify(made.body));
		return String(made.body['id']);
	};
	const users: string[] = [];
	for (const name of ['a', 'b', 'c'])
		users.push(
			await create('users', {
				email: `${name}@example.test`,
				...{ password: 'abcdefgh12', passwordConfirm: 'abcdefgh12', name },
			}),
		);
	const posts: string[] = [];
	for (let n = 0; n < 12; n++) posts.push(await create('posts', post(n, users)));
	for (let n = 0; n < 5; n++)
		await create('comments', comment(`text ${String(n)}`, n < 3 ? posts[n] : undefined));

	return {
		backend,
		ask,
		target: (change) => {
			const { collections, problems } = targetOf(readCollections(backend), change);
			if (problems.length > 0) throw new Error(JSON.stringify(problems));
			return collections;
		},
		async rows() {
			const found = new Map<string, ReadonlyMap<string, Values>>();
			for (const { id, name, type } of readCollections(backend)) {
				if (name.startsWith('_') || type === 'view' || id === undefined) continue;
				const { body } = await ask('GET', `${name}/records?perPage=500&sort=id`);
				const items = body['items'] as Values[];
				// Saving a record sets its date: of no interest here.
				found.set(id, new Map(items.map(({ updated: _, ...item }) => [String(item['id']), item])));
			}
			return found;
		},
		async close() {
			await backend.close();
			await rm(dir, { recursive: true, force: true });
		},
	};
}

function post(n: number, users: readonly string[]): FormData {
	const form = new FormData();
	const set = (name: string, value: string | number | boolean | undefined): void => {
		if (value !== undefined) form.append(name, String(value));
	};
	if (n === 11) return form;
	set('title', n % 3 === 0 ? '' : 'title'.repeat(n));
	set('slug', n < 8 ? `slug-${String(n)}` : 'same');
	set('score', [0, 1, 2.5, 10, -3][n % 5]);
	set('done', n % 2 === 0);
	for (const tag of tags.slice(0, n % 4)) set('tags', tag);
	set('status', ['new', 'old', 'gone', ''][n % 4]);
	set('due', n % 2 === 0 ? '2030-01-02 03:04:05.000Z' : undefined);
	set('meta', ['{"a":1}', '[]', 'null', '"x"'][n % 4]);
	if (n % 2 === 0) set('place', '{"lon":1,"lat":2}');
	set('link', n % 3 === 0 ? `https://example.test/${String(n)}` : undefined);
	set('body', n % 2 === 0 ? '<p>x</p>' : undefined);
	set('author', n % 4 === 0 ? undefined : users[n % 3]);
	for (const reader of users.slice(0, n % 4)) set('readers', reader);
	for (let file = 0; file < n % 3; file++)
		form.append('scans', new Blob([`scan ${String(n)}`]), `scan${String(file)}.txt`);
	return form;
}

function comment(text: string, of: string | undefined): FormData {
	const form = new FormData();
	form.append('text', text);
	if (of !== undefined) form.append('post', of);
	form.append('picture', new Blob([text]), 'picture.txt');
	return form;
}
