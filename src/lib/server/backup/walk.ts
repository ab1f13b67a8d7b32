import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The files below the workspace, as paths with `/`. Links are not followed, files that go meanwhile are not listed.
 * In a git directory everything but the objects comes first: a reference that is copied then always finds its object.
 * @param leaveOut absolute path of a directory that is skipped.
 */
export async function* walkFiles(
	root: string,
	leaveOut: string,
	prefix = '',
): AsyncGenerator<string> {
	if (join(root, prefix) === leaveOut) return;
	const entries = await entriesOf(join(root, prefix));
	const isLate = (entry: Dirent): boolean => entry.isDirectory() && entry.name === 'objects';
	for (const entry of [...entries.filter((e) => !isLate(e)), ...entries.filter(isLate)]) {
		// Dot entries at the top belong to no app: what a restore set aside, a marker of the repository.
		if (prefix === '' && entry.name.startsWith('.')) continue;
		const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
		if (entry.isDirectory()) yield* walkFiles(root, leaveOut, path);
		else if (entry.isFile()) yield path;
	}
}

async function entriesOf(directory: string): Promise<Dirent[]> {
	try {
		return await readdir(directory, { withFileTypes: true });
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
		throw error;
	}
}
