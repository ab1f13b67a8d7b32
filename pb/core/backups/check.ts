import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readZip, unpackZip, ZipError, type ZipItem, type ZipLimits } from '../../lib/zip/index.ts';
import { inspectSqlite } from '../../store/index.ts';
import { isDatabaseFile, isExcluded } from './names.ts';

/** A file that is no usable backup, and why; the message may be shown to a superuser. */
export class BackupError extends Error {
	override readonly name = 'BackupError';
}

/** Bounds of a backup that is restored: a bomb ends here, not on the disk. */
export const BACKUP_LIMITS: ZipLimits = {
	maxEntries: 2_000_000,
	maxBytes: 2 ** 40,
	maxRatio: 200,
};

/** Tables without which a database is none of PocketBase's. */
const NEEDED_TABLES = ['_collections', '_params'];

/**
 * Unpacks a backup into a new directory and checks its databases.
 * @param only `databases` leaves the uploaded files out.
 * @throws {BackupError} when it is not a whole backup of a data directory.
 */
export async function unpackBackup(
	zip: string,
	directory: string,
	only: 'all' | 'databases',
	exclude: readonly string[] = [],
): Promise<void> {
	await mkdir(directory, { recursive: true, mode: 0o700 });
	await readable(
		unpackZip(zip, directory, {
			limits: BACKUP_LIMITS,
			sync: only === 'all',
			accepts: (name) =>
				only === 'databases'
					? isDatabaseFile(name)
					: !isExcluded(name.split('/')[0] ?? '', exclude),
		}),
	);
	await checkDatabase(join(directory, 'data.db'), 'data.db', NEEDED_TABLES);
	if (existsSync(join(directory, 'auxiliary.db'))) {
		await checkDatabase(join(directory, 'auxiliary.db'), 'auxiliary.db', []);
	}
}

/**
 * Checks a backup as a whole: every byte of the archive, then the databases in it.
 * @param work an existing empty directory for the unpacked databases.
 * @throws {BackupError}
 */
export async function checkBackup(zip: string, work: string): Promise<ZipItem[]> {
	const items = await readable(readZip(zip, BACKUP_LIMITS));
	await unpackBackup(zip, join(work, 'check'), 'databases');
	return items;
}

async function readable<T>(work: Promise<T>): Promise<T> {
	try {
		return await work;
	} catch (error) {
		if (!(error instanceof ZipError)) throw error;
		throw new BackupError(error.message, { cause: error });
	}
}

async function checkDatabase(path: string, name: string, needed: readonly string[]): Promise<void> {
	if (!existsSync(path)) throw new BackupError(`${name} is missing`);
	const { problem, tables } = await inspectSqlite(path);
	if (problem !== undefined) throw new BackupError(`${name} cannot be used: ${problem}`);
	const missing = needed.filter((table) => !tables.includes(table));
	if (missing.length > 0) throw new BackupError(`${name} has no table ${missing.join(', ')}`);
}
