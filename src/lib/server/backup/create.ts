import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { TinykitError } from '#lib/contracts/index.ts';
import { BACKENDS, MANIFEST, manifestText, WORKSPACE } from './manifest.ts';
import { freeKey, listInstallationBackups, UNFINISHED } from './names.ts';
import type {
	BackupSource,
	BackupTools,
	InstallationBackup,
	PackedItem,
	PackInput,
} from './types.ts';
import { verifyInstallationBackup } from './verify.ts';
import { walkFiles } from './walk.ts';

export interface CreateOptions {
	readonly tools: BackupTools;
	/** The builder first: what its rows say of the workspace is then in the files that are copied after it. */
	readonly sources: readonly BackupSource[];
	readonly workspaceDir: string;
	/** Created when missing. */
	readonly backupDir: string;
	readonly now: () => Date;
}

/**
 * Saves the whole installation into one file, while it is in use: a zip of each backend, the apps' source, and a
 * manifest of hashes. It is read back and checked before it gets its name.
 * @throws TinykitError `backup_failed`; what was written until then is removed.
 * @example const { key } = await createInstallationBackup({ tools, sources, workspaceDir, backupDir, now });
 */
export async function createInstallationBackup(
	options: CreateOptions,
): Promise<InstallationBackup> {
	const { tools, now } = options;
	const backupDir = resolve(options.backupDir);
	const created = now();
	try {
		await mkdir(backupDir, { recursive: true, mode: 0o700 });
		await removeUnfinished(backupDir);
		const work = await mkdtemp(join(backupDir, UNFINISHED));
		try {
			const file = join(work, 'backup.zip');
			await tools.pack(file, (packed) => inputs(options, backupDir, work, created, packed));
			await verifyInstallationBackup({ tools, file, work });
			const key = await freeKey(backupDir, created);
			await rename(file, join(backupDir, key));
			await syncDirectory(backupDir);
			const listed = await listInstallationBackups(backupDir);
			const backup = listed.find((each) => each.key === key);
			if (!backup) throw new Error(`${key} is not there after it was written`);
			return backup;
		} finally {
			await rm(work, { recursive: true, force: true });
		}
	} catch (cause) {
		throw new TinykitError('backup_failed', { cause });
	}
}

async function* inputs(
	{ sources, workspaceDir }: CreateOptions,
	backupDir: string,
	work: string,
	created: Date,
	packed: readonly PackedItem[],
): AsyncGenerator<PackInput> {
	for (const source of sources) {
		const zip = join(work, 'backend.zip');
		if (!(await source.pack(zip))) continue;
		// Packed already: to deflate it once more would only cost time.
		yield { name: `${BACKENDS}${source.name}.zip`, content: { path: zip }, compress: false };
		await rm(zip, { force: true });
	}
	const root = resolve(workspaceDir);
	for await (const path of walkFiles(root, backupDir)) {
		yield { name: `${WORKSPACE}${path}`, content: { path: join(root, path) } };
	}
	const text = manifestText(created.toISOString(), [...packed]);
	yield { name: MANIFEST, content: { bytes: Buffer.from(text) } };
}

/** What a killed process left. Whoever gets here is the only one at work: the data directory is locked. */
async function removeUnfinished(directory: string): Promise<void> {
	for (const name of await readdir(directory)) {
		if (name.startsWith(UNFINISHED)) await rm(join(directory, name), { recursive: true });
	}
}

async function syncDirectory(path: string): Promise<void> {
	const handle = await open(path, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/**
 * Removes all but the newest `keep` backups (at least 1).
 * @returns the keys that were removed.
 */
export async function pruneInstallationBackups(
	backupDir: string,
	keep: number,
): Promise<readonly string[]> {
	const backups = await listInstallationBackups(backupDir);
	const old = backups.slice(0, Math.max(0, backups.length - Math.max(1, keep)));
	for (const { key } of old) await rm(join(backupDir, key), { force: true });
	return old.map(({ key }) => key);
}

/**
 * The path of a backup by its key.
 * @throws TinykitError `backup_not_found` for what is no key of a finished backup.
 */
export async function installationBackupPath(backupDir: string, key: string): Promise<string> {
	const backups = await listInstallationBackups(backupDir);
	const path = join(backupDir, key);
	if (
		!backups.some((each) => each.key === key) ||
		!existsSync(path) ||
		dirname(path) !== join(backupDir)
	) {
		throw new TinykitError('backup_not_found', { details: { key } });
	}
	return path;
}
