import { applyCollections } from '../app-collections.ts';
import { ident, openClone, openSqliteScript, sql } from '../backends.ts';
import type { PlainCollection } from '../schema/index.ts';
import { copyDatabase } from './files.ts';
import { fingerprint } from './targets.ts';

type Collections = readonly PlainCollection[];

/** Brings a directory's database, a copy, to these collections. @throws ApiError */
export async function changeTo(dir: string, target: Collections): Promise<void> {
	const clone = await openClone(dir);
	try {
		await applyCollections(clone, target);
	} finally {
		await clone.close();
	}
}

/**
 * A copy of a database with its rows in another schema. Without indexes: what is unique there is not yet here.
 * @returns the path of the copy, or of the database itself when it has that schema
 * @throws ApiError
 */
export async function castTo(
	dir: string,
	database: string,
	has: Collections,
	to: Collections,
): Promise<string> {
	if (fingerprint(has) === fingerprint(to)) return database;
	const copy = await copyDatabase(database, dir);
	await changeTo(dir, to.map(withoutIndexes));
	return copy;
}

/** System collections and accounts have some that are part of them; their rows fulfil those in any schema. */
function withoutIndexes(collection: PlainCollection): PlainCollection {
	if (collection.system === true) return collection;
	const own = collection.type === 'auth' ? /`?(tokenKey|email)`?\s*\)/i : /^$/;
	return { ...collection, indexes: collection.indexes.filter((index) => own.test(index)) };
}

/** Deletes all rows of a copy. */
export async function emptyTables(database: string, collections: Collections): Promise<void> {
	const script = openSqliteScript(database);
	try {
		const tables = collections.filter(({ type }) => type !== 'view');
		await script.run(
			sql`BEGIN`,
			...tables.map(({ name }) => sql`DELETE FROM ${ident(name)}`),
			sql`COMMIT`,
		);
	} finally {
		await script.close();
	}
}
