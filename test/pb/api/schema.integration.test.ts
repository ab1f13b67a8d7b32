import { describe, expect, it } from 'vitest';
import type { Backend } from '../../../pb/index.ts';
import { openBackend } from '../core/collections/support.ts';

async function send(
	backend: Backend,
	method: string,
	path: string,
	body?: unknown,
	as: 'superuser' | 'guest' = 'superuser',
) {
	const request = new Request(`http://localhost${path}`, {
		method,
		...(body === undefined
			? {}
			: {
					headers: { 'content-type': 'application/json' },
					body: typeof body === 'string' ? body : JSON.stringify(body),
				}),
	});
	const response = await backend.fetch(request, as === 'superuser' ? { as } : {});
	return { status: response.status, text: (await response.text()).trim() };
}

describe('access', () => {
	it.each([
		['GET', '/api/collections'],
		['POST', '/api/collections'],
		['GET', '/api/collections/users'],
		['PATCH', '/api/collections/users'],
		['DELETE', '/api/collections/users'],
		['DELETE', '/api/collections/users/truncate'],
		['PUT', '/api/collections/import'],
		['GET', '/api/collections/meta/scaffolds'],
		['GET', '/api/collections/meta/oauth2-providers'],
		['POST', '/api/collections/meta/dry-run-view'],
		['GET', '/api/settings'],
		['PATCH', '/api/settings'],
		['POST', '/api/settings/test/s3'],
		['POST', '/api/settings/test/email'],
		['POST', '/api/settings/apple/generate-client-secret'],
	])('%s %s is for superusers', async (method, path) => {
		expect((await send(await openBackend(), method, path, undefined, 'guest')).status).toBe(401);
	});
});

describe('collections', () => {
	it('answers in the order of members PocketBase uses, without secrets', async () => {
		const backend = await openBackend();
		const { status, text } = await send(backend, 'POST', '/api/collections', {
			name: 'posts',
			listRule: 'id != "<"',
		});
		expect(status).toBe(200);
		expect(text).toMatch(
			/^\{"id":"pbc_1125843985","listRule":"id != \\"\\u003c\\"","viewRule":null,"createRule":null,"updateRule":null,"deleteRule":null,"name":"posts","type":"base","fields":\[.*\],"indexes":\[\],"created":"[^"]{24}","updated":"[^"]{24}","system":false\}$/,
		);
		expect((await send(backend, 'GET', '/api/collections/users')).text).not.toContain('"secret"');
		expect((await send(backend, 'GET', '/api/collections/POSTS?fields=name,id')).text).toBe(
			'{"id":"pbc_1125843985","name":"posts"}',
		);
	});

	it.each([
		[
			'POST',
			'/api/collections',
			'{',
			400,
			'Failed to load the collection type data due to invalid formatting.',
		],
		[
			'POST',
			'/api/collections',
			{ name: 1 },
			400,
			'Failed to load the collection type data due to invalid formatting.',
		],
		[
			'PATCH',
			'/api/collections/users',
			{ listRule: 1 },
			400,
			'Failed to load the submitted data due to invalid formatting.',
		],
		['PATCH', '/api/collections/nope', {}, 404, "The requested resource wasn't found."],
		['DELETE', '/api/collections/_superusers', undefined, 400, 'Failed to delete collection.'],
		[
			'PUT',
			'/api/collections/import',
			{ collections: 1 },
			400,
			'An error occurred while loading the submitted data.',
		],
		[
			'PUT',
			'/api/collections/import',
			{},
			400,
			'An error occurred while validating the submitted data.',
		],
		[
			'POST',
			'/api/collections/meta/dry-run-view',
			{},
			400,
			'An error occurred while validating the submitted data.',
		],
		['GET', '/api/collections?filter=nope=1', undefined, 400, ''],
		['PATCH', '/api/settings', '[]', 400, 'An error occurred while loading the submitted data.'],
		[
			'PATCH',
			'/api/settings',
			{ meta: { appName: '' } },
			400,
			'An error occurred while saving the new settings.',
		],
		[
			'POST',
			'/api/settings/test/s3',
			{ filesystem: 'storage' },
			400,
			'S3 storage filesystem is not enabled.',
		],
		[
			'POST',
			'/api/settings/test/email',
			{ email: 'a@b.co', template: 'otp' },
			400,
			'there is no SMTP server in the settings.',
		],
	])('%s %s %j: %i', async (method, path, body, status, message) => {
		const answer = await send(await openBackend(), method, path, body);
		expect(answer.status).toBe(status);
		expect((JSON.parse(answer.text) as { message: string }).message).toContain(message);
	});

	it('lists by filter, sort and page', async () => {
		const backend = await openBackend();
		const names = async (query: string): Promise<unknown> => {
			const { text } = await send(backend, 'GET', `/api/collections?fields=name&${query}`);
			const { items, ...page } = JSON.parse(text) as { items: { name: string }[] };
			return [...items.map(({ name }) => name), page];
		};
		expect(await names('')).toEqual([
			...['_mfas', '_otps', '_externalAuths', '_authOrigins', '_superusers', 'users'],
			{ page: 1, perPage: 30, totalItems: 6, totalPages: 1 },
		]);
		expect(await names('sort=-name&perPage=2&page=2&skipTotal=1')).toEqual([
			...['_otps', '_mfas'],
			{ page: 2, perPage: 2, totalItems: -1, totalPages: -1 },
		]);
		expect(await names("filter=system=false||type='auth'&sort=name")).toEqual([
			...['_superusers', 'users'],
			{ page: 1, perPage: 30, totalItems: 2, totalPages: 1 },
		]);
	});

	it('truncates with everything that hangs on the records', async () => {
		const backend = await openBackend();
		const create = (path: string, body: unknown) => send(backend, 'POST', path, body);
		await create('/api/collections', { name: 'posts', id: 'posts_id' });
		const relation = { type: 'relation', name: 'post', collectionId: 'posts_id', maxSelect: 1 };
		await create('/api/collections', {
			name: 'notes',
			fields: [{ ...relation, cascadeDelete: true }],
		});
		for (const id of ['post00000000001', 'post00000000002']) {
			await create('/api/collections/posts/records', { id });
			await create('/api/collections/notes/records', { post: id });
		}
		expect((await send(backend, 'DELETE', '/api/collections/posts/truncate')).status).toBe(204);
		expect((await send(backend, 'GET', '/api/collections/posts/records')).text).toContain(
			'"totalItems":0',
		);
		expect((await send(backend, 'GET', '/api/collections/notes/records')).text).toContain(
			'"totalItems":0',
		);
		await create('/api/collections', { name: 'links', fields: [{ ...relation, required: true }] });
		await create('/api/collections/posts/records', { id: 'post00000000001' });
		await create('/api/collections/links/records', { post: 'post00000000001' });
		const refused = await send(backend, 'DELETE', '/api/collections/posts/truncate');
		expect(refused.status).toBe(400);
		expect((await send(backend, 'GET', '/api/collections/posts/records')).text).toContain(
			'"totalItems":1',
		);
	});

	it('renames the labels of rate limits with their collection', async () => {
		const backend = await openBackend();
		const rules = [{ label: 'users:create', duration: 1, maxRequests: 1 }];
		await send(backend, 'PATCH', '/api/settings', { rateLimits: { rules } });
		await send(backend, 'PATCH', '/api/collections/users', { name: 'people' });
		expect((await send(backend, 'GET', '/api/settings')).text).toContain('"label":"people:create"');
		expect(backend.app.settings.rateLimits.rules[0]?.label).toBe('people:create');
	});
});
