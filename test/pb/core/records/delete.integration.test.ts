import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fromBytes } from '../../../../pb/core/files/index.ts';
import type { Collection } from '../../../../pb/core/index.ts';
import {
	deleteRecord,
	findRecord,
	saveRecord,
	type RecordInput,
} from '../../../../pb/core/records/index.ts';
import { ident, sql } from '../../../../pb/sql/index.ts';
import type { Transaction } from '../../../../pb/store/index.ts';
import { collectionOf, usersOf } from './fixtures.ts';
import { as, createTestCore, guest, superuser, user, type TestCore } from './harness.ts';

const relation = (name: string, to: string, more: Record<string, unknown> = {}) => ({
	name,
	type: 'relation',
	collectionId: `pbc_${to}`,
	maxSelect: 1,
	...more,
});
const superusers: Collection = { ...usersOf(), id: 'pbc_3142635823', name: '_superusers' };
const root = superuser(superusers);

let test: TestCore;
afterEach(() => test.close());

const open = async (...collections: Collection[]) => {
	test = await createTestCore([...collections, superusers]);
};
const make = (collection: Collection, values: RecordInput['values']) =>
	test.core.store.write((tx) =>
		saveRecord(test.core, tx, { collection, values }, { validate: false }),
	);
const put = async (collection: Collection, id: string, values: RecordInput['values'] = {}) => {
	await make(collection, { id, ...values });
};
const remove = (collection: Collection, id: string, info = root) =>
	deleteRecord(test.core, collection, info, id);
const ids = async (collection: Collection) =>
	(await test.core.store.all(sql`SELECT id FROM ${ident(collection.name)} ORDER BY id`)).map(
		(row) => row['id'],
	);

describe('deleteRecord', () => {
	it('answers 404 for what is not there or not allowed, 403 without a rule', async () => {
		const notes = collectionOf('notes', [{ name: 'n', type: 'number' }], { deleteRule: 'n > 1' });
		await open(notes);
		await put(notes, 'a', { n: 1 });
		await put(notes, 'b', { n: 2 });
		await expect(remove(notes, 'a', guest)).rejects.toMatchObject({ status: 404 });
		await expect(remove(notes, 'x', guest)).rejects.toMatchObject({ status: 404 });
		await expect(remove({ ...notes, deleteRule: null }, 'b', guest)).rejects.toMatchObject({
			status: 403,
		});
		await remove(notes, 'b', guest);
		expect(await ids(notes)).toEqual(['a']);
	});

	it('leaves the files of a record alone that has taken its id since', async () => {
		const notes = collectionOf('notes', [{ name: 'doc', type: 'file' }]);
		await open(notes);
		const upload = (text: string) => fromBytes('a.txt', Buffer.from(text), test.core.random);
		const save = async (tx: Transaction, text: string) => {
			const values = { id: 'n', doc: await upload(text) };
			const input = { collection: notes, values };
			const { data } = await saveRecord(test.core, tx, input, { validate: false });
			return `pbc_notes/n/${String(data['doc'])}`;
		};
		const old = await test.core.store.write((tx) => save(tx, 'old'));
		await test.core.files.put(old.replace('n/', 'n/thumbs_') + '/1x1', Buffer.from('thumb'));
		const kept = await test.core.store.write(async (tx) => {
			await deleteRecord(test.core, notes, root, 'n', { tx });
			return save(tx, 'new');
		});
		expect(await test.core.files.attributes(kept)).toMatchObject({ size: 3 });
		expect(await readdir(join(test.directory, 'storage/pbc_notes/n'))).toEqual(
			['', '.attrs'].map((end) => kept.slice('pbc_notes/n/'.length) + end),
		);
		await remove(notes, 'n');
		expect(await readdir(join(test.directory, 'storage/pbc_notes'))).toEqual([]);
	});

	it('deletes, releases or is kept by what references it', async () => {
		const posts = collectionOf('posts', []);
		const cascade = collectionOf('cascade', [relation('post', 'posts', { cascadeDelete: true })]);
		const loose = collectionOf('loose', [relation('post', 'posts')]);
		const many = collectionOf('many', [
			relation('posts', 'posts', { maxSelect: 9, cascadeDelete: true }),
		]);
		const strict = collectionOf('strict', [relation('post', 'posts', { required: true })]);
		await open(posts, strict, many, loose, cascade);
		for (const id of ['p', 'q', 'r']) await put(posts, id);
		await put(cascade, 'c', { post: 'p' });
		await put(loose, 'l', { post: 'p' });
		await put(many, 'm1', { posts: ['p'] });
		await put(many, 'm2', { posts: ['p', 'q'] });
		await put(strict, 's', { post: 'r' });
		test.events();
		await remove(posts, 'p');
		expect(await ids(cascade)).toEqual([]);
		expect(await ids(many)).toEqual(['m2']);
		expect((await findRecord(test.core, many, 'm2'))?.data['posts']).toEqual(['q']);
		expect((await findRecord(test.core, loose, 'l'))?.data['post']).toBe('');
		expect(test.events().sort()).toEqual([
			'delete cascade/c',
			'delete many/m1',
			'delete posts/p',
			'update loose/l',
			'update many/m2',
		]);
		await expect(remove(posts, 'r')).rejects.toMatchObject({ status: 400, data: {} });
		expect(await ids(posts)).toEqual(['q', 'r']);
		expect(test.events()).toEqual([]);
	});

	it('undoes a cascade that comes upon a required reference', async () => {
		const a = collectionOf('a', []);
		const b = collectionOf('b', [relation('a', 'a', { cascadeDelete: true })]);
		const c = collectionOf('c', [relation('b', 'b', { required: true })]);
		await open(a, b, c);
		await put(a, 'a1');
		await put(b, 'b1', { a: 'a1' });
		await put(c, 'c1', { b: 'b1' });
		await expect(remove(a, 'a1')).rejects.toMatchObject({ status: 400 });
		expect([await ids(a), await ids(b)]).toEqual([['a1'], ['b1']]);
	});

	it('handles trees, diamonds and circles of a collection with itself', async () => {
		const nodes = collectionOf('nodes', [
			relation('up', 'nodes', { cascadeDelete: true }),
			relation('also', 'nodes', { maxSelect: 9 }),
		]);
		await open(nodes);
		await put(nodes, 'root');
		await put(nodes, 'b', { up: 'root' });
		await put(nodes, 'c', { up: 'b', also: ['root', 'b'] });
		await put(nodes, 'd', { up: 'root' });
		// Loses both while they are deleted one within the other: no stale copy may bring one back.
		await put(nodes, 'x', { also: ['root', 'b', 'c', 'keep'] });
		await put(nodes, 'keep', { up: 'keep' });
		test.events();
		await remove(nodes, 'root');
		expect(await ids(nodes)).toEqual(['keep', 'x']);
		expect((await findRecord(test.core, nodes, 'x'))?.data['also']).toEqual(['keep']);
		const events = test.events();
		// Once for each of the three that go, and not again for what is released already.
		expect(events.filter((event) => event === 'update nodes/x')).toHaveLength(3);
		const deleted = events.filter((event) => event.startsWith('delete'));
		expect(deleted.sort()).toEqual(['b', 'c', 'd', 'root'].map((id) => `delete nodes/${id}`));
		await put(nodes, 'one', { up: 'two' });
		await put(nodes, 'two', { up: 'one' });
		await remove(nodes, 'one');
		await remove(nodes, 'keep');
		expect(await ids(nodes)).toEqual(['x']);
	});

	it('deletes a long chain without deep recursion', async () => {
		const chain = collectionOf('chain', [relation('up', 'chain', { cascadeDelete: true })], {
			indexes: ['CREATE INDEX `i` ON `chain` (`up`)'],
		});
		await open(chain);
		await test.core.store.write((tx) =>
			tx.run(
				sql`INSERT INTO chain (id, up) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'n' || i, CASE i WHEN 0 THEN '' ELSE 'n' || (i - 1) END FROM n`,
			),
		);
		await remove(chain, 'n0');
		expect(await ids(chain)).toEqual([]);
	});

	it('keeps the last superuser', async () => {
		await open();
		await make(superusers, { id: 'one', email: 'one@example.com' });
		await make(superusers, { id: 'two', email: 'two@example.com' });
		await remove(superusers, 'one');
		await expect(remove(superusers, 'two')).rejects.toMatchObject({
			message: "You can't delete the only existing superuser.",
		});
		expect(await ids(superusers)).toEqual(['two']);
	});
});

describe('traces of auth records', () => {
	const trace = (name: string, more: { name: string; type: string }[] = []) => {
		const fields = ['collectionRef', 'recordRef'].map((each) => ({ name: each, type: 'text' }));
		return { ...collectionOf(name.slice(1), [...fields, ...more]), name } as Collection;
	};
	const users: Collection = { ...usersOf(), updateRule: 'id = @request.auth.id' };
	const mfas = trace('_mfas');
	const otps = trace('_otps');
	const origins = trace('_authOrigins');
	const links = trace('_externalAuths', [{ name: 'provider', type: 'text' }]);
	const setup = async () => {
		await open(users, mfas, otps, origins, links);
		const record = await make(users, { id: 'u', email: 'a@example.com', password: 'password1' });
		for (const collection of [mfas, otps, origins, links])
			await make(collection, { collectionRef: users.id, recordRef: 'u' });
		return record;
	};
	const left = async () => {
		const names = [];
		for (const collection of [mfas, otps, origins, links])
			if ((await ids(collection)).length > 0) names.push(collection.name);
		return names;
	};
	const change = (values: RecordInput['values']) =>
		test.core.store.write(async (tx) => {
			const record = await findRecord(test.core, users, 'u', tx);
			if (!record) throw new Error('no record');
			return saveRecord(test.core, tx, { collection: users, record, values });
		});

	it.each([
		['a new password', { password: 'password2' }, ['_externalAuths']],
		['a new e-mail', { email: 'b@example.com' }, ['_mfas', '_authOrigins', '_externalAuths']],
		['becoming verified', { verified: true }, ['_mfas', '_authOrigins']],
		[
			'anything else',
			{ emailVisibility: true },
			['_mfas', '_otps', '_authOrigins', '_externalAuths'],
		],
	])('go with %s', async (_name, values, expected) => {
		const before = await setup();
		const after = await change(values);
		expect(await left()).toEqual(expected);
		const isSame = after.data['tokenKey'] === before.data['tokenKey'];
		expect(isSame).toBe('emailVisibility' in values);
	});

	it('go with the record', async () => {
		const record = await setup();
		await deleteRecord(
			test.core,
			{ ...users, deleteRule: 'id = @request.auth.id' },
			as(user(record)),
			'u',
		);
		expect(await left()).toEqual([]);
	});

	it('must belong to an auth record that is there', async () => {
		await setup();
		const save = (collection: Collection, values: RecordInput['values']) =>
			test.core.store.write((tx) => saveRecord(test.core, tx, { collection, values }));
		const issue = (field: string, code: string): unknown =>
			expect.objectContaining({ data: { [field]: expect.objectContaining({ code }) as unknown } });
		await expect(save(mfas, {})).rejects.toEqual(issue('collectionRef', 'validation_required'));
		await expect(save(mfas, { collectionRef: mfas.id })).rejects.toEqual(
			issue('collectionRef', 'validation_invalid_collection_type'),
		);
		const owner = { collectionRef: users.id };
		await expect(save(mfas, { ...owner, recordRef: 'x' })).rejects.toEqual(
			issue('recordRef', 'validation_invalid_record'),
		);
		await expect(save(links, { ...owner, recordRef: 'u', provider: 'x' })).rejects.toEqual(
			issue('provider', 'validation_in_invalid'),
		);
		await save(links, { ...owner, recordRef: 'u', provider: 'github' });
	});
});
