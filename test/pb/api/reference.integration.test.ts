import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackend, type Backend } from '../../../pb/index.ts';

/** Answers taken from PocketBase 0.39.11 where a detail is easily lost. */
let directory: string;
let backend: Backend;
beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), 'tk-reference-'));
	backend = await createBackend({ dataDir: directory, durability: 'normal' });
	await call('POST', '/api/collections', {
		name: 'posts',
		type: 'base',
		listRule: '',
		createRule: '',
		fields: [
			{ name: 'title', type: 'text' },
			{ name: 'meta', type: 'json' },
		],
	});
	await call('POST', '/api/collections', {
		name: 'notes',
		type: 'base',
		fields: [{ name: 'post', type: 'relation', collectionId: await idOf('posts'), maxSelect: 1 }],
	});
	await call('PATCH', '/api/collections/posts', {
		viewRule: '@collection.notes.post.notes_via_post.id != "" && notes_via_post.post.title != ""',
	});
	await call('POST', '/api/collections', {
		name: 'shown',
		type: 'view',
		viewQuery: 'select id, title from posts',
	});
});
afterAll(async () => {
	await backend.close();
	await rm(directory, { recursive: true });
});

interface Sent {
	readonly type?: string;
	readonly guest?: boolean;
}

async function send(method: string, path: string, body?: unknown, sent: Sent = {}) {
	const request = new Request(`http://localhost${path}`, {
		method,
		redirect: 'manual',
		...(body !== undefined && {
			headers: { 'content-type': sent.type ?? 'application/json' },
			body: typeof body === 'string' ? body : JSON.stringify(body),
		}),
	});
	return backend.fetch(request, sent.guest ? {} : { as: 'superuser' });
}

async function call(method: string, path: string, body?: unknown, sent?: Sent): Promise<unknown> {
	const response = await send(method, path, body, sent);
	return response.status === 204 ? undefined : response.json();
}

const idOf = async (name: string): Promise<string> =>
	((await call('GET', `/api/collections/${name}`)) as { id: string }).id;

describe('texts of the database', () => {
	it.each([
		[
			'POST',
			'/api/collections',
			{ name: 'sqlite_x', type: 'base' },
			{
				data: {},
				message:
					'Failed to create collection. Raw error: \nSQL logic error: object name reserved for internal use: sqlite_x (1).',
			},
		],
		[
			'POST',
			'/api/collections',
			{ name: 'tmp', type: 'base', indexes: ['CREATE INDEX `ix` ON `tmp` (`nope`)'] },
			{
				data: {
					indexes: {
						'0': {
							message: 'Failed to create index ix - SQL logic error: no such column: nope (1).',
						},
					},
				},
			},
		],
		[
			'POST',
			'/api/collections/meta/dry-run-view',
			{ query: 'nope' },
			{
				message: 'Invalid view query. Raw error: \nSQL logic error: no such table: main.nope (1).',
			},
		],
		[
			'PUT',
			'/api/collections/import',
			{
				collections: ['aaaaaaaaaaaaaa1', 'aaaaaaaaaaaaaa2'].map((id) => ({
					id,
					name: 'twice',
					type: 'base',
					fields: [{ name: 'a', type: 'text' }],
				})),
			},
			{
				data: {
					collections: {
						message:
							'Failed to import the collections configuration. Raw error:\nfailed to save collection "twice": constraint failed: UNIQUE constraint failed: _collections.name (2067).',
					},
				},
			},
		],
	])('%s %s', async (method, path, body, expected) => {
		expect(await call(method, path, body)).toMatchObject(expected);
	});
});

describe('collections', () => {
	it('prints a nested issue without capital and full stop', async () => {
		const viewQuery = 'select (1) as id, title as "a b" from posts';
		expect(
			await call('POST', '/api/collections', { name: 'v', type: 'view', viewQuery }),
		).toMatchObject({
			data: {
				viewQuery: {
					message: 'Invalid query - invalid field "a b" (1): name: must be in a valid format.',
				},
			},
		});
	});

	it('names the field whose type is unknown', async () => {
		const collections = [{ name: 'imp', type: 'base', fields: [{ type: 'nope', name: 'a' }] }];
		expect(await call('PUT', '/api/collections/import', { collections })).toMatchObject({
			data: {
				collections: {
					message:
						'Failed to import the collections configuration. Raw error:\nmissing or unknown field type in {"name":"a","type":"nope"}.',
				},
			},
		});
	});

	it('checks rules with the name a collection has and with the one it gets', async () => {
		expect(await call('PATCH', '/api/collections/notes', { name: 'users' })).toMatchObject({
			data: { name: { code: 'validation_collection_name_exists' } },
		});
		const both = '@collection.posts.notes_via_post.id != "" || @collection.memos.id != ""';
		expect(
			await call('PATCH', '/api/collections/notes', { name: 'memos', viewRule: both }),
		).toMatchObject({ name: 'memos', viewRule: both });
		await call('PATCH', '/api/collections/memos', { name: 'notes', viewRule: null });
	});
});

describe('records', () => {
	it.each([
		['a NUL', 'a\0', true],
		['a bell', '\x07', true],
		['DEL', '\x7f', true],
		['a line', 'a\nb\tc\b\f', false],
		['an escape that is text', '\\u0000', false],
		['JSON with a NUL', '"\\u0000"', false],
	])('a json field given %s as text', async (_name, meta, isRefused) => {
		expect(await call('POST', '/api/collections/posts/records', { meta })).toMatchObject(
			isRefused
				? {
						data: {
							meta: { code: 'validation_invalid_json', message: 'Must be a valid json value.' },
						},
					}
				: { collectionName: 'posts' },
		);
	});

	it('looks at the names of a filter before the numbers of the page', async () => {
		for (const filter of ['@request.auth.id = 1', '@collection.posts.id = 1']) {
			const path = `/api/collections/posts/records?perPage=x&filter=${encodeURIComponent(filter)}`;
			expect(await call('GET', path, undefined, { guest: true })).toMatchObject({ status: 403 });
			expect(await call('GET', path)).toMatchObject({ status: 400 });
		}
	});
});

describe('bodies of another type', () => {
	const unreadable = 'An error occurred while loading the submitted data.';
	it.each([
		['POST', '/api/collections/posts/records', 'Unsupported Content-Type.'],
		['POST', '/api/collections/users/auth-with-password', 'Unsupported Content-Type.'],
		['PUT', '/api/collections/import', 'Unsupported Content-Type.'],
		['POST', '/api/collections/meta/dry-run-view', 'Unsupported Content-Type.'],
		['POST', '/api/collections/users/confirm-password-reset', unreadable],
		['PATCH', '/api/settings', unreadable],
		['POST', '/api/backups', unreadable],
		['POST', '/api/realtime', 'Something went wrong while processing your request.'],
		['POST', '/api/batch', 'Batch requests are not allowed.'],
	])('%s %s', async (method, path, message) => {
		expect(await call(method, path, 'title=a', { type: 'text/plain' })).toMatchObject({ message });
	});
});

describe('paths', () => {
	it.each([
		['GET', '<a href="/api/health?a=1&amp;b=2">Temporary Redirect</a>.\n\n'],
		['HEAD', ''],
		['POST', ''],
	])('%s is sent to the canonical path', async (method, text) => {
		const response = await send(method, '/api//health?a=1&b=2');
		expect(response.status).toBe(307);
		expect(response.headers.get('location')).toBe('/api/health?a=1&b=2');
		expect(response.headers.get('content-type')).toBe(
			method === 'POST' ? null : 'text/html; charset=utf-8',
		);
		expect(await response.text()).toBe(text);
	});
});

describe('the SQL console', () => {
	it.each([
		[{}, true, 401, 'The request requires valid record authorization token.'],
		[{}, false, 400, 'An error occurred while validating the submitted data.'],
		[
			{ query: 'x'.repeat(5001) },
			false,
			400,
			'An error occurred while validating the submitted data.',
		],
		[{ query: 1 }, false, 400, 'An error occurred while loading the submitted data.'],
		[{ query: 'select 1' }, false, 501, 'The SQL console is not available yet.'],
	])('%j', async (body, guest, status, message) => {
		expect(await call('POST', '/api/sql', body, { guest })).toMatchObject({ status, message });
	});
});
