import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackend, type Backend } from '../../../pb/index.ts';

/** Kept in memory once read, and too large for that. */
const sizes = { small: 1000, large: 300_000 } as const;
type Name = keyof typeof sizes;

let directory: string;
let backend: Backend;
let server: Server;
const paths = {} as Record<Name, string>;

const content = (name: Name): Buffer<ArrayBuffer> =>
	Buffer.from(Array.from({ length: sizes[name] }, (_, i) => i % 251));

beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), 'tk-files-api-'));
	backend = await createBackend({ dataDir: directory, durability: 'normal' });
	server = createServer((incoming, outgoing) => {
		void backend.node(incoming, outgoing, incoming.url ?? '/');
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const fields = [{ name: 'doc', type: 'file', maxSize: 1_000_000 }];
	const docs = { name: 'docs', type: 'base', fields, createRule: '', viewRule: '' };
	await post('/api/collections', JSON.stringify(docs), { as: 'superuser' });
	for (const name of ['small', 'large'] as const) {
		const form = new FormData();
		form.append('doc', new File([content(name)], `${name}.bin`));
		const { id, doc } = await post('/api/collections/docs/records', form);
		paths[name] = `/api/files/docs/${id}/${doc}`;
	}
});
afterAll(async () => {
	server.close();
	await backend.close();
	await rm(directory, { recursive: true });
});

async function post(path: string, body: BodyInit, options?: { as: 'superuser' }) {
	const headers = typeof body === 'string' ? { 'content-type': 'application/json' } : undefined;
	const asked = new Request(`http://x${path}`, {
		method: 'POST',
		body,
		...(headers && { headers }),
	});
	const response = await backend.fetch(asked, options);
	expect(response.status).toBe(200);
	return (await response.json()) as { id: string; doc: string };
}

interface Answer {
	readonly status: number | undefined;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
	const { port } = server.address() as AddressInfo;
	return new Promise((resolve, reject) => {
		request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (incoming) => {
			const chunks: Buffer[] = [];
			incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
			incoming.on('end', () =>
				resolve({
					status: incoming.statusCode,
					headers: incoming.headers,
					body: Buffer.concat(chunks),
				}),
			);
		})
			.on('error', reject)
			.end();
	});
}

const stale = { 'if-range': 'Thu, 01 Jan 1970 00:00:00 GMT' };
const later = { 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' };

describe.each(['small', 'large'] as const)('a %s file', (name) => {
	const size = sizes[name];
	// headers | status | content-range | first and last byte
	it.each([
		[{}, 200, undefined, 0, size - 1],
		[{ range: 'bytes=0-9' }, 206, `bytes 0-9/${size}`, 0, 9],
		[{ range: 'bytes=990-' }, 206, `bytes 990-${size - 1}/${size}`, 990, size - 1],
		[{ range: 'bytes=-5' }, 206, `bytes ${size - 5}-${size - 1}/${size}`, size - 5, size - 1],
		[{ range: 'bytes=5-9999999' }, 206, `bytes 5-${size - 1}/${size}`, 5, size - 1],
		[{ range: 'bytes=0-1,3-4' }, 200, undefined, 0, size - 1],
		[{ range: 'bytes=0-9', ...stale }, 200, undefined, 0, size - 1],
	])('is answered the same, first and again: %j', async (headers, status, range, start, end) => {
		for (let i = 0; i < 2; i++) {
			const answer = await get(paths[name], headers);
			expect(answer.status).toBe(status);
			expect(answer.headers['content-range']).toBe(range);
			expect(answer.headers['content-length']).toBe(String(end - start + 1));
			expect(answer.headers['content-type']).toBe('application/octet-stream');
			expect(answer.body.equals(content(name).subarray(start, end + 1))).toBe(true);
		}
	});

	it('has no body where none is asked for', async () => {
		const head = await get(paths[name], {}, 'HEAD');
		expect(head).toMatchObject({ status: 200, headers: { 'content-length': String(size) } });
		const range = await get(paths[name], { range: 'bytes=9999999-' });
		expect(range).toMatchObject({ status: 416, headers: { 'content-range': `bytes */${size}` } });
		for (const { body } of [head, await get(paths[name], later)]) expect(body).toHaveLength(0);
		expect((await get(paths[name], later)).status).toBe(304);
	});
});

it('serves what is on disk now', async () => {
	const form = new FormData();
	form.append('doc', new File(['first'], 'a.txt'));
	const { id, doc } = await post('/api/collections/docs/records', form);
	const path = `/api/files/docs/${id}/${doc}`;
	const read = async () => {
		const { status, body } = await get(path);
		return [status, body.toString()];
	};
	for (let i = 0; i < 2; i++) expect(await read()).toEqual([200, 'first']);
	const storage = join(directory, 'storage');
	const [file = ''] = (await readdir(storage, { recursive: true })).filter((each) =>
		each.endsWith(doc),
	);
	await writeFile(join(storage, file), 'other');
	expect(await read()).toEqual([200, 'other']);
	await rm(join(storage, file));
	expect((await read())[0]).toBe(404);
});
