import { sql } from '../../sql/index.ts';
import type { Reader } from '../../store/index.ts';
import { readCollection } from './row.ts';
import type { Catalog, Collection } from './types.ts';

/** A catalog of these collections; look-ups take constant time. */
export function createCatalog(collections: readonly Collection[], version: number): Catalog {
	const byId = new Map(collections.map((collection) => [collection.id, collection]));
	const byName = new Map(
		collections.map((collection) => [collection.name.toLowerCase(), collection]),
	);
	return {
		version,
		all: () => collections,
		find: (idOrName) => byId.get(idOrName) ?? byName.get(idOrName.toLowerCase()),
	};
}

/**
 * Reads `_collections`.
 * @param previous The catalog this one replaces; the new version is one higher. Default: version 1.
 * @throws DecodeError when a row holds a field type this server does not know.
 */
export async function loadCatalog(reader: Reader, previous?: Catalog): Promise<Catalog> {
	const rows = await reader.all(sql`SELECT * FROM _collections ORDER BY rowid`);
	return createCatalog(rows.map(readCollection), (previous?.version ?? 0) + 1);
}
