import { describe, expect, it } from 'vitest';
import { createCors } from '../../../../pb/api/middleware/cors.ts';
import type { ApiRequest } from '../../../../pb/api/types.ts';

const ask = (origins: readonly string[], origin: string | undefined, method = 'GET') =>
	createCors(origins)({
		method,
		header: (name: string) =>
			name === 'origin' ? origin : name === 'access-control-request-headers' ? 'x-a' : undefined,
	} as unknown as ApiRequest);

describe('createCors', () => {
	it.each([
		['*', 'https://a.test', '*'],
		['https://a.test', 'https://a.test', 'https://a.test'],
		['https://a.test', 'https://b.test', undefined],
		['https://*.a.test', 'https://x.a.test', 'https://x.a.test'],
		['https://*.a.test', 'https://a.test', undefined],
		['https://*.a.test', 'https://xaatest', undefined],
		['http://localhost:?000', 'http://localhost:3000', 'http://localhost:3000'],
	])('%s lets %s read as %s', (allowed, origin, expected) => {
		const headers = ask([allowed], origin);
		expect(headers['access-control-allow-origin']).toBe(expected);
		expect(headers['vary']).toBe('Origin');
		expect(headers['access-control-allow-credentials']).toBeUndefined();
	});

	it('answers a preflight with what it asks for', () => {
		expect(ask(['*'], 'https://a.test', 'OPTIONS')).toEqual({
			'access-control-allow-headers': 'x-a',
			'access-control-allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE',
			'access-control-allow-origin': '*',
			vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
		});
	});

	it('sends nothing at all when there are no origins', () => {
		expect(ask([], 'https://a.test', 'OPTIONS')).toEqual({});
	});
});
