import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackend, sql, type Backend } from '../../../pb/index.ts';

/* What the rules of before the exchange let pass may be nobody's business afterwards. */

let directory: string;
let backend: Backend;
const records = '/api/collections/notes/records';

async function ask(method: string, path: string, body?: unknown, as?: 'superuser') {
	const request = new Request(`http://localhost${path}`, {
		method,
		headers: { 'content-type': 'application/json' },
		...(body !== undefined && {
			body: body instanceof ReadableStream ? body : JSON.stringify(body),
			duplex: 'half',
		}),
	});
	const response = await backend.fetch(request, as && { as });
	return { status: response.status, text: await response.text() };
}
const root = async (method: string, path: string, body?: unknown): Promise<void> => {
	const { status, text } = await ask(method, path, body, 'superuser');
	if (status >= 300) throw new Error(text);
};

/** Exchanges the files by those in which the notes are private. @param meanwhile while they are closed */
const exchange = (meanwhile: () => void = () => undefined): Promise<void> =>
	backend.app.replaceFiles(async () => {
		meanwhile();
		await copyFile(join(directory, 'private.db'), join(directory, 'data.db'));
	});

beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'tk-exchanged-'));
	backend = await createBackend({ dataDir: directory, durability: 'normal' });
	const fields = [{ name: 'title', type: 'text' }];
	await root('POST', '/api/collections', { name: 'notes', type: 'base', fields });
	await root('POST', records, { title: 'secret' });
	const password = { name: 'password', type: 'password', cost: 12, min: 8 };
	await root('POST', '/api/collections', { name: 'people', type: 'auth', fields: [password] });
	await root('POST', '/api/collections/people/records', {
		email: 'ann@example.com',
		password: 'a long password',
		passwordConfirm: 'a long password',
	});
	await backend.app.store.snapshot(join(directory, 'private.db'));
	await root('DELETE', '/api/collections/notes/truncate');
	await root('PATCH', '/api/collections/notes', { listRule: '', createRule: '' });
	await root('POST', records, { title: 'open' });
});
afterEach(async () => {
	await backend.close();
	await rm(directory, { recursive: true });
});

const titles = async (): Promise<unknown[]> =>
	(await backend.app.store.all(sql`SELECT title FROM notes`)).map((row) => row['title']);

describe('when the files are exchanged', () => {
	it('requests that come meanwhile wait, and are judged by the new rules', async () => {
		expect(await ask('GET', records)).toMatchObject({ status: 200 });
		const answers: ReturnType<typeof ask>[] = [];
		await exchange(() => {
			for (const path of [records, `${records}?filter=title!='x'`, `${records}?fields=title`])
				answers.push(ask('GET', path));
			answers.push(ask('POST', records, { title: 'late' }));
		});
		expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([403, 403, 403, 403]);
		expect(await titles()).toEqual(['secret']);
	});

	it('a request whose body has not come in yet is refused', async () => {
		const body = new TransformStream<Uint8Array, Uint8Array>();
		const writer = body.writable.getWriter();
		const answer = ask('POST', records, body.readable);
		await writer.write(Buffer.from('{"title":'));
		await exchange();
		await writer.write(Buffer.from('"late"}'));
		await writer.close();
		expect(await answer).toMatchObject({ status: 503 });
		expect(await titles()).toEqual(['secret']);
	});

	it('what a request found out that began before is not told', async () => {
		const answer = ask('POST', '/api/collections/people/auth-with-password', {
			identity: 'ann@example.com',
			password: 'a long password',
		});
		// The password is being compared.
		await new Promise((resolve) => setTimeout(resolve, 20));
		await exchange();
		const { status, text } = await answer;
		expect(status).toBe(503);
		expect(text).not.toContain('token');
	});

	it('one after the other when there are two, and also after one that fails', async () => {
		const failing = backend.app.replaceFiles(() => Promise.reject(new Error('no')));
		const second = exchange();
		const list = ask('GET', records);
		await expect(failing).rejects.toThrow('no');
		await second;
		expect(await list).toMatchObject({ status: 403 });
		expect(backend.app.exchanges).toMatchObject({ begun: 2, running: undefined });
	});
});
