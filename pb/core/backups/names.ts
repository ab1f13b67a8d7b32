import { snakeCase } from '../files/index.ts';

export const BACKUPS_DIRECTORY = 'backups';
/** PocketBase empties it at its own start as well. */
export const TEMP_DIRECTORY = '.pb_temp_to_delete';
/** Ours: holds the old data during a restore, so PocketBase must not empty it. */
export const RESTORE_DIRECTORY = '.tk_restore';
export const MANUAL_PREFIX = 'pb_backup_';
export const AUTO_PREFIX = '@auto_pb_backup_';

/** `<prefix><app name>_YYYYMMDDhhmmss.zip`, UTC. */
export function generatedName(prefix: string, appName: string, now: Date): string {
	const time = now.toISOString().replace(/\D/g, '').slice(0, 14);
	return `${prefix}${snakeCase(appName).slice(0, 50)}_${time}.zip`;
}

/** True for the plain name of a file that may lie in `backups/`. */
export function isBackupKey(key: string): boolean {
	if (key === '' || key.startsWith('.') || key.endsWith('.attrs')) return false;
	if (Buffer.byteLength(key) > 200) return false;
	for (const character of key) {
		const code = character.charCodeAt(0);
		if (code < 32 || code === 127 || character === '/' || character === '\\') return false;
	}
	return true;
}

/**
 * Entries of a data directory that belong to no backup and stay where they are in a restore: the backups
 * themselves, PocketBase's and our own dot files, and what the host excludes.
 */
export function isExcluded(name: string, exclude: readonly string[]): boolean {
	return (
		name.startsWith('.') ||
		name === BACKUPS_DIRECTORY ||
		name === 'lost+found' ||
		exclude.includes(name)
	);
}

const databases = ['data.db', 'auxiliary.db'] as const;

/** True for a database, its log and its index: they are never read while a store has them open. */
export const isDatabaseFile = (name: string): boolean =>
	databases.some((database) =>
		[database, `${database}-wal`, `${database}-shm`, `${database}-journal`].includes(name),
	);
