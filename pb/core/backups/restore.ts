import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Core } from '../core.ts';
import { unpackBackup } from './check.ts';
import { isExcluded, RESTORE_DIRECTORY } from './names.ts';
import { keepNew, newDataPath, swapBack, swapIn } from './swap.ts';

/**
 * Replaces the data by that of a zip file, in this process: requests wait while the entries change places. Data that
 * cannot be opened and loaded afterwards is taken out again.
 * @throws {BackupError} before anything is touched, when the zip is no usable backup.
 */
export async function restoreDataDirectory(
	core: Pick<Core, 'dataDir' | 'replaceFiles'>,
	zip: string,
	exclude: readonly string[],
): Promise<void> {
	const { dataDir } = core;
	const work = join(dataDir, RESTORE_DIRECTORY);
	await rm(work, { recursive: true, force: true });
	await mkdir(work, { mode: 0o700 });
	try {
		await unpackBackup(zip, newDataPath(dataDir), 'all', exclude);
	} catch (error) {
		await rm(work, { recursive: true, force: true });
		throw error;
	}
	try {
		await core.replaceFiles(() => swapIn(dataDir, (name) => isExcluded(name, exclude)));
	} catch (error) {
		await core.replaceFiles(() => swapBack(dataDir));
		throw error;
	}
	await keepNew(dataDir);
}
