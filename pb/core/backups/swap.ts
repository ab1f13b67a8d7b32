import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RESTORE_DIRECTORY, TEMP_DIRECTORY } from './names.ts';

/**
 * Exchange of a data directory's entries by those of `.tk_restore/new`, that can be undone at every step. A journal
 * is on disk before the first entry moves and goes when the new data has been opened; whoever finds one moves back.
 */
interface Journal {
	/** Entries of the old data, all moved to `old/` before the first new one comes in. */
	readonly old: readonly string[];
	readonly new: readonly string[];
}

export const newDataPath = (dataDir: string): string => join(dataDir, RESTORE_DIRECTORY, 'new');
const oldDataPath = (dataDir: string): string => join(dataDir, RESTORE_DIRECTORY, 'old');
const journalPath = (dataDir: string): string => join(dataDir, RESTORE_DIRECTORY, 'journal.json');

/**
 * Moves the old entries aside and the new ones in. The databases must be closed.
 * @param stays which top-level entries are not exchanged.
 */
export async function swapIn(dataDir: string, stays: (name: string) => boolean): Promise<void> {
	const newPath = newDataPath(dataDir);
	// The directory of the exchange itself never moves.
	const isIn = (name: string): boolean => name !== RESTORE_DIRECTORY && !stays(name);
	const entries = await readdir(dataDir);
	const journal: Journal = {
		old: entries.filter(isIn),
		new: (await readdir(newPath)).filter(isIn),
	};
	await mkdir(oldDataPath(dataDir), { mode: 0o700 });
	await writeSynced(journalPath(dataDir), JSON.stringify(journal));
	await syncDirectory(join(dataDir, RESTORE_DIRECTORY));
	for (const name of journal.old) {
		await rename(join(dataDir, name), join(oldDataPath(dataDir), name));
	}
	for (const name of journal.new) await rename(join(newPath, name), join(dataDir, name));
	await syncDirectory(dataDir);
}

/**
 * The new data is good: from here on there is nothing to undo.
 * @param oldTo a path on the same disk where the old entries are kept. Default: they are deleted.
 */
export async function keepNew(dataDir: string, oldTo?: string): Promise<void> {
	await rm(journalPath(dataDir), { force: true });
	await syncDirectory(join(dataDir, RESTORE_DIRECTORY));
	if (oldTo !== undefined) await rename(oldDataPath(dataDir), oldTo);
	await rm(join(dataDir, RESTORE_DIRECTORY), { recursive: true, force: true });
}

/** Moves the old entries back, from whatever step the exchange had reached. The databases must be closed. */
export async function swapBack(dataDir: string): Promise<void> {
	const journal = await readJournal(dataDir);
	if (journal === undefined) return;
	const oldPath = oldDataPath(dataDir);
	const isMovedOut = (name: string): boolean => existsSync(join(oldPath, name));
	const newIsIn = (name: string): boolean =>
		existsSync(join(dataDir, name)) && !existsSync(join(newDataPath(dataDir), name));
	for (const name of journal.new) {
		// An entry that is in place and not in `new/` any more came from there.
		if (newIsIn(name)) await rename(join(dataDir, name), join(newDataPath(dataDir), name));
	}
	// Logs of the new databases, should they have been opened.
	for (const name of await readdir(dataDir)) {
		if (/\.db-(wal|shm|journal)$/.test(name) && !journal.old.includes(name)) {
			await rm(join(dataDir, name), { force: true });
		}
	}
	for (const name of journal.old) {
		if (isMovedOut(name)) await rename(join(oldPath, name), join(dataDir, name));
	}
	await syncDirectory(dataDir);
	await keepNew(dataDir);
}

/**
 * To be called before a data directory is opened: undoes a restore that a crash cut off, and empties the
 * directory for temporary files.
 */
export async function recoverDataDirectory(dataDir: string): Promise<void> {
	await swapBack(dataDir);
	await rm(join(dataDir, RESTORE_DIRECTORY), { recursive: true, force: true });
	await rm(join(dataDir, TEMP_DIRECTORY), { recursive: true, force: true });
}

/** True while an exchange has begun and is neither kept nor undone. */
export const isSwapPending = (dataDir: string): boolean => existsSync(journalPath(dataDir));

async function readJournal(dataDir: string): Promise<Journal | undefined> {
	const path = journalPath(dataDir);
	if (!existsSync(path)) return undefined;
	try {
		return JSON.parse(await readFile(path, 'utf8')) as Journal;
	} catch (error) {
		// Half a journal: it was not synced yet, so nothing had moved.
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}

async function writeSynced(path: string, text: string): Promise<void> {
	const handle = await open(path, 'wx', 0o600);
	try {
		await handle.writeFile(text);
		await handle.sync();
	} finally {
		await handle.close();
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
