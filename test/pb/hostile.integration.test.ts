import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, serveCli, tempDir, type RunningCli } from '../compat/serve.ts';

/*
 * Requests that are meant to hurt, against a process of its own: each gets a plain answer within two seconds, others are
 * served meanwhile, and it is the same process afterwards.
 */

let dir: Awaited<ReturnType<typeof tempDir>>;
let server: RunningCli;
let token: string;

const records = '/api/collections/notes/records';
const json = { 'content-type': 'application/json' };

const field = (name: string, type: string, more: object = {}) => ({ name, type, ...more });

beforeAll(async () => {
	dir = await tempDir();
	const data = `${dir.path}/pb_data`;
	await runCli('superuser', 'upsert', 'root@example.test', '1234567890', '--dir', data);
	server = await serveCli(data);
	const signIn = await send('/api/collections/_superusers/auth-with-password', {
		method: 'POST',
		headers: json,
		body: '{"identity":"root@example.test","password":"1234567890"}',
	});
	token = ((await signIn.json()) as { token: string }).token;
	const created = await send('/api/collections', {
		method: 'POST',
		headers: { ...json, authorization: token },
		body: JSON.stringify({
			name: 'notes',
			type: 'base',
			listRule: '',
			viewRule: '',
			createRule: '',
			updateRule: '',
			fields: [
				field('title', 'text', { max: 200_000 }),
				field('evil', 'text', { max: 200_000, pattern: '^(a+)+$' }),
				field('n', 'number'),
				field('j', 'json'),
				field('friend', 'text'),
			],
		}),
	});
	expect(created.status).toBe(200);
	for (let i = 0; i < 50; i++)
		await send(records, { method: 'POST', headers: json, body: `{"title":"t${i}","n":${i}}` });
});

afterAll(async () => {
	await server.stop();
	await dir.remove();
});

const send = (path: string, init: RequestInit = {}): Promise<Response> =>
	fetch(server.url + path, { ...init, signal: AbortSignal.timeout(20_000) });

interface Seen {
	readonly status: number;
	readonly body: string;
	readonly milliseconds: number;
	readonly health: readonly number[];
}

/** Sends it while `/api/health` is asked all the time. */
async function attack(path: string, init?: RequestInit): Promise<Seen> {
	const over = new AbortController();
	const health: number[] = [];
	const watch = (async () => {
		do {
			const response = await send('/api/health');
			await response.arrayBuffer();
			health.push(response.status);
		} while (!over.signal.aborted);
	})();
	const started = performance.now();
	let seen: Omit<Seen, 'health'>;
	try {
		const response = await send(path, init);
		const body = await response.text();
		seen = { status: response.status, body, milliseconds: performance.now() - started };
	} finally {
		over.abort();
		await watch;
	}
	return { ...seen, health };
}

/** What must hold after each of them. */
async function expectUnharmed(seen: Seen): Promise<void> {
	expect(seen.milliseconds).toBeLessThan(2000);
	expect(seen.health.length).toBeGreaterThan(0);
	expect(seen.health.filter((status) => status !== 200)).toEqual([]);
	expect(server.child.exitCode).toBeNull();
	// Signal 0 only asks whether the process is there.
	expect(process.kill(server.child.pid!, 0)).toBe(true);
	const after = await send(`${records}?perPage=1&fields=title&sort=n`);
	expect(await after.json()).toMatchObject({ items: [{ title: 't0' }] });
}

const listed = (parameters: Record<string, string>): string =>
	`${records}?${new URLSearchParams(parameters).toString()}`;
const filtered = (filter: string): string => listed({ filter });
const envelope = (body: string): unknown => JSON.parse(body);

describe('a filter or sort', () => {
	it.each([
		['3,501 characters', `title = '${'a'.repeat(3501 - 10)}'`],
		['201 expressions', Array.from({ length: 201 }, () => 'n=1').join('||')],
		['500 open parentheses', '('.repeat(500)],
		['500 nested parentheses', `${'('.repeat(500)}n=1${')'.repeat(500)}`],
		['an unclosed string', "title = 'abc"],
		['an unclosed string of quotes', `title = ${"'\\".repeat(800)}`],
		['a NUL', "title = 'a' \0 || n = 1"],
		['__proto__', '__proto__ = 1'],
		['__proto__ below json', '__proto__.polluted = 1'],
		['constructor.prototype', 'constructor.prototype = 1'],
		['a path without end', `${'friend.'.repeat(400)}id = 1`],
		['back-relations that are none', `${'notes_via_friend.'.repeat(20)}id = 1`],
		['an unknown function', 'toString() = 1'],
		['operators only', '='.repeat(3000)],
		['quotes only', '"'.repeat(2999)],
		['lone surrogates as an identifier', '\ud800 = 1'],
	])('%s: 400', async (_, filter) => {
		const seen = await attack(filtered(filter));
		expect(seen.status).toBe(400);
		expect(envelope(seen.body)).toMatchObject({ data: {}, status: 400 });
		await expectUnharmed(seen);
	});

	it.each([
		['1e400', 'n = 1e400', 400],
		['a number of 3,000 digits', `n < ${'9'.repeat(3000)}`, 200],
		['a NUL in a string', "title = 'a\0b'", 400],
		['a collection named __proto__', '@collection.__proto__.id != ""', 403],
		['lone surrogates in a string', "title = '\ud800'", 200],
		['3,400 wildcards', `title ~ '${'%a'.repeat(1700)}'`, 200],
		['json keys of the prototype', 'j.__proto__.constructor.prototype = 1', 200],
		['200 expressions over json', Array.from({ length: 200 }, () => 'j.a.b=1').join('||'), 200],
	])('%s: answered', async (_, filter, status) => {
		const seen = await attack(filtered(filter));
		expect([seen.status, envelope(seen.body)]).toMatchObject([status, {}]);
		await expectUnharmed(seen);
	});

	it.each([
		['perPage', listed({ perPage: '1000000000' }), 200, { perPage: 1000 }],
		['page', listed({ page: '9007199254740993' }), 200, { items: [] }],
		['page past int64', listed({ page: '9'.repeat(400) }), 400, { status: 400 }],
		['sort fields', listed({ sort: Array.from({ length: 500 }, () => 'n').join() }), 400, {}],
		['sort by __proto__', listed({ sort: '__proto__' }), 400, { status: 400 }],
		['expand', listed({ expand: 'friend.'.repeat(2000) }), 200, { totalItems: 50 }],
		['fields', listed({ fields: 'a.b.'.repeat(3000) }), 200, { totalItems: 50 }],
		['fields of the prototype', listed({ fields: '__proto__,constructor' }), 200, {}],
		['a broken escape', `${records}?filter=%zz`, 400, {}],
		['20,000 parameters', `${records}?${'a=1&'.repeat(10_000)}`, 200, {}],
	])('%s: clamped or refused', async (_, path, status, body) => {
		const seen = await attack(path);
		expect([seen.status, envelope(seen.body)]).toMatchObject([status, body]);
		await expectUnharmed(seen);
	});

	it.each([
		['a collection named __proto__', '/api/collections/__proto__/records'],
		['a record named by a NUL', `${records}/%00`],
		['a record id of 15,000 characters', `${records}/${'x'.repeat(15_000)}`],
		['a path of slashes', `/api/${'/'.repeat(3000)}`],
		['dots', '/api/collections/..%2f..%2f..%2fetc%2fpasswd/records'],
	])('%s: 404', async (_, path) => {
		const seen = await attack(path);
		expect(seen.status).toBe(404);
		await expectUnharmed(seen);
	});
});

const posted = (body: BodyInit, headers: Record<string, string> = json): RequestInit => ({
	method: 'POST',
	headers,
	body,
});

const multipartOf = (parts: number): RequestInit => {
	const part = '--x\r\ncontent-disposition: form-data; name="title"\r\n\r\na\r\n';
	return posted(`${part.repeat(parts)}--x--\r\n`, {
		'content-type': 'multipart/form-data; boundary=x',
	});
};
const filesOf = (parts: number): RequestInit => {
	const part = '--x\r\ncontent-disposition: form-data; name="f"; filename="a.txt"\r\n\r\na\r\n';
	return posted(`${part.repeat(parts)}--x--\r\n`, {
		'content-type': 'multipart/form-data; boundary=x',
	});
};

describe('a body', () => {
	const megabyte = 1 << 20;
	it.each([
		['33 MB of JSON', () => posted(`{"title":"${'a'.repeat(33 * megabyte)}"}`), 413],
		['33 MB of a form', () => posted(new URLSearchParams({ a: 'a'.repeat(33 * megabyte) })), 413],
		[
			'33 MB without a length',
			() => ({ ...posted(endless(40)), duplex: 'half' }) as RequestInit,
			413,
		],
		['200,000 arrays in each other', () => posted(`{"j":${nested('[', ']', 200_000)}}`), 400],
		['200,000 objects in each other', () => posted(`{"j":${nested('{"a":', '}', 200_000)}}`), 400],
		['200,000 brackets that stay open', () => posted('{"j":' + '['.repeat(200_000)), 400],
		['1e400', () => posted('{"n":1e400}'), 400],
		['a lone surrogate', () => posted('{"title":"\\ud800"}'), 400],
		['bytes that are no UTF-8 and no JSON', () => posted(Buffer.alloc(100_000, 0xff)), 400],
		['a NUL', () => posted('\0'), 400],
		[
			'a gzip bomb',
			() => posted(gzipSync(Buffer.alloc(64 * megabyte)), { ...json, 'content-encoding': 'gzip' }),
			415,
		],
		[
			'a gzip bomb without its name',
			() => posted(gzipSync(Buffer.alloc(64 * megabyte)), json),
			400,
		],
		['10,000 parts', () => multipartOf(10_000), 400],
		['10,000 files', () => filesOf(10_000), 400],
		[
			'multipart without a boundary',
			() => posted('--x', { 'content-type': 'multipart/form-data' }),
			400,
		],
		[
			'multipart that ends early',
			() => posted('--x\r\nconten', { 'content-type': 'multipart/form-data; boundary=x' }),
			400,
		],
		[
			'a payload of brackets in a form',
			() => posted(new URLSearchParams({ '@jsonPayload': '['.repeat(200_000) })),
			400,
		],
		['a type nobody knows', () => posted('x', { 'content-type': 'application/x-nothing' }), 400],
		['an exponential pattern', () => posted(`{"evil":"${'a'.repeat(100_000)}!"}`), 400],
	] satisfies [string, () => RequestInit, number][])('%s', async (_, init, status) => {
		const seen = await attack(records, init());
		expect([seen.status, envelope(seen.body)]).toMatchObject([status, { status }]);
		await expectUnharmed(seen);
	});

	it.each([
		['keys of the prototype', '{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}'],
		['json with keys of the prototype', '{"j":{"__proto__":{"admin":true},"a":1}}'],
		['a value that an exponential pattern takes', `{"evil":"${'a'.repeat(100_000)}"}`],
		['the same key 20,000 times', `{${'"title":"x",'.repeat(20_000)}"title":"y"}`],
		['20,000 unknown keys', `{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join()}}`],
	])('%s: kept apart', async (_, body) => {
		const seen = await attack(records, posted(body));
		expect(seen.status).toBe(200);
		const { id } = envelope(seen.body) as { id: string };
		expect(envelope(seen.body)).not.toHaveProperty('admin');
		await expectUnharmed(seen);
		const removed = { method: 'DELETE', headers: { authorization: token } };
		expect((await send(`${records}/${id}`, removed)).status).toBe(204);
	});

	it('a collection whose pattern no engine may backtrack on is refused or harmless', async () => {
		const headers = { ...json, authorization: token };
		const seen = await attack('/api/collections', {
			method: 'POST',
			headers,
			body: JSON.stringify({
				name: 'patterns',
				type: 'base',
				fields: [field('p', 'text', { pattern: `(${'a?'.repeat(2000)}){1,1000}` })],
			}),
		});
		expect(seen.status).toBe(400);
		await expectUnharmed(seen);
	});
});

const nested = (open: string, close: string, depth: number): string =>
	open.repeat(depth) + (open === '[' ? '' : '1') + close.repeat(depth);

/** A body of `megabytes` whose length nobody is told. */
function endless(megabytes: number): ReadableStream<Uint8Array> {
	let left = megabytes;
	return new ReadableStream({
		pull(controller) {
			if (left-- > 0) controller.enqueue(new Uint8Array(1 << 20).fill(0x20));
			else controller.close();
		},
	});
}

describe('headers', () => {
	it.each([
		['a token of 30,000 characters', { authorization: `Bearer ${'a'.repeat(30_000)}` }],
		['a token of dots', { authorization: '.'.repeat(20_000) }],
		['a token without an algorithm', { authorization: 'eyJhbGciOiJub25lIn0.e30.' }],
	])('%s: a guest', async (_, headers) => {
		const seen = await attack(`${records}?perPage=1`, { headers });
		expect(seen.status).toBe(200);
		await expectUnharmed(seen);
	});
});
