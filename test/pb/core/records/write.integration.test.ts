import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromBytes } from '../../../../pb/core/files/index.ts';
import type { Collection } from '../../../../pb/core/index.ts';
import {
	createRecord,
	deleteRecord,
	findRecord,
	saveRecord,
	updateRecord,
	type RecordInput,
} from '../../../../pb/core/records/index.ts';
import { ident, sql } from '../../../../pb/sql/index.ts';
import { collectionOf, usersOf } from './fixtures.ts';
import { as, createTestCore, guest, superuser, user, type TestCore } from './harness.ts';

const users: Collection = {
	...usersOf([
		{ name: 'team', type: 'relation', collectionId: 'pbc_teams', maxSelect: 1 },
		{ name: 'role', type: 'text', hidden: true },
	]),
	auth: { manageRule: "@request.auth.role = 'manager'" },
} as unknown as Collection;
const admins: Collection = { ...usersOf(), id: 'pbc_admins', name: 'admins' };
const teams = collectionOf('teams', [{ name: 'name', type: 'text', required: true }], {
	indexes: ['CREATE UNIQUE INDEX `idx_team` ON `teams` (`name`)'],
});
const posts = collectionOf(
	'posts',
	[
		{ name: 'title', type: 'text' },
		{ name: 'n', type: 'number' },
		{ name: 'owner', type: 'relation', collectionId: 'pbc_users', maxSelect: 1 },
		{ name: 'docs', type: 'file', maxSelect: 5, maxSize: 100 },
		{ name: 'created', type: 'autodate', onCreate: true },
		{ name: 'updated', type: 'autodate', onCreate: true, onUpdate: true },
	],
	{
		createRule: "title != 'no' && @request.body.n:isset = true",
		updateRule: 'owner = @request.auth.id || @request.body.n > 5',
		deleteRule: 'owner = @request.auth.id',
	},
);
const superusers: Collection = { ...usersOf(), id: 'pbc_3142635823', name: '_superusers' };

let test: TestCore;
beforeEach(async () => {
	test = await createTestCore([users, admins, teams, posts, superusers]);
});
afterEach(() => test.close());

const root = superuser(superusers);
const make = (collection: Collection, values: RecordInput['values']) =>
	test.core.store.write((tx) => saveRecord(test.core, tx, { collection, values }));
const makeUser = (values: RecordInput['values'] = {}) =>
	make(users, { email: 'a@example.com', password: 'password1', ...values });
const rows = (collection: Collection) =>
	test.core.store.all(sql`SELECT * FROM ${ident(collection.name)}`);
const refusal = (status: number, data: unknown = {}): unknown =>
	expect.objectContaining({ status, data });

describe('createRecord', () => {
	it('writes zero values, a generated id and dates, and tells subscribers after the commit', async () => {
		const record = await createRecord(test.core, posts, guest, { values: { n: 1, title: 7 } });
		expect(record.data).toMatchObject({ title: '7', n: 1, owner: '', docs: [] });
		expect(record.data['created']).toBe('2026-01-02 03:04:05.678Z');
		expect(await rows(posts)).toMatchObject([{ title: '7', n: 1, docs: '[]' }]);
		expect(test.events()).toEqual([`create posts/${String(record.data['id'])}`]);
	});

	it('checks the rule against the row that would be, before validation', async () => {
		const create = (values: RecordInput['values']) =>
			createRecord(test.core, posts, guest, { values });
		await expect(create({ n: 1, title: 'no', id: '!' })).rejects.toEqual(refusal(400));
		await expect(create({ title: 'yes' })).rejects.toEqual(refusal(400));
		await expect(create({ n: 1, id: 'bad id' })).rejects.toMatchObject({ data: { id: {} } });
		expect(await rows(posts)).toEqual([]);
		expect(test.events()).toEqual([]);
	});

	it('refuses everyone but superusers without a rule, and views', async () => {
		const closed = { ...teams, createRule: null };
		const input = { values: { name: 'x' } };
		await expect(createRecord(test.core, closed, guest, input)).rejects.toEqual(refusal(403));
		await createRecord(test.core, closed, root, input);
		const view = { ...teams, type: 'view', viewQuery: '' } as Collection;
		await expect(createRecord(test.core, view, root, input)).rejects.toEqual(refusal(400));
	});

	it('names the field whose value is taken', async () => {
		await createRecord(test.core, teams, root, { values: { name: 'x' } });
		await expect(createRecord(test.core, teams, root, { values: { name: 'x' } })).rejects.toEqual(
			refusal(400, {
				name: { code: 'validation_not_unique', message: 'Value must be unique.' },
			}),
		);
	});

	it('hashes the password of an auth record and gives it a token key', async () => {
		const values = { email: 'b@example.com', password: 'password1', passwordConfirm: 'password1' };
		await createRecord(test.core, users, guest, { values });
		const [row] = await rows(users);
		expect(row?.['password']).toMatch(/^\$2b\$10\$/);
		expect(row?.['tokenKey']).toMatch(/^[a-z]{30}$/);
		expect(row?.['verified']).toBe(0);
	});

	it('refuses a password that bcrypt would cut', async () => {
		const long = 'é'.repeat(40);
		const values = { email: 'b@example.com', password: long, passwordConfirm: long };
		await expect(createRecord(test.core, users, guest, { values })).rejects.toMatchObject({
			data: { password: { code: 'validation_invalid_value' } },
		});
	});

	it('lets no rule be passed by claiming to be verified', async () => {
		const trusting = { ...users, createRule: 'verified = true' };
		const values = { password: 'password1', passwordConfirm: 'password1', verified: true };
		await expect(createRecord(test.core, trusting, guest, { values })).rejects.toEqual(
			refusal(400),
		);
	});

	it('keeps ids of auth records unique over all auth collections', async () => {
		const { data } = await makeUser();
		await expect(make(admins, { id: data['id'], password: 'password1' })).rejects.toMatchObject({
			data: { id: { code: 'validation_invalid_auth_id' } },
		});
	});

	it('sets a random password for who signs up through a provider', async () => {
		const info = { ...guest, context: 'oauth2' } as const;
		await createRecord(test.core, users, info, { values: { email: 'o@example.com' } });
		expect((await rows(users))[0]?.['password']).toMatch(/^\$2b\$/);
	});
});

describe('updateRecord', () => {
	it('checks the rule against the stored record and the new values', async () => {
		const owner = await makeUser();
		const post = await make(posts, { title: 'a', n: 1, owner: owner.data['id'] });
		const id = String(post.data['id']);
		const set = (info: typeof guest, values: RecordInput['values']) =>
			updateRecord(test.core, posts, info, id, { values });
		await expect(set(guest, { title: 'b' })).rejects.toEqual(refusal(404));
		await expect(set(guest, { owner: '', title: 'b' })).rejects.toEqual(refusal(404));
		await set(as(user(owner)), { title: 'b' });
		await set(guest, { 'n+': 5, title: 'c' });
		expect((await findRecord(test.core, posts, id))?.data).toMatchObject({ title: 'c', n: 6 });
	});

	it('writes only the columns that changed', async () => {
		const post = await make(posts, { title: 'a', n: 1 });
		const id = String(post.data['id']);
		// A stale copy of the record must not take back what another one set.
		await updateRecord(test.core, posts, root, id, { values: { n: 2 } });
		await test.core.store.write((tx) =>
			saveRecord(test.core, tx, { collection: posts, record: post, values: { title: 'b' } }),
		);
		expect((await findRecord(test.core, posts, id))?.data).toMatchObject({ title: 'b', n: 2 });
	});

	it('counts every number+ of many at once', async () => {
		const post = await make(posts, { n: 0 });
		const id = String(post.data['id']);
		await Promise.all(
			Array.from({ length: 50 }, () =>
				updateRecord(test.core, posts, root, id, { values: { 'n+': 1 } }),
			),
		);
		expect((await findRecord(test.core, posts, id))?.data['n']).toBe(50);
	});

	it('does not let a rule over a counter be passed by more than it allows, all at once', async () => {
		const limited = { ...posts, updateRule: 'n < 3' };
		const post = await make(posts, { n: 0 });
		const id = String(post.data['id']);
		const tries = await Promise.allSettled(
			Array.from({ length: 10 }, () =>
				updateRecord(test.core, limited, guest, id, { values: { 'n+': 1 } }),
			),
		);
		expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
	});

	it('refuses another id', async () => {
		const post = await make(posts, { n: 1 });
		await expect(
			updateRecord(test.core, posts, root, String(post.data['id']), { values: { id: 'other' } }),
		).rejects.toMatchObject({ data: { id: { code: 'validation_pk_change' } } });
	});

	it('changes the own password with the old one only, and ends all sessions', async () => {
		const record = await makeUser();
		const id = String(record.data['id']);
		const open = { ...users, updateRule: 'id = @request.auth.id' };
		const set = (oldPassword: string) =>
			updateRecord(test.core, open, as(user(record)), id, {
				values: { password: 'password2', passwordConfirm: 'password2', oldPassword },
			});
		await expect(set('wrong')).rejects.toMatchObject({
			data: { oldPassword: { code: 'validation_invalid_old_password' } },
		});
		await set('password1');
		const changed = await findRecord(test.core, users, id);
		expect(changed?.data['tokenKey']).not.toBe(record.data['tokenKey']);
		expect(changed?.data['password']).not.toEqual(record.data['password']);
		await expect(set('password1')).rejects.toMatchObject({ status: 400 });
	});

	it('takes an old password once, also when two use it at the same moment', async () => {
		const record = await makeUser();
		const id = String(record.data['id']);
		const open = { ...users, updateRule: 'id = @request.auth.id' };
		const set = (password: string) =>
			updateRecord(test.core, open, as(user(record)), id, {
				values: { password, passwordConfirm: password, oldPassword: 'password1' },
			});
		const [one, two] = await Promise.allSettled([set('password2'), set('password3')]);
		expect([one.status, two.status].sort()).toEqual(['fulfilled', 'rejected']);
	});

	it('lets managers change an e-mail and nobody else', async () => {
		const record = await makeUser();
		const open = { ...users, updateRule: '' };
		const set = (info: typeof guest) =>
			updateRecord(test.core, open, info, String(record.data['id']), {
				values: { email: 'new@example.com', verified: true },
			});
		await expect(set(as(user(record)))).rejects.toMatchObject({
			data: { email: { code: 'validation_values_mismatch' }, verified: {} },
		});
		const manager = await makeUser({ email: 'm@example.com', role: 'manager' });
		const saved = await set(as(user(manager)));
		expect(saved.data).toMatchObject({ email: 'new@example.com', verified: true });
		expect(saved.data['tokenKey']).not.toBe(record.data['tokenKey']);
	});
});

describe('files', () => {
	const upload = (name: string, size = 3) =>
		fromBytes(name, Buffer.alloc(size, 'a'), test.core.random);
	const exists = (path: string): Promise<boolean> =>
		access(join(test.directory, 'storage', path)).then(
			() => true,
			() => false,
		);

	it('stores uploads, removes what is dropped, and everything with the record', async () => {
		const files = new Map([['docs', [await upload('abc.txt'), await upload('b.txt')]]]);
		const { data } = await createRecord(test.core, posts, root, { values: {}, files });
		const id = String(data['id']);
		const [a, b] = data['docs'] as string[];
		expect(a).toMatch(/^abc_\w{10}\.txt$/);
		expect(await exists(`${posts.id}/${id}/${a ?? ''}`)).toBe(true);
		await updateRecord(test.core, posts, root, id, { values: { 'docs-': a } });
		expect(await exists(`${posts.id}/${id}/${a ?? ''}`)).toBe(false);
		expect(await exists(`${posts.id}/${id}/${b ?? ''}`)).toBe(true);
		await deleteRecord(test.core, posts, root, id);
		expect(await exists(`${posts.id}/${id}`)).toBe(false);
	});

	it('leaves nothing of uploads when the record is refused', async () => {
		const files = new Map([['docs', [await upload('abc.txt'), await upload('big.txt', 101)]]]);
		await expect(
			createRecord(test.core, posts, root, { values: { id: 'aaaaaaaaaaaaaaa' }, files }),
		).rejects.toMatchObject({ data: { docs: { code: 'validation_file_size_limit' } } });
		const failing = test.core.store.write(async (tx) => {
			const one = new Map([['docs', [await upload('abc.txt')]]]);
			const input = { values: { id: 'aaaaaaaaaaaaaaa' }, files: one };
			const { data } = await createRecord(test.core, posts, root, input, { tx });
			expect(
				await exists(`${posts.id}/aaaaaaaaaaaaaaa/${(data['docs'] as string[])[0] ?? ''}`),
			).toBe(true);
			throw new Error('later item');
		});
		await expect(failing).rejects.toThrow('later item');
		expect(await rows(posts)).toEqual([]);
		expect(await readdir(join(test.directory, 'storage', posts.id, 'aaaaaaaaaaaaaaa'))).toEqual([]);
	});

	it('takes no names it does not have', async () => {
		await expect(
			createRecord(test.core, posts, root, { values: { docs: ['../secret.txt'] } }),
		).rejects.toMatchObject({ data: { docs: { code: 'validation_invalid_file' } } });
	});
});
