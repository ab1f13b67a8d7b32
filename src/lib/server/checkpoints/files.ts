import { createHash } from 'node:crypto';
import { constants, createReadStream, existsSync, type Dirent } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A copy of a closed database as `data.db`; it shares its blocks with the original where the file system can. */
export async function copyDatabase(from: string, directory: string): Promise<string> {
	await mkdir(directory, { recursive: true, mode: 0o700 });
	const to = join(directory, 'data.db');
	await copyFile(from, to, constants.COPYFILE_FICLONE);
	// What the last writer could not move out of its log is part of the database.
	if (existsSync(`${from}-wal`)) await copyFile(`${from}-wal`, `${to}-wal`);
	return to;
}

/** Hex sha-256 of a file's bytes. */
export async function hashFile(path: string): Promise<string> {
	const hash = createHash('sha256');
	await pipeline(createReadStream(path), hash);
	return hash.digest('hex');
}

export async function syncPath(path: string): Promise<void> {
	const handle = await open(path, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

export async function writeSynced(path: string, text: string): Promise<void> {
	const handle = await open(path, 'wx', 0o600);
	try {
		await handle.writeFile(text);
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/**
 * Gives the uploads of one directory a second name in another; what is there already stays. An upload is never
 * written to once it has its name, so that both names always hold the same.
 * @returns bytes of the uploads that had no second name before
 */
export async function linkUploads(from: string, to: string): Promise<number> {
	let bytes = 0;
	for (const entry of await entriesOf(from)) {
		const source = join(from, entry.name);
		// Thumbs are made again when they are asked for; a name with a dot in front is being written.
		if (entry.name.startsWith('thumbs_') || entry.name.startsWith('.')) continue;
		if (entry.isDirectory()) bytes += await linkUploads(source, join(to, entry.name));
		else if (entry.isFile()) bytes += await linkFile(source, join(to, entry.name));
	}
	return bytes;
}

async function linkFile(from: string, to: string): Promise<number> {
	try {
		const { size, nlink } = await stat(from);
		await mkdir(dirname(to), { recursive: true });
		try {
			await link(from, to);
		} catch (error) {
			if (codeOf(error) === 'EEXIST') return 0;
			if (!['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK'].includes(codeOf(error))) throw error;
			await copyFile(from, `${to}.tmp`);
			await rename(`${to}.tmp`, to);
		}
		return nlink === 1 ? size : 0;
	} catch (error) {
		// Deleted between the two looks: no row names it any more.
		if (codeOf(error) === 'ENOENT') return 0;
		throw error;
	}
}

export async function entriesOf(directory: string): Promise<Dirent[]> {
	try {
		return await readdir(directory, { withFileTypes: true });
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return [];
		throw error;
	}
}

export const discard = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

const codeOf = (error: unknown): string =>
	error instanceof Error && 'code' in error ? String(error.code) : '';
