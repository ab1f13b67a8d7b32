import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import {
	collectionToWire,
	createCollection,
	deleteCollection,
	dryRunView,
	importCollections,
	updateCollection,
} from '../../../../pb/core/collections/index.ts';
import type { Collection } from '../../../../pb/core/collections/index.ts';
import { fieldToWire } from '../../../../pb/core/fields/index.ts';
import { ident, sql } from '../../../../pb/index.ts';
import type { Core } from '../../../../pb/index.ts';
import { openBackend, refusal, temporaryDirectory } from './support.ts';

const base = { type: 'base', name: 'posts' };
const text = (name: string, options: object = {}) => ({ type: 'text', name, ...options });
const select = (name: string, maxSelect: number) => ({
	type: 'select',
	name,
	values: ['a', 'b', 'c'],
	maxSelect,
});

async function rows(core: Core, collection: Collection): Promise<unknown[]> {
	return (await core.store.all(sql`SELECT * FROM ${ident(collection.name)} ORDER BY id`)).map(
		(row) => ({ ...row }),
	);
}
const insert = (core: Core, table: string, values: Readonly<Record<string, string>>) =>
	core.store.write(async (tx) => {
		const names = Object.keys(values);
		await tx.run(
			sql`INSERT INTO ${ident(table)} (${ident(names[0]!)}, ${ident(names[1]!)}, ${ident(names[2]!)}) VALUES (${values[names[0]!]!}, ${values[names[1]!]!}, ${values[names[2]!]!})`,
		);
	});
const fieldsOf = (collection: Collection) => collection.fields.map(fieldToWire);
const named = (collection: Collection, name: string) => ({
	...fieldsOf(collection).find((field) => field['name'] === name),
});

describe('create', () => {
	it('derives ids, adds default fields and creates table and indexes', async () => {
		const { app: core } = await openBackend();
		const posts = await createCollection(core, {
			...base,
			fields: [text('title'), { type: 'number', name: 'n' }],
			indexes: ['create index idx_a on other (title)'],
		});
		expect(posts.id).toBe('pbc_1125843985');
		expect(posts.fields.map(({ id, name }) => `${name} ${id}`)).toEqual([
			'id text3208210256',
			'title text724990059',
			'n number2013832146',
		]);
		expect(posts.indexes).toEqual(['CREATE INDEX `idx_a` ON `posts` (`title`)']);
		const schema = await core.store.all(
			sql`SELECT sql FROM sqlite_schema WHERE tbl_name = 'posts' AND sql IS NOT NULL`,
		);
		expect(schema.map((row) => row['sql'])).toEqual([
			"CREATE TABLE `posts` (`id` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL, `n` NUMERIC DEFAULT 0 NOT NULL, `title` TEXT DEFAULT '' NOT NULL)",
			'CREATE INDEX `idx_a` ON `posts` (`title`)',
		]);
		expect(core.catalog.find('POSTS')).toEqual(posts);
	});

	it('gives auth collections their fields, indexes and secrets, and shows no secret', async () => {
		const { app: core } = await openBackend();
		const people = await createCollection(core, {
			type: 'auth',
			name: 'people',
			authToken: { duration: 100 },
		});
		if (people.type !== 'auth') throw new Error('no auth collection');
		expect(people.fields.map(({ name }) => name)).toEqual([
			'id',
			'password',
			'tokenKey',
			'email',
			'emailVisibility',
			'verified',
		]);
		expect(people.indexes).toEqual([
			`CREATE UNIQUE INDEX \`idx_tokenKey_${people.id}\` ON \`people\` (\`tokenKey\`)`,
			`CREATE UNIQUE INDEX \`idx_email_${people.id}\` ON \`people\` (\`email\`) WHERE \`email\` != ''`,
		]);
		const secrets = [people.auth.authToken, people.auth.fileToken, people.auth.verificationToken];
		expect(new Set(secrets.map(({ secret }) => secret)).size).toBe(3);
		expect(people.auth.authToken.duration).toBe(100);
		const wire = JSON.stringify(collectionToWire(people));
		for (const { secret } of secrets) {
			expect(secret).toMatch(/^[a-zA-Z0-9]{50}$/);
			expect(wire).not.toContain(secret);
		}
	});

	it.each([
		[{ type: 'base', name: 'USERS' }, ['name: validation_collection_name_exists']],
		[{ type: 'base', name: '_pb_users_auth_' }, ['name: validation_collection_name_id_duplicate']],
		[{ type: 'base', name: '_params' }, ['name: validation_collection_name_invalid']],
		[{ type: 'base', name: '' }, ['name: validation_required']],
		[{ type: 'base', name: 'a b' }, ['name: validation_match_invalid']],
		[{ type: 'base', name: 'a_via_b' }, ['name: validation_found_via']],
		[{ type: 'other', name: 'posts' }, ['type: validation_in_invalid']],
		[{ ...base, id: '_pb_users_auth_' }, ['id: validation_invalid_or_existing_id']],
		[{ ...base, listRule: 'nope = 1' }, ['listRule: validation_invalid_rule']],
		[
			{ ...base, fields: [text('a'), text('A')] },
			['fields.2.name: validation_duplicated_field_name'],
		],
		[
			{ ...base, fields: [text('a', { min: -1 })] },
			['fields.1.min: validation_min_greater_equal_than_required'],
		],
		[
			{ ...base, fields: [{ type: 'number', name: 'id' }] },
			['fields.1.name: validation_duplicated_field_name'],
		],
		[{ ...base, indexes: ['x'] }, ['indexes.0: validation_invalid_index_expression']],
		[
			{ ...base, indexes: ['create index a on x (nope)'] },
			['indexes.0: validation_invalid_index_expression'],
		],
		[
			{ ...base, indexes: ['create index idx_email__pb_users_auth_ on x (id)'] },
			['indexes.0: validation_existing_index_name'],
		],
		[
			{ ...base, indexes: ['create index a on x (id)', 'create index b on y (id)'] },
			['indexes.1: validation_duplicated_index_definition'],
		],
		[
			{ type: 'auth', name: 'p', fields: [text('oldPassword')] },
			['fields.1.name: validation_reserved_field_name'],
		],
		[
			{ type: 'auth', name: 'p', mfa: { enabled: true } },
			['mfa.enabled: validation_mfa_not_enough_auths'],
		],
		[
			{ type: 'auth', name: 'p', passwordAuth: { identityFields: ['id'] } },
			['passwordAuth.identityFields: validation_missing_unique_constraint'],
		],
		[
			{
				type: 'auth',
				name: 'p',
				oauth2: { enabled: true, providers: [{ name: 'x', clientId: 'a', clientSecret: 'b' }] },
			},
			['oauth2.providers.0.name: validation_missing_provider'],
		],
		[
			{ type: 'auth', name: 'p', authToken: { duration: 5, secret: 'short' } },
			[
				'authToken.duration: validation_min_greater_equal_than_required',
				'authToken.secret: validation_length_out_of_range',
			],
		],
		[
			{ type: 'view', name: 'v', viewQuery: 'select 1' },
			['fields: validation_missing_primary_key', 'viewQuery: validation_invalid_view_query'],
		],
		[
			{ type: 'view', name: 'v', viewQuery: 'select id from users', createRule: '' },
			['createRule: validation_nil'],
		],
		[
			{ ...base, fields: [{ type: 'unknown', name: 'x' }] },
			'Failed to load the submitted data due to invalid formatting.',
		],
		[[], 'Failed to load the submitted data due to invalid formatting.'],
	])('refuses %j', async (input, expected) => {
		const { app: core } = await openBackend();
		const before = core.catalog.all().length;
		expect(await refusal(createCollection(core, input))).toEqual(expected);
		expect(core.catalog.all()).toHaveLength(before);
		const tables = await core.store.all(
			sql`SELECT 1 FROM sqlite_schema WHERE name IN ('posts', 'p', 'v')`,
		);
		expect(tables).toHaveLength(0);
	});
});

describe('update', () => {
	it('keeps data through renames, swaps and additions', async () => {
		const { app: core } = await openBackend();
		const posts = await createCollection(core, { ...base, fields: [text('a'), text('b')] });
		await insert(core, 'posts', { id: 'r1', a: 'A', b: 'B' });
		const updated = await updateCollection(core, posts, {
			name: 'articles',
			fields: [
				named(posts, 'id'),
				{ ...named(posts, 'a'), name: 'b' },
				{ ...named(posts, 'b'), name: 'a' },
				text('c'),
			],
		});
		expect(await rows(core, updated)).toEqual([{ id: 'r1', b: 'A', a: 'B', c: '' }]);
		expect(updated.id).toBe(posts.id);
		const dropped = await updateCollection(core, updated, {
			fields: [named(updated, 'id'), named(updated, 'a')],
		});
		expect(await rows(core, dropped)).toEqual([{ id: 'r1', a: 'B' }]);
		expect(core.catalog.find('posts')).toBeUndefined();
	});

	it('moves values between one and several', async () => {
		const { app: core } = await openBackend();
		const posts = await createCollection(core, {
			...base,
			fields: [select('one', 1), select('many', 3)],
		});
		await insert(core, 'posts', { id: 'r1', one: 'a', many: '["b","c"]' });
		await insert(core, 'posts', { id: 'r2', one: '', many: '[]' });
		const updated = await updateCollection(core, posts, {
			fields: [
				named(posts, 'id'),
				{ ...named(posts, 'one'), maxSelect: 2 },
				{ ...named(posts, 'many'), maxSelect: 1 },
			],
		});
		expect(await rows(core, updated)).toEqual([
			{ id: 'r1', one: '["a"]', many: 'c' },
			{ id: 'r2', one: '[]', many: '' },
		]);
	});

	it('changes nothing when one step fails', async () => {
		const { app: core } = await openBackend();
		const posts = await createCollection(core, { ...base, fields: [text('a'), text('b')] });
		await insert(core, 'posts', { id: 'r1', a: 'same', b: '1' });
		await insert(core, 'posts', { id: 'r2', a: 'same', b: '2' });
		const change = updateCollection(core, posts, {
			name: 'other',
			indexes: ['create unique index u on x (a)'],
		});
		expect(await refusal(change)).toEqual(['indexes.0: validation_invalid_index_expression']);
		expect(core.catalog.find('posts')).toEqual(posts);
		expect(await rows(core, posts)).toHaveLength(2);
	});

	it.each([
		['_mfas', { name: 'x' }, ['name: validation_collection_system_name_change']],
		['_mfas', { listRule: '' }, ['listRule: validation_collection_system_rule_change']],
		['_mfas', { system: false }, ['system: validation_collection_system_flag_change']],
		['users', { type: 'base' }, ['type: validation_collection_type_change']],
		['users', { fields: [] }, 'accepted'],
		[
			'_mfas',
			{ fields: [] },
			[
				'fields: validation_system_field_change',
				// They name fields that would be gone.
				'listRule: validation_invalid_rule',
				'viewRule: validation_invalid_rule',
			],
		],
	])('%s %j', async (name, patch, expected) => {
		const { app: core } = await openBackend();
		expect(await refusal(updateCollection(core, core.catalog.find(name)!, patch))).toEqual(
			expected,
		);
	});

	it('changes the token secret with the auth rule, and only then', async () => {
		const { app: core } = await openBackend();
		const secret = async (patch: object): Promise<string> => {
			const users = await updateCollection(core, core.catalog.find('users')!, patch);
			if (users.type !== 'auth') throw new Error('no auth collection');
			return users.auth.authToken.secret;
		};
		const first = await secret({ listRule: null });
		expect(await secret({ authToken: { duration: 1000 } })).toBe(first);
		expect(await secret({ authRule: 'verified = true' })).not.toBe(first);
	});

	it('keeps the secret of a provider with its name, whatever the order', async () => {
		const { app: core } = await openBackend();
		const provider = (name: string, options: object = {}) => ({ name, clientId: name, ...options });
		const patch = (providers: object[]) =>
			updateCollection(core, core.catalog.find('users')!, { oauth2: { enabled: true, providers } });
		await patch([
			provider('google', { clientSecret: 'g' }),
			provider('github', { clientSecret: 'h' }),
		]);
		const users = await patch([provider('github'), provider('google')]);
		expect(
			users.type === 'auth' &&
				users.auth.oauth2.providers.map(({ name, clientSecret }) => name + clientSecret),
		).toEqual(['githubh', 'googleg']);
		expect(JSON.stringify(collectionToWire(users))).not.toContain('clientSecret');
		expect(await refusal(patch([provider('github'), provider('gitlab')]))).toEqual([
			'oauth2.providers.1.clientSecret: validation_required',
		]);
	});
});

describe('views', () => {
	it('infer their fields and follow the collections they read', async () => {
		const { app: core } = await openBackend();
		const posts = await createCollection(core, {
			...base,
			fields: [text('title', { required: true }), { type: 'number', name: 'n' }],
		});
		await insert(core, 'posts', { id: 'r1', title: 'x', n: '5' });
		const view = await createCollection(core, {
			type: 'view',
			name: 'summary',
			viewQuery:
				'select posts.id, posts.title as t, posts.id as post, count(posts.id) as total, cast(n as int) as whole, (n * 2) as any from posts',
		});
		expect(view.fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
			'id text',
			't text',
			'post relation',
			'total number',
			'whole number',
			'any json',
		]);
		expect(await rows(core, view)).toEqual([
			{ id: 'r1', t: 'x', post: 'r1', total: 1, whole: 5, any: 10 },
		]);
		await updateCollection(core, posts, {
			fields: [named(posts, 'id'), { ...named(posts, 'title'), max: 7 }, named(posts, 'n')],
		});
		const followed = core.catalog.find('summary')?.fields.find(({ name }) => name === 't');
		expect(followed).toMatchObject({ type: 'text', max: 7 });
		expect(await refusal(deleteCollection(core, posts))).toContain('summary');
	});

	it('make a text of an id that is none', async () => {
		const { app: core } = await openBackend();
		const view = await createCollection(core, {
			type: 'view',
			name: 'v',
			viewQuery: 'select (row_number() over ()) as id, name from _collections',
		});
		expect((await rows(core, view))[0]).toMatchObject({ id: '1' });
	});
});

describe('delete and import', () => {
	it('refuses what others refer to and what the system needs', async () => {
		const { app: core } = await openBackend();
		const posts = await createCollection(core, base);
		await createCollection(core, {
			type: 'base',
			name: 'notes',
			fields: [{ type: 'relation', name: 'post', collectionId: posts.id, maxSelect: 1 }],
		});
		expect(await refusal(deleteCollection(core, posts))).toBe(
			'Failed to delete collection probably due to existing reference in notes.',
		);
		expect(await refusal(deleteCollection(core, core.catalog.find('_mfas')!))).toBe(
			'Failed to delete collection.',
		);
		await deleteCollection(core, core.catalog.find('notes')!);
		await deleteCollection(core, posts);
		expect(core.catalog.find('posts')).toBeUndefined();
		expect(
			await core.store.get(sql`SELECT 1 FROM sqlite_schema WHERE name = 'posts'`),
		).toBeUndefined();
	});

	it('imports collections that refer to one another, all or nothing', async () => {
		const { app: core } = await openBackend();
		const relation = (collectionId: string) => ({
			type: 'relation',
			name: 'r',
			collectionId,
			maxSelect: 1,
		});
		const pair = [
			{ id: 'pbc_a', name: 'a', type: 'base', fields: [relation('pbc_b')] },
			{ id: 'pbc_b', name: 'b', type: 'base', fields: [relation('pbc_a')] },
		];
		await importCollections(core, { collections: pair, deleteMissing: false });
		expect(core.catalog.find('a')?.fields).toHaveLength(2);
		const broken = [
			{ name: 'fine', type: 'base' },
			{ id: 'pbc_a', fields: [relation('gone')] },
		];
		expect(
			await refusal(importCollections(core, { collections: broken, deleteMissing: false })),
		).toEqual(['collections: validation_collections_import_failure']);
		expect(core.catalog.find('fine')).toBeUndefined();
		await importCollections(core, {
			collections: [{ name: 'b', fields: [text('only')] }, { name: 'users' }],
			deleteMissing: true,
		});
		expect(core.catalog.find('a')).toBeUndefined();
		expect(core.catalog.find('b')?.fields.map(({ name }) => name)).toEqual(['only', 'id']);
		expect(core.catalog.find('_superusers')).toBeDefined();
	});
});

describe('dry run', () => {
	it('shows fields and rows and leaves nothing behind', async () => {
		const { app: core } = await openBackend();
		const posts = await createCollection(core, { ...base, fields: [text('title')] });
		await insert(core, 'posts', { rowid: '1', id: 'r1', title: 'x' });
		const { fields, sample } = await dryRunView(core, 'select id, title as t from posts');
		expect(fields.map(({ name }) => name)).toEqual(['id', 't']);
		expect(sample).toEqual([{ id: 'r1', t: 'x' }]);
		expect(await core.store.all(sql`SELECT name FROM sqlite_schema WHERE type = 'view'`)).toEqual(
			[],
		);
		expect(core.catalog.find(posts.id)).toBeDefined();
	});

	it.each([
		['delete from users', 'syntax error'],
		['select id from users; delete from users', 'multiple statements'],
		["select '' as id", 'empty or invalid ids'],
		["select 'a' as id from _collections", 'non-unique ids'],
		['select * from users', 'wildcard columns'],
		['select 1 as x', 'missing required id column'],
		['select id, name as expand from users', 'invalid field'],
		['select id from nope', 'no such table'],
	])('refuses %s', async (query, reason) => {
		const { app: core } = await openBackend();
		expect(await refusal(dryRunView(core, query))).toContain(reason);
	});

	it('takes writes while a query runs, and ends it at the deadline', async () => {
		const { app: core } = await openBackend({ queryTimeoutMs: 300 });
		// Ends by itself after seconds, so that the thread it ran in can be given back.
		const endless =
			'with recursive n(id) as (select 1 union all select id + 1 from n where id < 5000000) select max(id) as id from n';
		const run = refusal(dryRunView(core, endless));
		await core.store.write(async (tx) => {
			await tx.run(sql`UPDATE _params SET updated = created`);
		});
		expect(await run).toContain('took too long');
	});
});

describe('double-quoted texts, which PocketBase accepts', () => {
	it('are stored as written and run as texts', async () => {
		const { app: core } = await openBackend();
		const posts = await createCollection(core, {
			...base,
			fields: [text('title'), text('b')],
			indexes: ['create index i on posts (title) where title != "" and b != "it\'s"'],
		});
		expect(posts.indexes).toEqual([
			'create index i on posts (title) where title != "" and b != "it\'s"',
		]);
		const index = await core.store.get(sql`SELECT sql FROM sqlite_schema WHERE name = 'i'`);
		expect(index?.['sql']).toBe(
			"CREATE INDEX `i` ON `posts` (`title`) WHERE title != '' and b != 'it''s'",
		);
		await insert(core, 'posts', { id: 'r1', title: 'x', b: 'y' });
		const view = await createCollection(core, {
			type: 'view',
			name: 'v',
			viewQuery: 'select "id", "title", ("a" || title) as label from posts where b != "q"',
		});
		expect(await rows(core, view)).toEqual([{ id: 'r1', title: 'x', label: 'ax' }]);
		expect(view).toMatchObject({ viewQuery: expect.stringContaining('"q"') as string });
	});

	it('are repaired in a view of a foreign directory', async () => {
		const dataDir = await temporaryDirectory();
		const first = await openBackend({ dataDir });
		await createCollection(first.app, {
			type: 'view',
			name: 'v',
			viewQuery: 'select id, ("a") as label from _collections',
		});
		await first.close();
		const database = new Database(join(dataDir, 'data.db'));
		database.exec(
			'DROP VIEW v; CREATE VIEW v AS SELECT * FROM (select id, ("a") as label from _collections)',
		);
		expect(() => database.prepare('SELECT * FROM v').all()).toThrow('no such column');
		database.close();
		const { app: core } = await openBackend({ dataDir });
		expect(await core.store.all(sql`SELECT DISTINCT label FROM v`)).toEqual([{ label: 'a' }]);
	});
});

it('keeps superusers to password sign-in', async () => {
	const { app: core } = await openBackend();
	const saved = await updateCollection(core, core.catalog.find('_superusers')!, {
		passwordAuth: { enabled: false },
		oauth2: { enabled: true },
		otp: { enabled: true },
	});
	expect(saved).toMatchObject({
		auth: { passwordAuth: { enabled: true }, oauth2: { enabled: false }, mfa: { enabled: true } },
	});
});
