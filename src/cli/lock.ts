import { accessSync, constants, mkdirSync } from 'node:fs';
import { acquireLock, LockedError, type DataLock } from '#pb';
import { TinykitError } from '#lib/contracts/index.ts';

/**
 * Takes the data directory for this process, creating it when it is missing.
 * @throws TinykitError `data_dir_locked` naming the process, `data_dir_unwritable`
 */
export async function lockDataDir(dataDir: string): Promise<DataLock> {
	try {
		mkdirSync(dataDir, { recursive: true, mode: 0o700 });
		accessSync(dataDir, constants.W_OK);
		return await acquireLock(dataDir);
	} catch (cause) {
		if (cause instanceof LockedError)
			throw new TinykitError('data_dir_locked', { message: cause.message, cause });
		throw new TinykitError('data_dir_unwritable', {
			message: `The data directory ${dataDir} cannot be written.`,
			cause,
		});
	}
}
