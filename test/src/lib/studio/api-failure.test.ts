import { describe, expect, it } from 'vitest';
import { ApiFailure, asFailure, failureOf, isTransient, problemOf } from '#lib/studio/api/index.ts';

describe('failureOf', () => {
	it.each([
		{
			name: 'the envelope with a known code',
			status: 412,
			body: '{"data":{"code":"file_changed","hash":"ab"},"message":"Changed.","status":412}',
			expected: { code: 'file_changed', message: 'Changed.', status: 412, details: { hash: 'ab' } },
		},
		{
			name: 'an unknown code, told by the status',
			status: 404,
			body: '{"data":{"code":"brand_new"},"message":"Gone.","status":404}',
			expected: { code: 'not_found', message: 'Gone.', status: 404, details: {} },
		},
		{
			name: "a name of Object's own",
			status: 400,
			body: '{"data":{"code":"toString"},"message":"","status":400}',
			expected: { code: 'rejected', message: 'The server refused the request.' },
		},
		{
			name: "a proxy's page",
			status: 502,
			body: '<html>Bad gateway</html>',
			expected: { code: 'internal_error', status: 502 },
		},
		{ name: 'an empty 401', status: 401, body: '', expected: { code: 'not_authenticated' } },
		{ name: 'an empty 413', status: 413, body: '', expected: { code: 'body_too_large' } },
		{
			name: 'JSON that is no envelope',
			status: 403,
			body: '["no"]',
			expected: { code: 'rejected', status: 403 },
		},
		{
			name: 'fields of wrong types',
			status: 409,
			body: '{"data":"x","message":7}',
			expected: { code: 'rejected', message: 'The server refused the request.' },
		},
	])('takes $name', ({ status, body, expected }) => {
		expect(failureOf(status, body)).toMatchObject(expected);
	});
});

describe('asFailure', () => {
	it('keeps a failure and takes anything else for no answer', () => {
		const failure = new ApiFailure('not_found', { status: 404 });
		expect(asFailure(failure)).toBe(failure);
		expect(asFailure(new TypeError('fetch failed'))).toMatchObject({ code: 'offline', status: 0 });
	});
});

describe('isTransient', () => {
	it.each([
		[0, true],
		[401, false],
		[403, false],
		[404, false],
		[429, true],
		[500, false],
		[502, true],
		[503, true],
	])('status %i: %s', (status, expected) => {
		expect(isTransient(new ApiFailure('rejected', { status }))).toBe(expected);
	});
});

describe('problemOf', () => {
	it.each([
		[undefined, undefined],
		[new ApiFailure('rejected', { message: 'The name is taken.' }), 'The name is taken.'],
		[new TypeError('fetch failed'), 'The server could not be reached.'],
	])('tells what went wrong, case %#', async (error, expected) => {
		const work = error ? Promise.reject(error) : Promise.resolve('done');
		expect(await problemOf(work)).toBe(expected);
	});
});
