import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackend, saveRecord, type Backend } from '../../pb/index.ts';

let dir: string;
let backend: Backend;
let server: Server;
let url: string;

const json = { 'content-type': 'application/json' };

beforeAll(async () => {
	dir = await mkdtemp(join(tmpdir(), 'backend-'));
	backend = await createBackend({ dataDir: join(dir, 'a') });
	const { app } = backend;
	const superusers = app.catalog.find('_superusers')!;
	await app.store.write((tx) =>
		saveRecord(app, tx, {
			collection: superusers,
			values: { email: 'root@example.test', password: '1234567890' },
		}),
	);
	const made = await backend.fetch(
		new Request('http://x/api/collections', {
			method: 'POST',
			headers: json,
			body: JSON.stringify({
				name: 'notes',
				type: 'base',
				listRule: '',
				viewRule: '',
				createRule: '',
				fields: [
					{ name: 'title', type: 'text' },
					{ name: 'data', type: 'json', maxSize: 0 },
					{ name: 'doc', type: 'file', maxSelect: 1, maxSize: 3_000_000 },
				],
			}),
		}),
		{ as: 'superuser' },
	);
	expect(made.status).toBe(200);
	server = createServer((request, response) => {
		void backend.node(request, response, request.url ?? '/');
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
	server.closeAllConnections();
	server.close();
	await backend.close();
	await rm(dir, { recursive: true, force: true });
});

const post = (path: string, body: BodyInit, headers: Record<string, string> = json) =>
	fetch(url + path, { method: 'POST', headers, body });

describe('over HTTP', () => {
	it.each([
		['GET', '/api/nope', 404],
		['GET', '/nope', 404],
		['POST', '/nope', 404],
		['PUT', '/api/health', 404],
		['GET', '/api/collections/notes/records/%zz', 404],
		['GET', '/api/collections', 401],
		['HEAD', '/api/health', 200],
		['OPTIONS', '/api/anything', 204],
	])('%s %s is %i', async (method, path, status) => {
		const response = await fetch(url + path, { method });
		expect(response.status).toBe(status);
		const body = await response.text();
		if (status >= 400) expect(JSON.parse(body)).toMatchObject({ data: {}, status });
		else expect(body).toBe('');
	});

	it.each([
		['/api//health?a=1', '/api/health?a=1'],
		['/api/x/../health', '/api/health'],
		['/api/./health/', '/api/health/'],
		['//evil.test/..', '/'],
		['/../../evil.test', '/evil.test'],
	])('sends %s to its canonical path %s', async (path, location) => {
		const { port } = server.address() as AddressInfo;
		const call = httpRequest({ port, path, host: '127.0.0.1' }).end();
		const [response] = (await once(call, 'response')) as [IncomingMessage];
		response.resume();
		expect([response.statusCode, response.headers.location]).toEqual([307, location]);
	});

	it('sends the headers of PocketBase and no cookies', async () => {
		const response = await fetch(`${url}/api/health`, { headers: { origin: 'https://a.test' } });
		expect(Object.fromEntries(response.headers)).toMatchObject({
			'access-control-allow-origin': '*',
			'content-type': 'application/json',
			vary: 'Origin',
			'x-content-type-options': 'nosniff',
			'x-frame-options': 'SAMEORIGIN',
			'x-xss-protection': '1; mode=block',
		});
		expect(response.headers.has('set-cookie')).toBe(false);
		expect(await response.text()).toBe('{"message":"API is healthy.","code":200,"data":{}}\n');
	});

	const records = '/api/collections/notes/records';
	it.each<[string, () => BodyInit, Record<string, string>, number]>([
		[
			'200,000 levels of JSON',
			() => `{"data":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
			json,
			400,
		],
		['an infinite number', () => '{"data":1e400}', json, 400],
		['a lone surrogate', () => '{"title":"\\ud800"}', json, 400],
		['broken JSON', () => '{"title":', json, 400],
		[
			'a gzip body',
			() => new Uint8Array([0x1f, 0x8b, 8]),
			{ ...json, 'content-encoding': 'gzip' },
			415,
		],
		['XML', () => '<a/>', { 'content-type': 'text/xml' }, 400],
		['no content type', () => new Uint8Array([1]), {}, 400],
		['a form without boundary', () => 'x', { 'content-type': 'multipart/form-data' }, 400],
		[
			'a form that ends early',
			() => '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb',
			{ 'content-type': 'multipart/form-data; boundary=x' },
			400,
		],
		['40 MB', () => new Uint8Array(40_000_000), json, 413],
	])('answers %s with %s', async (_, body, headers, status) => {
		const response = await post(records, body(), headers);
		expect(response.status).toBe(status);
		expect(await response.json()).toMatchObject({ data: {}, status });
		expect((await fetch(`${url}/api/health`)).status).toBe(200);
	});

	it('stops reading a body of unknown length at the limit', async () => {
		const status = await new Promise<number>((resolve, reject) => {
			const call = httpRequest(url + '/api/realtime', { method: 'POST', headers: json });
			call.on('response', (response) => resolve(response.statusCode ?? 0)).on('error', reject);
			const chunk = Buffer.alloc(1 << 20, ' ');
			for (let i = 0; i < 34; i++) call.write(chunk);
			call.end();
		});
		expect(status).toBe(413);
	});

	it('reads forms as PocketBase does', async () => {
		const form = new FormData();
		form.set('title', '007');
		form.set('@jsonPayload', '{"data":{"b":[1]}}');
		form.set('doc', new File([Buffer.alloc(2_000_000, 'x')], 'A b.TXT'));
		const made = (await (await post(records, form, {})).json()) as Record<string, string>;
		expect(made).toMatchObject({ title: '007', data: { b: [1] } });
		expect(made['doc']).toMatch(/^a_b_[a-z0-9]{10}\.TXT$/);
		const file = await fetch(`${url}/api/files/notes/${made['id']!}/${made['doc']!}`);
		expect(file.headers.get('x-frame-options')).toBeNull();
		expect((await file.arrayBuffer()).byteLength).toBe(2_000_000);
		const urlencoded = await post(`${records}?data=query`, 'title=a&data=1', {
			'content-type': 'application/x-www-form-urlencoded',
		});
		expect(await urlencoded.json()).toMatchObject({ title: 'a', data: [1, 'query'] });
	});

	it('honours fields', async () => {
		await post(records, '{"title":"picked"}');
		const page = await fetch(`${url}${records}?fields=title&filter=title='picked'`);
		expect(await page.json()).toMatchObject({ items: [{ title: 'picked' }], totalItems: 1 });
		const broken = await fetch(`${url}${records}?fields=title:nope()`);
		expect([broken.status, await broken.text()]).toEqual([200, '']);
	});
});

describe('tokens', () => {
	it('tells who a token belongs to, until it is revoked', async () => {
		const signIn = async () => {
			const response = await post(
				'/api/collections/_superusers/auth-with-password',
				'{"identity":"root@example.test","password":"1234567890"}',
			);
			expect(response.status).toBe(200);
			return ((await response.json()) as { token: string }).token;
		};
		const token = await signIn();
		expect((await backend.authenticate(token))?.isSuperuser).toBe(true);
		expect(await backend.authenticate(token.slice(0, -2) + 'xx')).toBeUndefined();
		const collections = () =>
			fetch(`${url}/api/collections`, { headers: { authorization: `bearer ${token}` } });
		expect((await collections()).status).toBe(200);
		const { app } = backend;
		const record = await backend.authenticate(token);
		await app.store.write((tx) =>
			saveRecord(app, tx, {
				collection: record!.collection,
				record,
				values: { 'tokenKey:autogenerate': '' },
			}),
		);
		expect(await backend.authenticate(token)).toBeUndefined();
		expect((await collections()).status).toBe(401);
	});

	it('takes the host at its word instead of the header', async () => {
		const ask = (options: Parameters<Backend['fetch']>[1]) =>
			backend.fetch(
				new Request('http://x/api/collections', { headers: { authorization: 'nonsense' } }),
				options,
			);
		expect((await ask({ as: 'superuser' })).status).toBe(200);
		expect((await ask({})).status).toBe(401);
		const superuser = await backend.fetch(
			new Request('http://x/api/files/token', { method: 'POST' }),
			{
				as: 'superuser',
			},
		);
		expect(superuser.status).toBe(401);
	});
});

describe('createBackend', () => {
	it('keeps two backends of one process apart', async () => {
		const other = await createBackend({ dataDir: join(dir, 'b'), origins: [] });
		expect(other.app.catalog.find('notes')).toBeUndefined();
		const response = await other.fetch(
			new Request('http://x/api/health', { headers: { origin: 'https://a.test' } }),
		);
		expect(response.headers.has('access-control-allow-origin')).toBe(false);
		await other.close();
		expect((await fetch(`${url}/api/health`)).status).toBe(200);
	});

	it('says in one sentence what is wrong with a directory', async () => {
		const { writeFile, mkdir } = await import('node:fs/promises');
		await writeFile(join(dir, 'file'), 'x');
		await expect(createBackend({ dataDir: join(dir, 'file') })).rejects.toThrow(
			/is not a directory\.$/,
		);
		await mkdir(join(dir, 'broken'));
		await writeFile(
			join(dir, 'broken', 'data.db'),
			'this is no database, but long enough to look like one',
		);
		await expect(createBackend({ dataDir: join(dir, 'broken') })).rejects.toThrow(
			/^The data directory .* cannot be opened/,
		);
	});

	it('writes the request log in batches, without tokens', async () => {
		const logged = await createBackend({ dataDir: join(dir, 'logs') });
		logged.start();
		await logged.fetch(new Request('http://x/api/nope?token=abc&x=1'));
		await logged.close();
		const again = await createBackend({ dataDir: join(dir, 'logs') });
		const list = await again.fetch(new Request('http://x/api/logs?filter=data.status=404'), {
			as: 'superuser',
		});
		const { items } = (await list.json()) as {
			items: { data: { url: string }; message: string }[];
		};
		expect(items.map((item) => item.data.url)).toEqual(['/api/nope?token=…&x=1']);
		expect(items[0]?.message).not.toContain('abc');
		const one = await again.fetch(new Request('http://x/api/logs/stats'), { as: 'superuser' });
		expect(await one.json()).toMatchObject([{ total: 1 }]);
		await again.close();
		expect((await stat(join(dir, 'logs', 'auxiliary.db'))).size).toBeGreaterThan(0);
	});
});
