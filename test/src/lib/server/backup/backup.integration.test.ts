import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
	cp,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rename,
	rm,
	truncate,
	writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TinykitError } from '#lib/contracts/index.ts';
import { backupTools as tools, createBackend, ident, sql, type Backend } from '#pb';
import {
	BEFORE_RESTORE,
	createInstallationBackup,
	installationBackupPath,
	listInstallationBackups,
	pruneInstallationBackups,
	recoverInstallation,
	restoreInstallationBackup,
	verifyInstallationBackup,
	type BackupSource,
} from '../../../../../src/lib/server/backup/index.ts';

const names = ['builder', 'apps/shop/live', 'apps/shop/draft'];
const now = (): Date => new Date('2026-03-04T05:06:07.890Z');
let directory: string;
let dataDir: string;
let workspaceDir: string;
let backupDir: string;
let backends: Map<string, Backend>;

const pathOf = (name: string, root = dataDir): string =>
	name === 'builder' ? root : join(root, name);

async function openAll(root = dataDir): Promise<Map<string, Backend>> {
	const opened = new Map<string, Backend>();
	for (const name of names) {
		const path = pathOf(name, root);
		await mkdir(path, { recursive: true });
		opened.set(name, await createBackend({ dataDir: path, backupExclude: ['apps'] }));
	}
	return opened;
}
async function closeAll(opened: Map<string, Backend>): Promise<void> {
	for (const backend of opened.values()) await backend.close();
}
async function add(name: string, n: number): Promise<void> {
	const { store, files } = backends.get(name)!.app;
	await files.put(`col/rec${n}/f.txt`, Buffer.from(`${name} ${n}`));
	await store.write((tx) => tx.run(sql`INSERT INTO ${ident('_tk_n')} (n) VALUES (${n})`));
}
const rowsOf = async (backend: Backend): Promise<unknown[]> =>
	(await backend.app.store.all(sql`SELECT n FROM ${ident('_tk_n')} ORDER BY n`)).map(
		(row) => row['n'],
	);
const sources = (): BackupSource[] =>
	names.map((name) => ({
		name,
		async pack(target) {
			const backend = backends.get(name);
			await backend?.app.backups.packTo(target);
			return backend !== undefined;
		},
	}));
const create = () =>
	createInstallationBackup({ tools, sources: sources(), workspaceDir, backupDir, now });
const codeOf = async (work: Promise<unknown>): Promise<string> =>
	work.then(
		() => 'no error',
		(error: unknown) => (error instanceof TinykitError ? error.code : String(error)),
	);

beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'installation-'));
	dataDir = join(directory, 'pb_data');
	workspaceDir = join(directory, 'workspace');
	backupDir = join(directory, 'backups');
	await mkdir(join(workspaceDir, 'shop/.git/objects/ab'), { recursive: true });
	await mkdir(join(workspaceDir, 'shop/src'), { recursive: true });
	await writeFile(join(workspaceDir, 'shop/src/App.svelte'), '<h1>Shop</h1>');
	await writeFile(join(workspaceDir, 'shop/.git/HEAD'), 'ref: refs/heads/main');
	await writeFile(join(workspaceDir, 'shop/.git/objects/ab/cd'), 'object');
	backends = await openAll();
	for (const [name, backend] of backends) {
		await backend.app.store.write((tx) =>
			tx.run(sql`CREATE TABLE ${ident('_tk_n')} (n INTEGER PRIMARY KEY)`),
		);
		await add(name, 1);
	}
});
afterEach(async () => {
	await closeAll(backends);
	await rm(directory, { recursive: true, force: true });
});

describe('create', () => {
	it('holds every backend, the workspace and a manifest, and nothing of the key or of unfinished work', async () => {
		await mkdir(join(backupDir, '.unfinished-old'), { recursive: true });
		await writeFile(join(backupDir, '.unfinished-old/backup.zip'), 'half');
		await writeFile(join(dataDir, '.key'), 'secret');
		await mkdir(join(workspaceDir, BEFORE_RESTORE));
		await writeFile(join(workspaceDir, BEFORE_RESTORE, 'old'), 'of before the last restore');
		const backup = await create();
		expect(backup).toEqual({
			key: 'tinykit-20260304050607.zip',
			size: expect.any(Number) as number,
			created: '2026-03-04T05:06:07.000Z',
		});
		expect(await readdir(backupDir)).toEqual([backup.key]);
		const items = (await tools.read(join(backupDir, backup.key))).map((item) => item.name);
		expect(items.slice(0, 3)).toEqual(names.map((name) => `backends/${name}.zip`));
		expect(items.slice(3, -1).every((name) => name.startsWith('workspace/shop/'))).toBe(true);
		expect(items).toHaveLength(7);
		expect(items.at(-1)).toBe('manifest.json');
		expect(items).toContain('workspace/shop/src/App.svelte');
		// A reference is copied before the objects it may name.
		expect(items.indexOf('workspace/shop/.git/HEAD')).toBeLessThan(
			items.indexOf('workspace/shop/.git/objects/ab/cd'),
		);
		expect((await create()).key).toBe('tinykit-20260304050607-2.zip');
	});

	it('is consistent while all backends and the workspace are written', async () => {
		const load = { isOn: true };
		const last = new Map(names.map((name) => [name, 1]));
		const writing = names.map(async (name) => {
			while (load.isOn) {
				const n = last.get(name)! + 1;
				await add(name, n);
				last.set(name, n);
				// Written in full under another name, then renamed, as the workspace does.
				await writeFile(join(workspaceDir, 'shop/.tmp'), `v${n}`.repeat(1000));
				await rename(
					join(workspaceDir, 'shop/.tmp'),
					join(workspaceDir, 'shop/src/App.svelte'),
				).catch(() => undefined);
			}
		});
		const { key } = await create().finally(async () => {
			load.isOn = false;
			await Promise.all(writing);
		});
		const target = join(directory, 'restored');
		const where = { dataDir: join(target, 'data'), workspaceDir: join(target, 'workspace') };
		await restoreInstallationBackup({ tools, file: join(backupDir, key), ...where });
		const restored = await openAll(where.dataDir);
		for (const [name, backend] of restored) {
			const rows = await rowsOf(backend);
			expect(rows).toEqual(rows.map((_, i) => i + 1));
			expect(rows.length).toBeLessThanOrEqual(last.get(name)!);
			for (const n of rows) {
				const file = join(backend.app.dataDir, `storage/col/rec${String(n)}/f.txt`);
				expect(await readFile(file, 'utf8')).toBe(`${name} ${String(n)}`);
			}
		}
		await closeAll(restored);
		const app = await readFile(join(where.workspaceDir, 'shop/src/App.svelte'), 'utf8');
		expect(app).toMatch(/^(<h1>Shop<\/h1>|(v\d+)\2{999})$/);
	});

	it('leaves nothing behind and keeps the good ones when it fails', async () => {
		const { key } = await create();
		const broken: BackupSource = {
			name: 'apps/shop/live',
			pack: () => Promise.reject(new Error('disk full')),
		};
		const failing = createInstallationBackup({
			tools,
			sources: [...sources().slice(0, 1), broken],
			workspaceDir,
			backupDir,
			now,
		});
		expect(await codeOf(failing)).toBe('backup_failed');
		expect(await readdir(backupDir)).toEqual([key]);
	});

	it('leaves out a backend that has gone meanwhile, but not the builder', async () => {
		const without = (name: string) =>
			createInstallationBackup({
				tools,
				sources: sources().map((source) =>
					source.name === name ? { name, pack: async () => false } : source,
				),
				workspaceDir,
				backupDir,
				now,
			});
		const { key } = await without('apps/shop/draft');
		const manifest = await verifyInstallationBackup({ tools, file: join(backupDir, key) });
		expect(manifest.items.map((item) => item.name)).not.toContain('backends/apps/shop/draft.zip');
		expect(await codeOf(without('builder'))).toBe('backup_failed');
	});
});

describe('verify', () => {
	it('finds a flipped bit anywhere', async () => {
		const { key } = await create();
		const good = await readFile(join(backupDir, key));
		await expect(
			verifyInstallationBackup({ tools, file: join(backupDir, key) }),
		).resolves.toMatchObject({ version: 1, created: '2026-03-04T05:06:07.890Z' });
		const bad = join(directory, 'bad.zip');
		const [builder] = await tools.read(join(backupDir, key));
		for (let i = 0; i < 12; i++) {
			const bytes = Buffer.from(good);
			// All over the first backend's zip, which begins after a short header.
			const at = 200 + Math.floor((i / 12) * (builder!.size - 400));
			bytes[at] = (bytes[at] ?? 0) ^ (1 << (i % 8));
			await writeFile(bad, bytes);
			const code = await codeOf(verifyInstallationBackup({ tools, file: bad }));
			expect([at, code]).toEqual([at, 'backup_damaged']);
		}
		await writeFile(bad, good.subarray(0, good.length - 100));
		expect(await codeOf(verifyInstallationBackup({ tools, file: bad }))).toBe('backup_damaged');
	});

	it('refuses what is no installation backup, and what was put in or taken out', async () => {
		const { key } = await create();
		const file = join(directory, 'made.zip');
		const unpacked = join(directory, 'unpacked');
		await mkdir(unpacked);
		const items = await tools.unpack(join(backupDir, key), unpacked);
		const repack = async (change: (names: string[]) => string[]): Promise<string> => {
			await rm(file, { force: true });
			await tools.pack(file, async function* () {
				for (const name of change(items.map((item) => item.name))) {
					yield { name, content: { path: join(unpacked, name) } };
				}
			});
			return codeOf(verifyInstallationBackup({ tools, file }));
		};
		expect(await repack((all) => all)).toBe('no error');
		expect(await repack((all) => all.filter((name) => !name.endsWith('App.svelte')))).toBe(
			'backup_damaged',
		);
		expect(await repack((all) => all.filter((name) => name !== 'manifest.json'))).toBe(
			'backup_damaged',
		);
		await writeFile(join(unpacked, 'extra'), 'x');
		expect(await repack((all) => ['extra', ...all])).toBe('backup_damaged');
		await writeFile(file, 'no zip');
		expect(await codeOf(verifyInstallationBackup({ tools, file }))).toBe('backup_damaged');
		expect(await codeOf(verifyInstallationBackup({ tools, file: `${file}.missing` }))).toBe(
			'backup_not_found',
		);
	});

	it('refuses a manifest that would take the memory of the machine', async () => {
		const zeros = join(directory, 'zeros');
		await writeFile(zeros, '');
		await truncate(zeros, 401 * 2 ** 20);
		const file = join(directory, 'bomb.zip');
		await tools.pack(file, async function* () {
			// What keeps the ratio of the whole small.
			yield { name: 'pad', content: { bytes: randomBytes(2 * 2 ** 20) } };
			yield { name: 'manifest.json', content: { path: zeros } };
		});
		await expect(verifyInstallationBackup({ tools, file, work: directory })).rejects.toMatchObject({
			code: 'backup_damaged',
			message: expect.stringContaining('manifest.json unpacks to 420478976 bytes') as string,
		});
	});
});

describe('restore', () => {
	it('brings everything back, keeps lock and old data aside', async () => {
		const { key } = await create();
		for (const name of names) await add(name, 2);
		await writeFile(join(workspaceDir, 'shop/src/App.svelte'), 'changed');
		await mkdir(join(workspaceDir, 'other'));
		await closeAll(backends);
		await mkdir(join(dataDir, 'apps/other/live'), { recursive: true });
		await writeFile(join(dataDir, '.tinykit.lock'), '1');
		await restoreInstallationBackup({ tools, file: join(backupDir, key), dataDir, workspaceDir });
		expect(await readdir(join(dataDir, 'apps'))).toEqual(['shop']);
		expect(await readdir(workspaceDir)).toEqual([BEFORE_RESTORE, 'shop']);
		expect(await readFile(join(workspaceDir, 'shop/src/App.svelte'), 'utf8')).toBe('<h1>Shop</h1>');
		expect(await readFile(join(workspaceDir, 'shop/.git/objects/ab/cd'), 'utf8')).toBe('object');
		expect(existsSync(join(dataDir, '.tinykit.lock'))).toBe(true);
		expect(existsSync(join(dataDir, BEFORE_RESTORE, 'apps/other/live'))).toBe(true);
		backends = await openAll();
		for (const name of names) {
			expect(await rowsOf(backends.get(name)!)).toEqual([1]);
			expect(await readdir(join(pathOf(name), 'storage/col'))).toEqual(['rec1']);
		}
	});

	it('touches nothing when the backup is damaged', async () => {
		const { key } = await create();
		const bytes = await readFile(join(backupDir, key));
		bytes.fill(0, 5_000, 6_000);
		await writeFile(join(backupDir, key), bytes);
		await closeAll(backends);
		const visible = async (): Promise<string[]> =>
			(await readdir(dataDir)).filter((name) => !name.startsWith('.'));
		const before = await visible();
		const restoring = restoreInstallationBackup({
			tools,
			file: join(backupDir, key),
			dataDir,
			workspaceDir,
		});
		expect(await codeOf(restoring)).toBe('backup_damaged');
		expect(await visible()).toEqual(before);
		expect(existsSync(join(dataDir, '.tk_restore'))).toBe(false);
		expect(await readdir(workspaceDir)).toEqual(['shop']);
		backends = await openAll();
	});

	it('goes back when the exchange fails half way', async () => {
		const { key } = await create();
		await add('builder', 2);
		await closeAll(backends);
		const failing: typeof tools = {
			...tools,
			swap: {
				...tools.swap,
				async swapIn(path, stays) {
					await tools.swap.swapIn(path, stays);
					if (path === dataDir) throw new Error('power cut');
				},
			},
		};
		const file = join(backupDir, key);
		const restoring = restoreInstallationBackup({ tools: failing, file, dataDir, workspaceDir });
		expect(await codeOf(restoring)).toBe('backup_failed');
		backends = await openAll();
		expect(await rowsOf(backends.get('builder')!)).toEqual([1, 2]);
		expect(await readdir(workspaceDir)).toEqual(['shop']);
	});

	it.each([
		['before the data moved', 0, 'old'],
		['after the data moved', 1, 'old'],
		['after the data was kept', 2, 'new'],
	])('that died %s ends up whole at the next start', async (_, step, expected) => {
		await closeAll(backends);
		const { swap } = tools;
		const dirs = [workspaceDir, dataDir];
		for (const path of dirs) await mkdir(swap.newPath(path), { recursive: true });
		await mkdir(join(swap.newPath(workspaceDir), 'new-app'));
		await cp(join(dataDir, 'data.db'), join(swap.newPath(dataDir), 'data.db'));
		await writeFile(join(swap.newPath(dataDir), 'marker'), 'new');
		const stays = (name: string): boolean => name.startsWith('.');
		await swap.swapIn(workspaceDir, stays);
		if (step >= 1) await swap.swapIn(dataDir, stays);
		if (step >= 2) await swap.keepNew(dataDir);
		await recoverInstallation({ tools, dataDir, workspaceDir });
		const isNew = expected === 'new';
		expect(existsSync(join(dataDir, 'marker'))).toBe(isNew);
		expect(existsSync(join(workspaceDir, 'new-app'))).toBe(isNew);
		expect(existsSync(join(workspaceDir, 'shop'))).toBe(!isNew);
		for (const path of dirs) expect(existsSync(swap.newPath(path))).toBe(false);
		backends = new Map();
	});
});

describe('list and prune', () => {
	it('shows finished backups only, oldest first, and keeps the newest', async () => {
		expect(await listInstallationBackups(backupDir)).toEqual([]);
		await mkdir(backupDir);
		const keys = [
			'tinykit-20260101000000.zip',
			'tinykit-20260101000000-2.zip',
			'tinykit-20260201000000.zip',
		];
		for (const name of [
			...keys,
			'tinykit-2026.zip',
			'notes.txt',
			'.unfinished-x',
			'tinykit-20260101000000.zip.part',
		]) {
			await writeFile(join(backupDir, name), 'x');
		}
		expect((await listInstallationBackups(backupDir)).map((each) => each.key)).toEqual(keys);
		expect(await installationBackupPath(backupDir, keys[0]!)).toBe(join(backupDir, keys[0]!));
		for (const key of ['missing', '../pb_data/data.db', 'notes.txt']) {
			expect(await codeOf(installationBackupPath(backupDir, key))).toBe('backup_not_found');
		}
		expect(await pruneInstallationBackups(backupDir, 2)).toEqual([keys[0]]);
		// Never down to nothing.
		expect(await pruneInstallationBackups(backupDir, 0)).toEqual([keys[1]]);
		expect((await listInstallationBackups(backupDir)).map((each) => each.key)).toEqual([keys[2]]);
	});
});
