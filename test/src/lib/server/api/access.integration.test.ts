import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../../../src/lib/server/api/routes.ts';
import { openInstallation, password, type Installation } from '../support/installation.ts';

let tinykit: Installation;
const tokens: Record<string, string> = {};

beforeAll(async () => {
	tinykit = await openInstallation();
	await tinykit.runtime.apps.create('Shop');
	for (const role of ['owner', 'editor', 'viewer'] as const)
		tokens[role] = await tinykit.account(`${role}@example.com`, role);
	tokens['stranger'] = await tinykit.account('stranger@example.com');
	tokens['superuser'] = await tinykit.superuser();
	tokens['rubbish'] = 'Bearer e30.e30.e30';
	tokens['app user'] = await appUser();
});
afterAll(() => tinykit.close());

/** Somebody who signed up in the app itself, on the app's own host. */
async function appUser(): Promise<string> {
	const host = 'shop--draft.localhost';
	const post = (path: string, body: unknown) =>
		tinykit.ask(path, {
			method: 'POST',
			host,
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
	const email = 'owner@example.com';
	await post('/_pb/api/collections/users/records', { email, password, passwordConfirm: password });
	const reply = await post('/_pb/api/collections/users/auth-with-password', {
		identity: email,
		password,
	});
	return (JSON.parse(reply.text) as { token: string }).token;
}

const rank = { viewer: 0, editor: 1, owner: 2 };
const callers = [
	'nobody',
	'rubbish',
	'app user',
	'superuser',
	'stranger',
	'viewer',
	'editor',
	'owner',
] as const;

const cases = routes
	.filter(({ access }) => access !== 'open')
	.flatMap((route) => callers.map((caller) => [route.method, route.path, caller, route] as const));

describe('who may call what', () => {
	it.each(cases)('%s %s by %s', async (method, path, caller, route) => {
		// An app that is not there: whoever is let in changes nothing and gets another answer.
		const real = path.replace(':slug', 'not-there').replace(':id', 'x').replace('*', 'a.txt');
		const token = tokens[caller];
		const reply = await tinykit.ask(`/tinykit/api${real}`, {
			method,
			headers: {
				...(token !== undefined && { authorization: token }),
				'content-type': 'application/json',
			},
			// Not JSON: a body is looked at only after the caller.
			...(method !== 'GET' && method !== 'DELETE' && { body: '{' }),
		});
		if (caller === 'stranger') {
			expect([reply.status, code(reply.text)]).toEqual([403, 'not_a_member']);
		} else if (caller in rank) {
			const needed = rank[route.access as keyof typeof rank];
			if (rank[caller as keyof typeof rank] < needed)
				expect([reply.status, code(reply.text)]).toEqual([403, 'role_too_low']);
			else
				expect(String(code(reply.text))).not.toMatch(
					/^(role_too_low|not_authenticated|not_a_member)$/,
				);
		} else {
			expect([reply.status, code(reply.text)]).toEqual([401, 'not_authenticated']);
		}
		expect(reply.headers['set-cookie']).toBeUndefined();
		expect(reply.headers['access-control-allow-origin']).toBeUndefined();
		expect(reply.headers['x-content-type-options']).toBe('nosniff');
		expect(reply.headers['cache-control']).toBe('no-store');
	});

	it('tells strangers nothing of routes that do not exist', async () => {
		expect((await tinykit.ask('/tinykit/api/nothing')).status).toBe(401);
		const reply = await tinykit.ask('/tinykit/api/nothing', {
			headers: { authorization: tokens['viewer'] ?? '' },
		});
		expect([reply.status, code(reply.text)]).toEqual([501, 'not_available']);
	});
});

describe("an app's backend for members", () => {
	const path = '/_pb/@shop--draft/api/collections';
	it.each([
		['nobody', 'GET', 401],
		['app user', 'GET', 401],
		['superuser', 'GET', 401],
		['stranger', 'GET', 403],
		['viewer', 'GET', 200],
		['viewer', 'POST', 403],
		['viewer', 'PATCH', 403],
		['viewer', 'DELETE', 403],
		['editor', 'GET', 200],
		['owner', 'GET', 200],
	])('%s: %s -> %i', async (caller, method, status) => {
		const token = tokens[caller];
		const reply = await tinykit.ask(path, {
			method,
			headers: token === undefined ? {} : { authorization: token },
		});
		expect(reply.status).toBe(status);
		expect(reply.headers['access-control-allow-origin']).toBeUndefined();
	});

	it.each(['/_pb/@nope--draft/api/health', '/_pb/@shop/api/health', '/_pb/@../api/health'])(
		'%s is no app',
		async (url) => {
			const reply = await tinykit.ask(url, { headers: { authorization: tokens['owner'] ?? '' } });
			expect(reply.status).toBe(404);
		},
	);
});

describe('other sites', () => {
	it.each([
		[{ 'sec-fetch-site': 'cross-site' }, 403],
		[{ 'sec-fetch-site': 'same-site' }, 403],
		[{ origin: 'http://evil.example' }, 403],
		[{ origin: 'http://shop--draft.localhost:1' }, 403],
		[{ origin: 'null' }, 403],
		[{ 'sec-fetch-site': 'same-origin' }, 200],
		[{}, 200],
	])('%o -> %i', async (headers, status) => {
		for (const path of ['/tinykit/api/status', '/_pb/api/health'])
			expect((await tinykit.ask(path, { headers })).status).toBe(status);
	});

	it('lets the own page ask, and tells no other that it may', async () => {
		const headers = {
			origin: `http://localhost:${String(tinykit.port)}`,
			authorization: tokens['owner'] ?? '',
		};
		for (const path of ['/tinykit/api/status', '/_pb/api/health', '/_pb/@shop--draft/api/health']) {
			const reply = await tinykit.ask(path, { headers });
			expect([path, reply.status]).toEqual([path, 200]);
			expect(reply.headers['access-control-allow-origin'], path).toBeUndefined();
		}
	});
});

describe('bodies', () => {
	it.each([
		['/apps/shop/files/big.txt', 'PUT', 1024 * 1024 + 2, 'file_too_large'],
		['/apps', 'POST', 300 * 1024, 'body_too_large'],
	])(
		'%s is told that it is too large, with and without a length',
		async (path, method, size, expected) => {
			const headers = { authorization: tokens['owner'] ?? '' };
			const body = 'x'.repeat(size);
			const told = await tinykit.ask(`/tinykit/api${path}`, {
				method,
				headers: { ...headers, 'content-length': String(size) },
				body,
			});
			expect([told.status, code(told.text)]).toEqual([413, expected]);
			const chunked = await tinykit.ask(`/tinykit/api${path}`, {
				method,
				headers: { ...headers, 'transfer-encoding': 'chunked' },
				body,
			});
			expect([chunked.status, code(chunked.text)]).toEqual([413, expected]);
		},
	);

	it('one that breaks off is its sender’s fault, and no line in the log', async () => {
		const before = tinykit.logged.length;
		const socket = connect(tinykit.port, '127.0.0.1');
		const arrived = once(tinykit.server, 'request');
		socket.write(
			'POST /tinykit/api/setup HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99\r\n\r\n{"code"',
		);
		const [, response] = (await arrived) as [IncomingMessage, ServerResponse];
		const gone = once(response, 'close');
		await new Promise((resolve) => setTimeout(resolve, 50));
		socket.destroy();
		await gone;
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(tinykit.logged.slice(before)).toEqual([]);
	});
});

const code = (text: string): unknown =>
	(JSON.parse(text) as { data?: { code?: unknown } }).data?.code;
