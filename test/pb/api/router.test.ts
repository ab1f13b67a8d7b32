import { describe, expect, it } from 'vitest';
import { createRouter } from '../../../pb/api/router.ts';
import type { Route } from '../../../pb/api/types.ts';

const route = (method: Route['method'], pattern: string): Route => ({
	method,
	pattern,
	handler: () => ({ status: 200, headers: {}, body: undefined }),
});
const router = createRouter([
	route('GET', '/api/collections/{collection}'),
	route('GET', '/api/collections/meta/scaffolds'),
	route('GET', '/api/collections/{collection}/records'),
	route('GET', '/api/collections/{collection}/records/{id}'),
	route('PATCH', '/api/collections/{collection}/records/{id}'),
	route('GET', '/_/{path...}'),
	route('GET', '/{path...}'),
]);

describe('createRouter', () => {
	it.each([
		['GET', '/api/collections/posts', '/api/collections/{collection}', { collection: 'posts' }],
		['HEAD', '/api/collections/posts', '/api/collections/{collection}', { collection: 'posts' }],
		['GET', '/api/collections/meta/scaffolds', '/api/collections/meta/scaffolds', {}],
		[
			'GET',
			'/api/collections/meta/records',
			'/api/collections/{collection}/records',
			{ collection: 'meta' },
		],
		[
			'PATCH',
			'/api/collections/a/records/b',
			'/api/collections/{collection}/records/{id}',
			{ collection: 'a', id: 'b' },
		],
		[
			'GET',
			'/api/collections/a%2Fb%C3%A9',
			'/api/collections/{collection}',
			{ collection: 'a/bé' },
		],
		['GET', '/_/a/b', '/_/{path...}', { path: 'a/b' }],
		['GET', '/_/', '/_/{path...}', { path: '' }],
		['GET', '/x/y', '/{path...}', { path: 'x/y' }],
	])('%s %s', (method, path, pattern, params) => {
		const match = router.match(method, path);
		expect(match?.route.pattern).toBe(pattern);
		expect(match?.params).toEqual(params);
	});

	it.each([
		['DELETE', '/api/collections/posts'],
		['POST', '/api/collections'],
		['GET', 'api'],
		['GET', '/x%zz'],
		['PATCH', '/api/collections//records/x'],
	])('knows no %s %s', (method, path) => {
		expect(router.match(method, path)).toBeUndefined();
	});

	it('refuses two routes for one pattern', () => {
		expect(() => createRouter([route('GET', '/a/{x}'), route('GET', '/a/{y}')])).toThrow(
			'two routes',
		);
	});
});
