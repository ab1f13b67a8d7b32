import { join } from 'node:path';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { ident, sql } from '../../pb/sql/index.ts';
import { openSqliteStore } from '../../pb/store/index.ts';
import { runCli, serveCli, tempDir, type RunningCli } from '../compat/serve.ts';

/* Queries whose cost a client decides, against a process of its own: they end, and nobody waits for them. */

let dir: Awaited<ReturnType<typeof tempDir>>;
let server: RunningCli | undefined;

const data = (): string => join(dir.path, 'pb_data');
const rows = 12_000;
/** So few that plain comparisons of them are left to the main thread. */
const fewRows = 900;
const json = { 'content-type': 'application/json' };
const recordsOf = (name: string): string => `/api/collections/${name}/records`;
const records = recordsOf('posts');

/** Each row against each: 144 million comparisons of text, none of which is true. */
const crossJoin = '@collection.posts.body ~ title';
/** A search that almost finds at each character; the length of the text times that of the pattern. */
const longPatterns = Array.from({ length: 60 }, () => `body ~ '${'x'.repeat(44)}y'`).join('||');
/** One pass over the table, more than a reader of the main thread takes upon itself. */
const onePass = "body ~ 'needle'";

beforeAll(async () => {
	dir = await tempDir();
	await runCli('superuser', 'upsert', 'root@example.test', '1234567890', '--dir', data());
	const token = await start();
	for (const name of ['posts', 'few']) {
		const created = await send('/api/collections', {
			method: 'POST',
			headers: { ...json, authorization: token },
			body: JSON.stringify({
				name,
				type: 'base',
				listRule: '',
				viewRule: '',
				fields: [
					{ name: 'title', type: 'text' },
					{ name: 'body', type: 'text' },
				],
			}),
		});
		expect(created.status).toBe(200);
	}
	await server?.stop();
	await fill();
});
afterEach(() => server?.stop());
afterAll(() => dir.remove());

/** Through the store, which is faster than one request a row. */
async function fill(): Promise<void> {
	const path = join(data(), 'data.db');
	const store = await openSqliteStore({ path, durability: 'normal', queryTimeoutMs: 30_000 });
	for (const [name, count, length] of [
		['posts', rows, 500],
		['few', fewRows, 5000],
	] as const)
		await store.write((tx) =>
			tx.run(
				sql`INSERT INTO ${ident(name)} (id, title, body) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT printf('p%014d', i), 'title' || i, printf('%.*c', ${length}, 'x') || i FROM n`,
			),
		);
	await store.close();
}

/** @returns the token of a superuser. */
async function start(...flags: string[]): Promise<string> {
	server = await serveCli(data(), ...flags);
	const signIn = await send('/api/collections/_superusers/auth-with-password', {
		method: 'POST',
		headers: json,
		body: '{"identity":"root@example.test","password":"1234567890"}',
	});
	return ((await signIn.json()) as { token: string }).token;
}

const send = (path: string, init: RequestInit = {}): Promise<Response> => {
	if (!server) throw new Error('no server');
	return fetch(server.url + path, init);
};
const listed = (name: string, filter: string, more: Record<string, string> = {}): string =>
	`${recordsOf(name)}?${new URLSearchParams({ filter, ...more }).toString()}`;

describe('a query that takes too long', () => {
	it.each([
		['every row against every row', 'posts', crossJoin],
		['long searches of many rows', 'posts', longPatterns],
		['long searches of few rows', 'few', longPatterns],
	])('%s: ends with 400 at its deadline, others are served meanwhile', async (_, name, filter) => {
		const token = await start('--queryTimeout', '1');
		const headers = { authorization: token };
		const over = new AbortController();
		// Sorted, so that no page is full before the end.
		const path = listed(name, filter, { sort: 'body' });
		const slow = send(path, { headers }).finally(() => over.abort());
		const meanwhile: number[] = [];
		while (!over.signal.aborted) {
			const id = `p${String((meanwhile.length % rows) + 1).padStart(14, '0')}`;
			const others = await Promise.all([
				send(`${records}/${id}`),
				send(`${records}?perPage=20&skipTotal=1`),
				send(listed('posts', `id = '${id}'`)),
			]);
			meanwhile.push(...others.map(({ status }) => status));
			await Promise.all(others.map((other) => other.arrayBuffer()));
		}
		const response = await slow;
		expect([response.status, await response.json()]).toEqual([
			400,
			{ data: {}, message: 'Something went wrong while processing your request.', status: 400 },
		]);
		expect(meanwhile.length).toBeGreaterThan(30);
		expect(meanwhile.filter((status) => status !== 200)).toEqual([]);
		// Its reader serves the next one.
		expect(await (await send(listed('posts', onePass))).json()).toMatchObject({ totalItems: 0 });
	});

	it('gives its reader back as soon as its client leaves', async () => {
		const token = await start('--queryTimeout', '600');
		const headers = { authorization: token };
		const leave = new AbortController();
		// More than there are readers, so that some wait in the queue.
		const slow = Array.from({ length: 8 }, () =>
			send(listed('posts', crossJoin), { headers, signal: leave.signal }).then(
				({ status }) => status,
				(error: unknown) => (error as Error).name,
			),
		);
		let isServed = false;
		const next = send(listed('posts', onePass)).then(async (response) => {
			isServed = true;
			return [response.status, ((await response.json()) as { totalItems: number }).totalItems];
		});
		for (let i = 0; i < 50; i++) expect((await send('/api/health')).status).toBe(200);
		expect(isServed).toBe(false);
		leave.abort();
		expect(await Promise.all(slow)).toEqual(slow.map(() => 'AbortError'));
		// Ten minutes of eight queries would be in front of it.
		expect(await next).toEqual([200, 0]);
	});
});
