import { packZip, readZip, readZipEntry, unpackZip, ZipError } from '../../lib/zip/index.ts';
import { BACKUP_LIMITS, BackupError, checkBackup, unpackBackup } from './check.ts';
import { isSwapPending, keepNew, newDataPath, recoverDataDirectory, swapIn } from './swap.ts';

/** What a host needs to collect the backups of several backends into one file, and to bring them back. */
export const backupTools = {
	pack: packZip,
	/** Reads every byte; what is in the archive. */
	read: (path: string) => readZip(path, BACKUP_LIMITS),
	readEntry: (path: string, name: string) => readZipEntry(path, name, BACKUP_LIMITS),
	/** Into an existing empty directory, on disk when it resolves. */
	unpack: (path: string, directory: string) =>
		unpackZip(path, directory, { limits: BACKUP_LIMITS, sync: true }),
	/** Checks the zip of one backend; `work` is an existing empty directory. */
	checkBackend: async (zip: string, work: string): Promise<void> => {
		await checkBackup(zip, work);
	},
	unpackBackend: (zip: string, directory: string) => unpackBackup(zip, directory, 'all'),
	/** True for an error that says the archive itself is bad. */
	isDamage: (error: unknown): boolean => error instanceof ZipError || error instanceof BackupError,
	swap: {
		newPath: newDataPath,
		isPending: isSwapPending,
		swapIn,
		keepNew,
		recover: recoverDataDirectory,
	},
} as const;
