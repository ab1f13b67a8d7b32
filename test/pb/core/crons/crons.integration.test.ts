import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUTO_BACKUP_JOB } from '../../../../pb/core/crons/index.ts';
import { updateSettings } from '../../../../pb/core/settings/index.ts';
import { createBackend, ident, sql, type Backend } from '../../../../pb/index.ts';

const now = (): Date => new Date('2026-03-04T05:06:07.000Z');
let directory: string;
let backend: Backend;
const open = (autoBackup?: () => Promise<void>): Promise<Backend> =>
	createBackend({ dataDir: directory, now, ...(autoBackup && { autoBackup }) });
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'crons-'));
	backend = await open();
});
afterEach(async () => {
	await backend.close();
	await rm(directory, { recursive: true, force: true });
});

const call = (method: string, path: string): Promise<Response> =>
	backend.fetch(new Request(`http://localhost/api/crons${path}`, { method }), { as: 'superuser' });
const run = (id: string): Promise<void> => backend.app.crons.find(id)!.run();
const setCron = (cron: string, cronMaxKeep = 2): Promise<unknown> =>
	updateSettings(backend.app, { backups: { cron, cronMaxKeep } });

describe('API', () => {
	it("lists the jobs, the host's before PocketBase's, for superusers only", async () => {
		backend.app.crons.add('zebra', '1 * * * *', () => undefined);
		backend.app.crons.add('ape', '@daily', () => undefined);
		const list = (await (await call('GET', '')).json()) as { id: string; expression: string }[];
		expect(list).toEqual([
			{ id: 'ape', expression: '0 0 * * *' },
			{ id: 'zebra', expression: '1 * * * *' },
			{ id: '__pbDBOptimize__', expression: '0 0 * * *' },
			{ id: '__pbMFACleanup__', expression: '0 * * * *' },
			{ id: '__pbOTPCleanup__', expression: '0 * * * *' },
			{ id: '__pbLogsCleanup__', expression: '0 */6 * * *' },
		]);
		const guest = await backend.fetch(new Request('http://localhost/api/crons'));
		expect(guest.status).toBe(401);
	});

	it('starts a job, and says 404 for an unknown one', async () => {
		let runs = 0;
		backend.app.crons.add('mine', '@daily', () => void (runs += 1));
		expect((await call('POST', '/mine')).status).toBe(204);
		expect(runs).toBe(1);
		expect((await call('POST', '/other')).status).toBe(404);
	});
});

describe('the backup schedule', () => {
	it('follows the settings and refuses a bad expression', async () => {
		expect(backend.app.crons.find(AUTO_BACKUP_JOB)).toBeUndefined();
		await setCron('@daily');
		expect(backend.app.crons.find(AUTO_BACKUP_JOB)?.expression).toBe('0 0 * * *');
		await expect(setCron('@every 5m')).rejects.toMatchObject({ status: 400 });
		expect(backend.app.crons.find(AUTO_BACKUP_JOB)?.expression).toBe('0 0 * * *');
		await setCron('');
		expect(backend.app.crons.find(AUTO_BACKUP_JOB)).toBeUndefined();
	});

	it('makes backups of its own prefix and keeps the newest', async () => {
		await setCron('@daily', 2);
		const { backups } = backend.app;
		await backups.create('mine.zip');
		for (const day of ['01', '02'])
			await backups.create(`@auto_pb_backup_acme_202601${day}000000.zip`);
		await run(AUTO_BACKUP_JOB);
		expect((await backups.list()).map((info) => info.key)).toEqual([
			'@auto_pb_backup_acme_20260102000000.zip',
			'@auto_pb_backup_acme_20260304050607.zip',
			'mine.zip',
		]);
	});

	it('calls the host instead where it has its own backups; a failure is logged', async () => {
		await backend.close();
		let runs = 0;
		backend = await open(async () => {
			runs += 1;
			throw new Error('no space');
		});
		await setCron('@daily');
		await run(AUTO_BACKUP_JOB);
		expect(runs).toBe(1);
		expect(await backend.app.backups.list()).toEqual([]);
		await backend.close();
		backend = await open();
		const rows = await backend.app.auxiliary.all(sql`SELECT level, data FROM ${ident('_logs')}`);
		expect(
			rows.filter((row) => row['level'] === 8 && String(row['data']).includes('no space')),
		).toHaveLength(1);
	});
});

describe('cleaning up', () => {
	it('deletes logs past their days and expired codes only', async () => {
		const { auxiliary, store, catalog } = backend.app;
		await auxiliary.write(async (tx) => {
			for (const day of ['2026-02-26', '2026-02-28']) {
				await tx.run(
					sql`INSERT INTO ${ident('_logs')} (message, created) VALUES (${day}, ${`${day} 00:00:00.000Z`})`,
				);
			}
		});
		await run('__pbLogsCleanup__');
		const kept = await auxiliary.all(
			sql`SELECT message FROM ${ident('_logs')} WHERE message LIKE '2026%'`,
		);
		expect(kept).toEqual([{ message: '2026-02-28' }]);
		const users = catalog.find('users')!.id;
		await store.write(async (tx) => {
			for (const [id, created] of [
				['old', '2026-03-04 04:00:00.000Z'],
				['new', '2026-03-04 05:06:00.000Z'],
			] as const) {
				for (const table of ['_mfas', '_otps']) {
					await tx.run(sql`INSERT INTO ${ident(table)} (id, collectionRef, recordRef, created)
						VALUES (${id}, ${users}, 'x', ${created})`);
				}
			}
		});
		await run('__pbMFACleanup__');
		await run('__pbOTPCleanup__');
		for (const table of ['_mfas', '_otps']) {
			expect(await store.all(sql`SELECT id FROM ${ident(table)}`)).toEqual([{ id: 'new' }]);
		}
		await run('__pbDBOptimize__');
	});
});
