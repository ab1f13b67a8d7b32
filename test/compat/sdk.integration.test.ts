import PocketBase, { ClientResponseError, type RecordSubscription } from 'pocketbase';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FetchEventSource } from './event-source.ts';
import { runCli, serveCli, tempDir, type RunningCli } from './serve.ts';

const email = 'root@example.test';
const password = 'correct horse battery';

let dir: Awaited<ReturnType<typeof tempDir>>;
let server: RunningCli;
let root: PocketBase;

const client = (): PocketBase => new PocketBase(server.url).autoCancellation(false);

beforeAll(async () => {
	Object.assign(globalThis, { EventSource: FetchEventSource });
	dir = await tempDir();
	const made = await runCli('superuser', 'upsert', email, password, '--dir', `${dir.path}/pb_data`);
	expect(made).toMatchObject({ code: 0, err: '' });
	server = await serveCli(`${dir.path}/pb_data`, '--automigrate=false', '--hooksDir', '/nowhere');
	root = client();
	await root.collection('_superusers').authWithPassword(email, password);
	await root.collections.create({
		name: 'posts',
		type: 'base',
		listRule: '@request.auth.id != "" && (public = true || owner = @request.auth.id)',
		viewRule: 'owner = @request.auth.id',
		createRule: '@request.auth.id != "" && @request.body.owner = @request.auth.id',
		updateRule: 'owner = @request.auth.id',
		deleteRule: 'owner = @request.auth.id',
		fields: [
			{ name: 'title', type: 'text', required: true },
			{ name: 'public', type: 'bool' },
			{ name: 'rank', type: 'number' },
			{ name: 'owner', type: 'relation', collectionId: '_pb_users_auth_', maxSelect: 1 },
			{ name: 'file', type: 'file', maxSelect: 1, maxSize: 1_000_000 },
		],
	});
});

afterAll(async () => {
	expect(await server.stop()).toBe(0);
	await dir.remove();
});

async function signUp(name: string): Promise<{ readonly pb: PocketBase; readonly id: string }> {
	const pb = client();
	const address = `${name}@example.test`;
	const user = await pb
		.collection('users')
		.create({ email: address, password: '12345678x', passwordConfirm: '12345678x' });
	await pb.collection('users').authWithPassword(address, '12345678x');
	return { pb, id: user.id };
}

const failure = async (work: Promise<unknown>): Promise<ClientResponseError> => {
	const error: unknown = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	expect(error).toBeInstanceOf(ClientResponseError);
	return error as ClientResponseError;
};

describe('the official SDK', () => {
	it('signs in, refreshes and is refused with a wrong password', async () => {
		const { pb, id } = await signUp('anna');
		expect(pb.authStore.isValid).toBe(true);
		const refreshed = await pb.collection('users').authRefresh();
		expect(refreshed.record.id).toBe(id);
		expect(refreshed.record['email']).toBe('anna@example.test');
		const refused = await failure(
			client().collection('users').authWithPassword('anna@example.test', 'x'),
		);
		expect(refused.status).toBe(400);
		expect(refused.response).toEqual({ data: {}, message: 'Failed to authenticate.', status: 400 });
		const methods = await client().collection('users').listAuthMethods();
		expect(methods.password).toEqual({ enabled: true, identityFields: ['email'] });
	});

	it('creates, reads, changes and deletes records under the rules', async () => {
		const { pb, id } = await signUp('bert');
		const { pb: other } = await signUp('carl');
		const posts = pb.collection('posts');
		const made = await posts.create({ title: 'Über <b>', owner: id, rank: 3 });
		expect(made).toMatchObject({ title: 'Über <b>', rank: 3, public: false, owner: id });
		expect((await posts.getOne(made.id)).title).toBe('Über <b>');
		expect((await failure(other.collection('posts').getOne(made.id))).status).toBe(404);
		expect((await failure(other.collection('posts').update(made.id, { title: 'x' }))).status).toBe(
			404,
		);
		expect(
			(await failure(other.collection('posts').create({ title: 'x', owner: id }))).status,
		).toBe(400);
		expect((await failure(posts.create({ owner: id }))).response.data).toEqual({
			title: { code: 'validation_required', message: 'Cannot be blank.' },
		});
		const changed = await posts.update(made.id, { 'rank+': 4 });
		expect(changed['rank']).toBe(7);
		expect(await posts.delete(made.id)).toBe(true);
		expect((await failure(posts.getOne(made.id))).status).toBe(404);
	});

	it('filters, sorts, pages and expands', async () => {
		const { pb, id } = await signUp('dora');
		const posts = pb.collection('posts');
		for (const rank of [3, 1, 2]) await posts.create({ title: `d${rank}`, owner: id, rank });
		const page = await posts.getList(1, 2, {
			filter: pb.filter('title ~ {:t} && rank >= {:r}', { t: 'd', r: 1 }),
			sort: '-rank',
			expand: 'owner',
			fields: 'title,rank,expand.owner.id',
		});
		expect(page).toMatchObject({ page: 1, perPage: 2, totalItems: 3, totalPages: 2 });
		expect(page.items).toEqual([
			{ title: 'd3', rank: 3, expand: { owner: { id } } },
			{ title: 'd2', rank: 2, expand: { owner: { id } } },
		]);
		expect((await posts.getFirstListItem('rank = 1')).title).toBe('d1');
		expect(
			(await posts.getFullList({ sort: 'rank' })).map((post): unknown => post['rank']),
		).toEqual([1, 2, 3]);
		expect((await failure(posts.getList(1, 1, { filter: 'nope = 1' }))).status).toBe(400);
	});

	it('uploads a file and serves it', async () => {
		const { pb, id } = await signUp('emil');
		const file = new File(['hello'], 'Some Note.txt', { type: 'text/plain' });
		const post = await pb.collection('posts').create({ title: 'f', owner: id, file });
		expect(post['file']).toMatch(/^some_note_[a-z0-9]{10}\.txt$/);
		const url = pb.files.getURL(post, String(post['file']));
		const response = await fetch(url);
		expect(await response.text()).toBe('hello');
		expect(response.headers.get('content-disposition')).toBe(
			`attachment; filename=${String(post['file'])}`,
		);
		expect(response.headers.get('content-security-policy')).toContain('sandbox');
		const part = await fetch(url, { headers: { range: 'bytes=1-2' } });
		expect([part.status, await part.text()]).toEqual([206, 'el']);
	});

	it('hears of changes in realtime, and only of those the rules allow', async () => {
		const { pb: writer, id } = await signUp('fritz');
		const { pb: reader } = await signUp('gerda');
		const heard: string[] = [];
		const waiting: ((value: undefined) => void)[] = [];
		const note = ({ action, record }: RecordSubscription): void => {
			heard.push(`${action} ${String(record['title'])}`);
			if (record['title'] === 'end') waiting.shift()?.(undefined);
		};
		const ended = new Promise((resolve) => waiting.push(resolve));
		const stop = await reader.collection('posts').subscribe('*', note, { filter: 'rank < 10' });
		const posts = writer.collection('posts');
		await posts.create({ title: 'hidden', owner: id });
		await posts.create({ title: 'filtered', owner: id, public: true, rank: 10 });
		const shown = await posts.create({ title: 'shown', owner: id, public: true });
		await posts.update(shown.id, { title: 'changed' });
		await posts.delete(shown.id);
		await posts.create({ title: 'end', owner: id, public: true });
		await ended;
		expect(heard).toEqual(['create shown', 'update changed', 'delete changed', 'create end']);
		await stop();
	});

	it('is told 404 for an unknown path and 403 for what only superusers may', async () => {
		expect((await failure(client().send('/api/nope', {}))).response).toEqual({
			data: {},
			message: 'File not found.',
			status: 404,
		});
		const { pb } = await signUp('hans');
		expect((await failure(pb.collections.getFullList())).status).toBe(403);
		expect((await failure(client().collections.getFullList())).status).toBe(401);
		expect((await root.health.check()).data).toMatchObject({
			canBackup: true,
			realIP: '127.0.0.1',
		});
	});
});
