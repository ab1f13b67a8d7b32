import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packZip, type ZipInput, type ZipItem } from '../../lib/zip/index.ts';
import type { Core } from '../core.ts';
import { isDatabaseFile, isExcluded } from './names.ts';

type PackSource = Pick<Core, 'dataDir' | 'store' | 'auxiliary' | 'files'>;

/**
 * Packs a data directory in use: copies of both databases first, then the files, whose deletions wait meanwhile,
 * so that every file a copied row names is in the archive.
 * @param work an existing empty directory for the copies.
 */
export async function packDataDirectory(
	source: PackSource,
	target: string,
	work: string,
	exclude: readonly string[],
): Promise<ZipItem[]> {
	const release = source.files.holdDeletes();
	try {
		await source.store.snapshot(join(work, 'data.db'));
		await source.auxiliary.snapshot(join(work, 'auxiliary.db'));
		return await packZip(target, inputs(source, work, exclude));
	} finally {
		await release();
	}
}

async function* inputs(
	source: PackSource,
	work: string,
	exclude: readonly string[],
): AsyncGenerator<ZipInput> {
	for (const name of ['data.db', 'auxiliary.db']) {
		yield { name, content: { path: join(work, name) } };
	}
	for await (const name of walk(source.dataDir, '')) {
		const root = name.split('/')[0] ?? '';
		if (isExcluded(root, exclude) || isDatabaseFile(name)) continue;
		yield { name, content: { path: join(source.dataDir, name) } };
	}
	async function* walk(directory: string, prefix: string): AsyncGenerator<string> {
		for (const entry of await entriesOf(directory)) {
			const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
			if (prefix === '' && isExcluded(entry.name, exclude)) continue;
			// Links are not followed: they may lead out of the data directory.
			if (entry.isDirectory()) yield* walk(join(directory, entry.name), name);
			else if (entry.isFile() && !isUnfinished(entry.name)) yield name;
		}
	}
}

/** An upload that is being written has a temporary name (files/local.ts). */
const isUnfinished = (name: string): boolean => /^\..*\.tmp(\.attrs)?$/.test(name);

async function entriesOf(directory: string): Promise<Dirent[]> {
	try {
		return await readdir(directory, { withFileTypes: true });
	} catch (error) {
		// A folder of a record may go between the two looks.
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
		throw error;
	}
}
