import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackend, type Backend } from '../../../pb/index.ts';

let directory: string;
let backend: Backend;

beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'tk-records-api-'));
	backend = await createBackend({ dataDir: directory, durability: 'normal' });
});
afterEach(async () => {
	await backend.close();
	await rm(directory, { recursive: true });
});

interface Answer {
	readonly status: number;
	readonly body: unknown;
}

async function ask(
	method: string,
	path: string,
	body?: unknown,
	as?: 'superuser',
): Promise<Answer> {
	const isForm = body instanceof FormData;
	const response = await backend.fetch(
		new Request(`http://localhost${path}`, {
			method,
			...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
			...(body !== undefined && !isForm && { headers: { 'content-type': 'application/json' } }),
		}),
		as && { as },
	);
	const text = await response.text();
	return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
const root = (method: string, path: string, body?: unknown) => ask(method, path, body, 'superuser');

const open = { listRule: '', viewRule: '', createRule: '', updateRule: '', deleteRule: '' };
const collection = (name: string, fields: unknown[], rules: object = open) =>
	root('POST', '/api/collections', { name, type: 'base', fields, ...rules });
const text = (name: string, more: object = {}) => ({ name, type: 'text', ...more });
const envelope = (status: number, message: string, data: unknown = {}) => ({
	status,
	body: { data, message, status },
});

describe('records over HTTP', () => {
	it('creates, views, lists, updates and deletes', async () => {
		await collection('posts', [text('title'), { name: 'n', type: 'number' }]);
		const path = '/api/collections/posts/records';
		const created = await ask('POST', path, { title: '<b>', n: '2', nope: 1 });
		expect(created).toMatchObject({ status: 200, body: { title: '<b>', n: 2 } });
		const { id } = created.body as { id: string };
		expect(id).toMatch(/^[a-z0-9]{15}$/);
		expect(await ask('PATCH', `${path}/${id}`, { 'n+': 3 })).toMatchObject({ body: { n: 5 } });
		expect(await ask('GET', `${path}/${id}?fields=n`)).toEqual({ status: 200, body: { n: 5 } });
		expect(await ask('GET', `${path}?fields=n`)).toEqual({
			status: 200,
			body: { items: [{ n: 5 }], page: 1, perPage: 30, totalItems: 1, totalPages: 1 },
		});
		expect(await ask('DELETE', `${path}/${id}`)).toEqual({ status: 204, body: undefined });
		expect(await ask('GET', `${path}/${id}`)).toEqual(
			envelope(404, "The requested resource wasn't found."),
		);
	});

	it('refuses in the order and words of PocketBase', async () => {
		const closed = Object.fromEntries(Object.keys(open).map((rule) => [rule, null]));
		await collection('closed', [text('title')], closed);
		await collection('posts', [text('title', { required: true })]);
		const forbidden = envelope(403, 'Only superusers can perform this action.');
		const path = '/api/collections/closed/records';
		for (const [method, url] of [
			['GET', path],
			['GET', `${path}?page=x`],
			['GET', `${path}/x`],
			['POST', path],
			['PATCH', `${path}/x`],
			['DELETE', `${path}/x`],
		] as const)
			expect(
				await ask(method, url, method === 'POST' || method === 'PATCH' ? {} : undefined),
			).toEqual(forbidden);
		expect(await ask('GET', '/api/collections/nope/records')).toEqual(
			envelope(404, 'Missing collection context.'),
		);
		expect(await ask('POST', '/api/collections/nope/records', {})).toEqual(
			envelope(404, 'Missing or invalid collection context.'),
		);
		expect(await ask('POST', '/api/collections/posts/records', {})).toEqual(
			envelope(400, 'Failed to create record.', {
				title: { code: 'validation_required', message: 'Cannot be blank.' },
			}),
		);
		expect(await ask('GET', "/api/collections/posts/records?filter=title='@request.x'")).toEqual(
			envelope(403, 'Only superusers can filter by @request.'),
		);
	});

	it('keeps a field called __proto__ apart from prototypes', async () => {
		await collection('odd', [text('__proto__'), text('constructor')]);
		const path = '/api/collections/odd/records';
		const response = await backend.fetch(
			new Request(`http://localhost${path}`, {
				method: 'POST',
				body: '{"constructor":"c","__proto__":{"polluted":true}}',
				headers: { 'content-type': 'application/json' },
			}),
		);
		expect(response.status).toBe(200);
		expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
		expect(
			await ask('GET', `${path}?expand=__proto__&fields=__proto__.a,constructor`),
		).toMatchObject({
			status: 200,
			body: { items: [{ constructor: 'c' }] },
		});
	});
});

describe('batch', () => {
	const batch = (requests: unknown) => ask('POST', '/api/batch', { requests });
	const path = '/api/collections/posts/records';
	const setup = async () => {
		await root('PATCH', '/api/settings', { batch: { enabled: true, maxRequests: 5, timeout: 3 } });
		await collection('posts', [
			text('title', { max: 5 }),
			{ name: 'docs', type: 'file', maxSelect: 3 },
		]);
	};
	const titles = async () => {
		const { body } = await root('GET', `${path}?sort=title`);
		return (body as { items: { title: string }[] }).items.map(({ title }) => title);
	};

	it('is off until it is switched on', async () => {
		expect(await batch([])).toEqual(envelope(403, 'Batch requests are not allowed.'));
	});

	it('writes all, with PUT creating or changing by id', async () => {
		await setup();
		const id = 'aaaaaaaaaaaaaaa';
		const answer = await batch([
			{ method: 'POST', url: `${path}?fields=title`, body: { title: 'a' } },
			{ method: 'PUT', url: path, body: { id, title: 'b' } },
			{ method: 'PUT', url: path, body: { id, title: 'c' } },
			{ method: 'PATCH', url: `${path}/${id}`, body: { title: 'd' } },
		]);
		expect(answer).toMatchObject({
			status: 200,
			body: [
				{ status: 200, body: { title: 'a' } },
				{ status: 200, body: { id, title: 'b' } },
				{ status: 200, body: { id, title: 'c' } },
				{ status: 200, body: { id, title: 'd' } },
			],
		});
		expect(await titles()).toEqual(['a', 'd']);
		expect(await batch([{ method: 'DELETE', url: `${path}/${id}` }])).toEqual({
			status: 200,
			body: [{ body: null, status: 204 }],
		});
		expect(await titles()).toEqual(['a']);
	});

	it('writes nothing when one fails, and says which and why', async () => {
		await setup();
		const answer = await batch([
			{ method: 'POST', url: path, body: { title: 'a' } },
			{ method: 'POST', url: path, body: { title: 'too long' } },
		]);
		expect(answer).toMatchObject({
			status: 400,
			body: {
				message: 'Batch transaction failed.',
				data: {
					requests: {
						1: {
							code: 'batch_request_failed',
							message: 'Batch request failed.',
							response: {
								data: { title: { code: 'validation_max_text_constraint' } },
								message: 'Failed to create record.',
								status: 400,
							},
						},
					},
				},
			},
		});
		expect(await titles()).toEqual([]);
	});

	it.each([
		['no requests', [], { requests: { code: 'validation_required' } }],
		[
			'too many',
			Array.from({ length: 6 }, () => ({ method: 'POST', url: path })),
			{ requests: { code: 'validation_length_too_long' } },
		],
		[
			'a bad method and no url',
			[{ method: 'NOPE' }],
			{
				requests: {
					0: {
						method: { code: 'validation_in_invalid' },
						url: { code: 'validation_required' },
					},
				},
			},
		],
		[
			'another endpoint',
			[{ method: 'POST', url: '/api/collections' }],
			{ requests: { 0: { code: 'batch_request_failed' } } },
		],
	])('refuses %s', async (_name, requests, data) => {
		await setup();
		expect(await batch(requests)).toMatchObject({ status: 400, body: { data } });
	});

	it.each([{ requests: 'x' }, { requests: [1] }, { requests: [null] }, { requests: [{ url: 1 }] }])(
		'refuses %j',
		async (body) => {
			await setup();
			expect(await ask('POST', '/api/batch', body)).toEqual(
				envelope(400, 'Failed to read the submitted batch data.'),
			);
		},
	);

	it('ignores the Authorization header of an item', async () => {
		await setup();
		await root('PATCH', '/api/collections/posts', { createRule: "@request.headers.x_a = 'b'" });
		const item = { method: 'POST', url: path, body: { title: 'a' } };
		expect(await batch([item])).toMatchObject({ status: 400 });
		const headers = { 'X-A': 'b', Authorization: 'nobody' };
		expect(await batch([{ ...item, headers }])).toMatchObject({ status: 200 });
	});

	it('takes files by the number of their item, and removes them when it fails', async () => {
		await setup();
		const form = (title: string) => {
			const data = new FormData();
			const body = { id: 'aaaaaaaaaaaaaaa' };
			const requests = [
				{ method: 'POST', url: path, body },
				{ method: 'POST', url: path, body: { title } },
			];
			data.append('@jsonPayload', JSON.stringify({ requests }));
			data.append('requests.0.docs', new File(['a'], 'first.txt'));
			data.append('requests[1].docs', new File(['b'], 'second.txt'));
			return data;
		};
		expect(await ask('POST', '/api/batch', form('too long'))).toMatchObject({ status: 400 });
		const storage = join(directory, 'storage');
		const files = async () =>
			(await readdir(storage, { recursive: true })).filter((name) => name.endsWith('.txt'));
		expect(await files()).toEqual([]);
		expect(await ask('POST', '/api/batch', form('ok'))).toMatchObject({
			body: [
				{ body: { docs: [expect.stringMatching(/^first_\w{10}\.txt$/)] } },
				{ body: { docs: [expect.stringMatching(/^second_\w{10}\.txt$/)] } },
			],
		});
		expect(await files()).toHaveLength(2);
	});
});
