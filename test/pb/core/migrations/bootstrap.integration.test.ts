import { cp } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createCollection } from '../../../../pb/core/collections/index.ts';
import { updateSettings } from '../../../../pb/core/settings/index.ts';
import { openBackend, temporaryDirectory } from '../collections/support.ts';

const vectors = new URL('../../../../../shared/conformance/data', import.meta.url).pathname;

const query = (directory: string, file: string, sql: string): unknown[] => {
	const database = new Database(join(directory, file), { readonly: true });
	try {
		return database.prepare(sql).all();
	} finally {
		database.close();
	}
};

describe('an empty directory', () => {
	it('becomes what PocketBase 0.39 writes', async () => {
		const directory = await temporaryDirectory();
		await (await openBackend({ dataDir: directory })).close();
		expect(
			query(directory, 'data.db', 'SELECT id, name, type, system FROM _collections ORDER BY rowid'),
		).toEqual([
			{ id: 'pbc_2279338944', name: '_mfas', type: 'base', system: 1 },
			{ id: 'pbc_1638494021', name: '_otps', type: 'base', system: 1 },
			{ id: 'pbc_2281828961', name: '_externalAuths', type: 'base', system: 1 },
			{ id: 'pbc_4275539003', name: '_authOrigins', type: 'base', system: 1 },
			{ id: 'pbc_3142635823', name: '_superusers', type: 'auth', system: 1 },
			{ id: '_pb_users_auth_', name: 'users', type: 'auth', system: 0 },
		]);
		expect(query(directory, 'data.db', 'SELECT file FROM _migrations ORDER BY applied')).toEqual(
			[
				'1640988000_aux_init.go',
				'1640988000_init.go',
				'1717233556_v0.23_migrate.go',
				'1717233557_v0.23_migrate2.go',
				'1717233558_v0.23_migrate3.go',
				'1717233559_v0.23_migrate4.go',
				'1763020353_update_default_auth_alert_templates.go',
				'1778828400_normalize_indexes.go',
			].map((file) => ({ file })),
		);
		const [stamp] = query(directory, 'data.db', 'SELECT applied FROM _migrations') as {
			applied: number;
		}[];
		expect(String(stamp?.applied)).toMatch(/^\d{16}$/);
		expect(
			query(
				directory,
				'data.db',
				"SELECT sql FROM sqlite_schema WHERE name IN ('_params', 'users', 'idx__collections_type', 'idx_mfas_collectionRef_recordRef')",
			),
		).toEqual([
			{
				sql: "CREATE TABLE `_params` (\n\t\t\t`id`      TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL,\n\t\t\t`value`   JSON DEFAULT NULL,\n\t\t\t`created` TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ')) NOT NULL,\n\t\t\t`updated` TEXT DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ')) NOT NULL\n\t\t)",
			},
			{ sql: 'CREATE INDEX idx__collections_type on `_collections` (`type`)' },
			{
				sql: 'CREATE INDEX `idx_mfas_collectionRef_recordRef` ON `_mfas` (\n  `collectionRef`,\n  `recordRef`\n)',
			},
			{
				sql: "CREATE TABLE `users` (`avatar` TEXT DEFAULT '' NOT NULL, `created` TEXT DEFAULT '' NOT NULL, `email` TEXT DEFAULT '' NOT NULL, `emailVisibility` BOOLEAN DEFAULT FALSE NOT NULL, `id` TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL, `name` TEXT DEFAULT '' NOT NULL, `password` TEXT DEFAULT '' NOT NULL, `tokenKey` TEXT DEFAULT '' NOT NULL, `updated` TEXT DEFAULT '' NOT NULL, `verified` BOOLEAN DEFAULT FALSE NOT NULL)",
			},
		]);
		const [users] = query(
			directory,
			'data.db',
			"SELECT fields, indexes, options, listRule, createRule FROM _collections WHERE name = 'users'",
		) as Record<string, string>[];
		expect(users?.['fields']).toContain(
			'{"autogeneratePattern":"[a-zA-Z0-9]{50}","help":"","hidden":true,"id":"text2504183744","max":60,"min":30,"name":"tokenKey","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"}',
		);
		expect(users?.['indexes']).toBe(
			'["CREATE UNIQUE INDEX `idx_tokenKey__pb_users_auth_` ON `users` (`tokenKey`)","CREATE UNIQUE INDEX `idx_email__pb_users_auth_` ON `users` (`email`) WHERE `email` != \'\'"]',
		);
		expect(users?.['options']).toContain(
			'"oauth2":{"providers":null,"mappedFields":{"id":"","name":"name","username":"","avatarURL":"avatar"},"enabled":false}',
		);
		expect(users?.['options']).toContain('\\u003cp\\u003eHello,\\u003c/p\\u003e');
		expect([users?.['listRule'], users?.['createRule']]).toEqual(['id = @request.auth.id', '']);
		const [settings] = query(
			directory,
			'data.db',
			"SELECT typeof(value) AS type, CAST(value AS TEXT) AS text FROM _params WHERE id = 'settings'",
		) as Record<string, string>[];
		expect(settings?.['type']).toBe('blob');
		expect(settings?.['text']).toMatch(
			/^\{"superuserIPs":\[\],"smtp":\{"enabled":false,"port":587,"host":"smtp.example.com","username":"","password":""/,
		);
		expect(
			query(
				directory,
				'auxiliary.db',
				"SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
			),
		).toEqual(
			['_logs', 'idx_logs_created_hour', 'idx_logs_level', 'idx_logs_message'].map((name) => ({
				name,
			})),
		);
	});

	it('is left alone the second time', async () => {
		const directory = await temporaryDirectory();
		const dump = () => [
			query(directory, 'data.db', 'SELECT * FROM _collections'),
			query(directory, 'data.db', 'SELECT * FROM _migrations'),
			query(directory, 'data.db', 'SELECT * FROM _params'),
			query(directory, 'data.db', 'SELECT sql FROM sqlite_schema'),
		];
		await (await openBackend({ dataDir: directory })).close();
		const first = dump();
		await (await openBackend({ dataDir: directory })).close();
		expect(dump()).toEqual(first);
	});
});

describe('settings on disk', () => {
	it('are encrypted with a key, and need it afterwards', async () => {
		const directory = await temporaryDirectory();
		const key = '0123456789abcdef0123456789abcdef';
		const first = await openBackend({ dataDir: directory, encryptionKey: key });
		await updateSettings(first.app, { meta: { appName: 'Sealed' } });
		await first.close();
		const [row] = query(
			directory,
			'data.db',
			'SELECT typeof(value) AS type, value FROM _params',
		) as Record<string, string>[];
		expect(row?.['type']).toBe('text');
		expect(row?.['value']).toMatch(/^[A-Za-z0-9+/]+=*$/);
		await expect(openBackend({ dataDir: directory })).rejects.toThrow('encryption key');
		const again = await openBackend({ dataDir: directory, encryptionKey: key });
		expect(again.app.settings.meta.appName).toBe('Sealed');
	});

	it('load what the API would refuse', async () => {
		const directory = await temporaryDirectory();
		await (await openBackend({ dataDir: directory })).close();
		const database = new Database(join(directory, 'data.db'));
		database
			.prepare(
				'UPDATE _params SET value = \'{"meta":{"appName":""},"rateLimits":{"rules":[{"label":"x","maxRequests":0}]}}\'',
			)
			.run();
		database.close();
		const { app } = await openBackend({ dataDir: directory });
		expect(app.settings.meta.appName).toBe('');
		expect(app.settings.smtp.port).toBe(587);
		expect(app.settings.rateLimits.rules[0]).toMatchObject({ label: 'x', maxRequests: 0 });
	});
});

describe('directories of others', () => {
	it.skipIf(!existsSync(vectors))(
		'opens a directory PocketBase wrote (skipped: ../shared/conformance/data is not there)',
		async () => {
			const directory = await temporaryDirectory();
			await cp(vectors, directory, { recursive: true });
			const before = query(
				directory,
				'data.db',
				'SELECT id, name FROM _collections ORDER BY name',
			) as { id: string; name: string }[];
			const { app } = await openBackend({ dataDir: directory });
			expect(
				app.catalog
					.all()
					.map(({ id, name }) => ({ id, name }))
					.sort((a, b) => (a.name < b.name ? -1 : 1)),
			).toEqual(before);
			await createCollection(app, {
				type: 'base',
				name: 'added',
				fields: [{ type: 'text', name: 'a' }],
			});
			expect(app.catalog.find('added')).toBeDefined();
		},
	);

	it('refuses one from before 0.23 and touches nothing', async () => {
		const directory = await temporaryDirectory();
		const database = new Database(join(directory, 'data.db'));
		database.exec(
			'CREATE TABLE _params (id TEXT PRIMARY KEY, key TEXT, value JSON); CREATE TABLE _admins (id TEXT PRIMARY KEY); CREATE TABLE _collections (id TEXT PRIMARY KEY, name TEXT, schema JSON);',
		);
		database.close();
		await expect(openBackend({ dataDir: directory })).rejects.toThrow('PocketBase before 0.23');
		expect(
			query(directory, 'data.db', "SELECT name FROM sqlite_schema WHERE name = '_migrations'"),
		).toEqual([]);
	});
});
