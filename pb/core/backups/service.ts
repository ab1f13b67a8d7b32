import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ApiError, badRequest } from '../errors.ts';
import type { Core } from '../core.ts';
import { createLocalFiles } from '../files/index.ts';
import type { UploadedFile } from '../files/types.ts';
import { BackupError, checkBackup } from './check.ts';
import {
	BACKUPS_DIRECTORY,
	generatedName,
	isBackupKey,
	MANUAL_PREFIX,
	TEMP_DIRECTORY,
} from './names.ts';
import { packDataDirectory } from './pack.ts';
import { restoreDataDirectory } from './restore.ts';
import type { BackupInfo, Backups } from './types.ts';

export interface BackupsDeps {
	readonly core: Core;
	/** Top-level entries of the data directory that backups leave out, beside PocketBase's own list. */
	readonly exclude: readonly string[];
}

/** Creates the backups of one data directory. */
export function createBackups(deps: BackupsDeps): Backups {
	const { core, exclude } = deps;
	const directory = join(core.dataDir, BACKUPS_DIRECTORY);
	// Zip files get a sidecar like uploads do, as `tools/filesystem` writes them.
	const storage = createLocalFiles({ root: core.dataDir, random: core.random });
	const keyOf = (name: string): string => `${BACKUPS_DIRECTORY}/${name}`;
	let active: string | undefined;

	async function alone<T>(name: string, body: () => Promise<T>): Promise<T> {
		if (active !== undefined) throw busy();
		active = name;
		try {
			return await body();
		} finally {
			active = undefined;
		}
	}

	/** Runs `body` with an empty directory that is gone afterwards. */
	async function withTemp<T>(body: (directory: string) => Promise<T>): Promise<T> {
		const temp = join(core.dataDir, TEMP_DIRECTORY, `backup_${core.random.text(10)}`);
		await mkdir(temp, { recursive: true, mode: 0o700 });
		try {
			return await body(temp);
		} finally {
			await rm(temp, { recursive: true, force: true });
		}
	}

	async function create(name = ''): Promise<string> {
		const key =
			name === '' ? generatedName(MANUAL_PREFIX, core.settings.meta.appName, core.now()) : name;
		if (!isBackupKey(key)) throw badRequest('Invalid backup name.');
		return alone(key, () =>
			withTemp(async (temp) => {
				const zip = join(temp, 'backup.zip');
				await pack(zip, temp);
				await mkdir(directory, { recursive: true });
				await rm(join(directory, `${key}.attrs`), { force: true });
				await rename(zip, join(directory, key));
				return key;
			}),
		);
	}

	/** Packs and reads it back: what was packed must be what can be unpacked. */
	async function pack(zip: string, temp: string): Promise<void> {
		const packed = await packDataDirectory(core, zip, temp, exclude);
		const read = await checkBackup(zip, temp);
		const hashes = new Map(read.map((item) => [item.name, item.sha256]));
		const lost = packed.find((item) => hashes.get(item.name) !== item.sha256);
		if (lost) throw new BackupError(`${lost.name} differs from what was packed`);
	}

	async function list(): Promise<BackupInfo[]> {
		const names = await readdir(directory).catch((error: unknown) => {
			if (isMissing(error)) return [];
			throw error;
		});
		const infos: BackupInfo[] = [];
		for (const key of names.filter(isBackupKey).sort()) {
			const info = await stat(join(directory, key)).catch(() => undefined);
			if (info?.isFile()) infos.push({ key, size: info.size, modified: info.mtime });
		}
		return infos;
	}

	async function exists(key: string): Promise<boolean> {
		return isBackupKey(key) && (await storage.attributes(keyOf(key))) !== undefined;
	}

	async function remove(key: string): Promise<void> {
		if (key === active) {
			throw badRequest('The backup is currently being used and cannot be deleted.');
		}
		if (!(await exists(key))) throw badRequest('Invalid or already deleted backup file.');
		await storage.delete(keyOf(key));
	}

	return {
		get active() {
			return active;
		},
		list,
		exists,
		create,
		packTo: (target) => alone('', () => withTemp((temp) => pack(target, temp))),
		delete: remove,
		async upload(file: UploadedFile) {
			const key = basename(file.originalName.replaceAll('\\', '/'));
			if (!isBackupKey(key)) throw badRequest('Failed to upload backup.');
			await storage.put(keyOf(key), file);
		},
		async attributes(key) {
			return isBackupKey(key) ? storage.attributes(keyOf(key)) : undefined;
		},
		read: (key, range) => storage.read(keyOf(key), range),
		async restore(key) {
			if (active !== undefined) throw busy();
			if (!(await exists(key))) throw badRequest('Missing or invalid backup file.');
			await alone(key, async () => {
				try {
					await restoreDataDirectory(core, join(directory, key), exclude);
				} catch (error) {
					core.log.write(8, 'Failed to restore backup', { key, error: String(error) });
					if (error instanceof BackupError) {
						throw badRequest(`Missing or invalid backup file: ${error.message}`, undefined, error);
					}
					throw new ApiError(400, 'Failed to restore the backup; the data is as it was before.', {
						cause: error,
					});
				}
			});
		},
		async prune(prefix, keep) {
			if (keep <= 0) return;
			const own = (await list()).filter((info) => info.key.startsWith(prefix));
			own.sort((a, b) => b.modified.getTime() - a.modified.getTime() || (a.key < b.key ? 1 : -1));
			for (const { key } of own.slice(keep)) await remove(key);
		},
	};
}

const busy = (): ApiError =>
	badRequest('Try again later - another backup/restore process has already been started');

const isMissing = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && error.code === 'ENOENT';
