import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SchemaChange } from '../../../../../src/lib/contracts/index.ts';
import {
	applyCollections,
	readCollections,
} from '../../../../../src/lib/server/app-collections.ts';
import { openClone } from '../../../../../src/lib/server/backends.ts';
import { targetOf, type PlainCollection } from '../../../../../src/lib/server/schema/index.ts';

/** The collections of a fresh app after a change, as a real backend has them. */
export async function appCollections(
	change: SchemaChange,
	patch: (collections: readonly PlainCollection[]) => readonly PlainCollection[] = (all) => all,
): Promise<readonly PlainCollection[]> {
	const dir = await mkdtemp(join(tmpdir(), 'tinykit-collections-'));
	const backend = await openClone(dir);
	try {
		const { collections, problems } = targetOf(readCollections(backend), change);
		if (problems.length > 0) throw new Error(JSON.stringify(problems));
		await applyCollections(backend, patch(collections));
		return readCollections(backend);
	} finally {
		await backend.close();
		await rm(dir, { recursive: true, force: true });
	}
}
