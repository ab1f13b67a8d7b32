import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
	createBackend,
	deleteRecordTree,
	importCollections,
	saveRecord,
	type AuthRecord,
	type Backend,
	type StoredRecord,
} from '../../../../pb/index.ts';
import type { RealtimeConnection } from '../../../../pb/core/realtime/index.ts';

let dir: string;
let backend: Backend;
let connections: RealtimeConnection[];

const auth = (record: StoredRecord): AuthRecord => ({ ...record, isSuperuser: false });
const collection = (name: string) => backend.app.catalog.find(name)!;
const save = (name: string, values: Record<string, unknown>, record?: StoredRecord) =>
	backend.app.store.write((tx) =>
		saveRecord(backend.app, tx, { collection: collection(name), record, values }),
	);
const user = async (name: string): Promise<AuthRecord> =>
	auth(await save('users', { email: `${name}@example.test`, password: '12345678x' }));

beforeAll(async () => {
	dir = await mkdtemp(join(tmpdir(), 'realtime-'));
	backend = await createBackend({ dataDir: dir });
	await importCollections(backend.app, {
		collections: [
			{
				id: 'pbc_posts',
				name: 'posts',
				type: 'base',
				listRule: 'public = true || (@request.auth.id != "" && owner = @request.auth.id)',
				viewRule: '@request.auth.id != "" && owner = @request.auth.id',
				fields: [
					{ name: 'title', type: 'text' },
					{ name: 'secret', type: 'text', hidden: true },
					{ name: 'public', type: 'bool' },
					{ name: 'owner', type: 'relation', collectionId: '_pb_users_auth_', maxSelect: 1 },
				],
			},
			{
				id: 'pbc_open',
				name: 'open',
				type: 'base',
				listRule: '',
				fields: [{ name: 'title', type: 'text' }],
			},
			{ id: 'pbc_closed', name: 'closed', type: 'base', fields: [{ name: 'title', type: 'text' }] },
		],
		deleteMissing: false,
	});
});
afterAll(async () => {
	await backend.close();
	await rm(dir, { recursive: true, force: true });
});
beforeEach(() => {
	connections = [];
});
afterEach(() => {
	for (const connection of connections) connection.stream.destroy();
});

interface Heard {
	readonly event: string;
	readonly data: { readonly action: string; readonly record: Record<string, unknown> };
}

/** Opens a stream with these subscriptions; the function waits for a marker and gives what came before it. */
function listen(as: AuthRecord | undefined, ...subscriptions: string[]) {
	const { realtime } = backend.app;
	const connection = realtime.connect('');
	connections.push(connection);
	realtime.subscribe(connection, as, [...subscriptions, 'open/*']);
	let text = '';
	connection.stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
	return {
		connection,
		async heard(): Promise<Heard[]> {
			await save('open', { title: 'marker' });
			await vi.waitFor(() => expect(text).toContain('marker'), { timeout: 5000 });
			const blocks = text.split('\n\n').filter((block) => block !== '');
			text = '';
			return blocks.flatMap((block) => {
				const [id, event = '', data = ''] = block.split('\n');
				expect(id).toBe(`id:${connection.id}`);
				if (event === 'event:PB_CONNECT' || event === 'event:open/*') return [];
				return [{ event: event.slice(6), data: JSON.parse(data.slice(5)) as Heard['data'] }];
			});
		},
	};
}

const titles = (heard: readonly Heard[]) =>
	heard.map(({ data }) => `${data.action} ${String(data.record['title'])}`);

describe('the realtime hub', () => {
	it('applies the list rule to a topic and the view rule to a single record', async () => {
		const [anna, bert] = [await user('a1'), await user('b1')];
		const mine = await save('posts', { title: 'mine', owner: anna.data['id'] });
		const id = String(mine.data['id']);
		const owner = listen(anna, 'posts/*', `posts/${id}`);
		const other = listen(bert, 'posts/*', `posts/${id}`);
		const guest = listen(undefined, 'posts/*', `posts/${id}`);
		await save('posts', { title: 'changed' }, mine);
		await save('posts', { title: 'shown', public: true });
		expect(titles(await owner.heard()).sort()).toEqual([
			'create shown',
			'update changed',
			'update changed',
		]);
		expect(titles(await other.heard())).toEqual(['create shown']);
		expect(titles(await guest.heard())).toEqual(['create shown']);
	});

	it('shows hidden fields to superusers only, and rule null to nobody else', async () => {
		const root: AuthRecord = {
			...(await save('_superusers', { email: 'root@example.test', password: '12345678x' })),
			isSuperuser: true,
		};
		const superuser = listen(root, 'posts/*', 'closed/*');
		const guest = listen(undefined, 'posts/*', 'closed/*');
		await save('posts', { title: 'p', secret: 's', public: true });
		await save('closed', { title: 'c' });
		const all = await superuser.heard();
		expect(titles(all)).toEqual(['create p', 'create c']);
		expect(all[0]?.data.record['secret']).toBe('s');
		const some = await guest.heard();
		expect(titles(some)).toEqual(['create p']);
		expect(some[0]?.data.record).not.toHaveProperty('secret');
	});

	it('applies the options of a subscription and names its events by it', async () => {
		const options = (query: object) =>
			`posts/*?options=${encodeURIComponent(JSON.stringify({ query }))}`;
		const filtered = options({ filter: 'title = "yes"', fields: 'id,title' });
		const sly = options({ filter: 'secret != ""' });
		const broken = options({ filter: 'title = ' });
		const anyone = listen(undefined, filtered, sly, broken);
		await save('posts', { title: 'no', public: true, secret: 'x' });
		await save('posts', { title: 'yes', public: true, secret: 'x' });
		const heard = await anyone.heard();
		expect(heard.map(({ event }) => event)).toEqual([filtered]);
		expect(Object.keys(heard[0]!.data.record)).toEqual(['id', 'title']);
	});

	it('judges a delete by the row that goes, and tells of it only once it is gone', async () => {
		const anna = await user('a2');
		const mine = await save('posts', { title: 'mine', owner: anna.data['id'] });
		const owner = listen(anna, 'posts/*');
		const guest = listen(undefined, 'posts/*');
		const { store } = backend.app;
		await expect(
			store.write(async (tx) => {
				await deleteRecordTree(backend.app, tx, mine);
				throw new Error('rolled back');
			}),
		).rejects.toThrow('rolled back');
		expect(titles(await owner.heard())).toEqual([]);
		await store.write((tx) => deleteRecordTree(backend.app, tx, mine));
		expect(titles(await owner.heard())).toEqual(['delete mine']);
		expect(titles(await guest.heard())).toEqual([]);
	});

	it.each([
		[
			'a changed token key',
			(record: StoredRecord) => save('users', { 'tokenKey:autogenerate': '' }, record),
		],
		[
			'a changed password',
			(record: StoredRecord) => save('users', { password: 'another 123' }, record),
		],
		[
			'the end of the account',
			(record: StoredRecord) =>
				backend.app.store.write((tx) => deleteRecordTree(backend.app, tx, record)),
		],
	])('takes the rights of a stream with %s', async (_, revoke) => {
		const anna = await user(`r${String(Math.random()).slice(2)}`);
		const owner = listen(anna, 'posts/*');
		await save('posts', { title: 'before', owner: anna.data['id'] });
		expect(titles(await owner.heard())).toEqual(['create before']);
		await revoke(anna);
		expect((await owner.heard()).length).toBe(0);
		expect(owner.connection.auth).toBeUndefined();
		await save('posts', { title: 'after', public: false });
		expect(titles(await owner.heard())).toEqual([]);
	});

	it('keeps the order of commits', async () => {
		const anyone = listen(undefined, 'posts/*');
		await Promise.all(
			Array.from({ length: 30 }, (_, i) =>
				save('posts', { title: String(i), public: i % 2 === 0 }),
			),
		);
		const { store } = backend.app;
		const { sql } = await import('../../../../pb/index.ts');
		const rows = await store.all(
			sql`SELECT title FROM posts WHERE public = 1 AND length(title) < 3 ORDER BY rowid`,
		);
		const numbers = rows
			.map((row) => `create ${String(row['title'])}`)
			.filter((title) => /\d$/.test(title));
		expect(titles(await anyone.heard())).toEqual(numbers);
	});

	it('drops a reader that does not read', async () => {
		const { realtime } = backend.app;
		const stalled = realtime.connect('');
		realtime.subscribe(stalled, undefined, ['open/*']);
		for (let i = 0; i < 300; i++) await save('open', { title: 'x'.repeat(4900) });
		await vi.waitFor(() => expect(realtime.find(stalled.id)).toBeUndefined(), { timeout: 5000 });
		expect(stalled.stream.destroyed).toBe(true);
	});

	it('answers a topic of the app once, and only to whom waits for it', async () => {
		const waiting = listen(undefined, '@oauth2');
		const other = listen(undefined);
		const { realtime } = backend.app;
		const ask = async (state: string, query = 'code=c1') => {
			const url = `http://x/api/oauth2-redirect?state=${state}&${query}`;
			const response = await backend.fetch(new Request(url), { remoteAddress: '1.1.1.1' });
			return [response.status, response.headers.get('location')];
		};
		const failure = [307, '../_/#/auth/oauth2-redirect-failure'];
		expect(await ask(other.connection.id)).toEqual(failure);
		expect(await ask('nope')).toEqual(failure);
		expect(await ask(waiting.connection.id)).toEqual([307, '../_/#/auth/oauth2-redirect-success']);
		expect(await ask(waiting.connection.id)).toEqual(failure);
		expect(await waiting.heard()).toEqual([
			{ event: '@oauth2', data: { code: 'c1', state: waiting.connection.id } },
		]);
		realtime.subscribe(waiting.connection, undefined, ['@oauth2']);
		expect(await ask(waiting.connection.id, 'error=denied')).toEqual(failure);
	});

	it('forgets a stream that its client closes', () => {
		const { connection } = listen(undefined, 'posts/*');
		connection.stream.destroy();
		return vi.waitFor(() => expect(backend.app.realtime.find(connection.id)).toBeUndefined());
	});
});

describe('POST /api/realtime', () => {
	const post = (body: object, as?: AuthRecord) =>
		backend.fetch(
			new Request('http://x/api/realtime', {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
			}),
			{ ...(as && { as }), remoteAddress: '1.1.1.1' },
		);

	it('binds a stream to who subscribed and where from', async () => {
		const [anna, bert] = [await user('a3'), await user('b3')];
		const { realtime } = backend.app;
		const here = realtime.connect('1.1.1.1');
		const elsewhere = realtime.connect('2.2.2.2');
		connections.push(here, elsewhere);
		const subscriptions = ['posts/*'];
		expect((await post({ clientId: 'nope', subscriptions })).status).toBe(404);
		expect((await post({ clientId: elsewhere.id, subscriptions })).status).toBe(400);
		expect((await post({ clientId: here.id, subscriptions })).status).toBe(204);
		expect((await post({ clientId: here.id, subscriptions }, anna)).status).toBe(204);
		expect((await post({ clientId: here.id, subscriptions }, bert)).status).toBe(403);
		expect((await post({ clientId: here.id, subscriptions })).status).toBe(403);
		expect((await post({ clientId: here.id, subscriptions: [] }, anna)).status).toBe(204);
	});

	it.each([
		[{}],
		[{ clientId: '' }],
		[{ clientId: 1 }],
		[{ clientId: 'x', subscriptions: 'posts' }],
		[{ clientId: 'x', subscriptions: [1] }],
		[{ clientId: 'x', subscriptions: ['x'.repeat(2501)] }],
		[{ clientId: 'x', subscriptions: Array.from({ length: 1001 }, String) }],
	])('refuses a wrong form', async (body) => {
		expect((await post(body)).status).toBe(400);
	});
});
