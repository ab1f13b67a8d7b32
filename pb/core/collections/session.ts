import { ident, sql, text } from '../../sql/index.ts';
import type { Row, Transaction } from '../../store/index.ts';
import type { Core } from '../core.ts';
import { createCatalog, loadCatalog } from './catalog.ts';
import type { Catalog, Collection } from './types.ts';

/** What schema changes need of the core; also there before the rest of it is. */
export type SchemaDeps = Pick<Core, 'store' | 'now' | 'random' | 'log'>;

/** A schema change in progress: one transaction and the collections as it sees them. */
export interface SchemaSession {
	readonly tx: Transaction;
	readonly deps: SchemaDeps;
	/** The collections including the changes so far. Its version is negative: nothing of it may be cached. */
	readonly catalog: Catalog;
	put(collection: Collection): void;
	remove(collection: Collection): void;
	/** Forgets changes that were rolled back to a savepoint. */
	reset(collections: readonly Collection[]): void;
}

/**
 * Opens a session in a running transaction. The collections are read inside of it: the catalog of the core may
 * be one commit behind.
 */
export async function openSession(
	deps: SchemaDeps,
	tx: Transaction,
	start?: readonly Collection[],
): Promise<SchemaSession> {
	let collections = start ?? (await loadCatalog(tx)).all();
	let version = -1;
	let catalog = createCatalog(collections, version);
	const replace = (next: readonly Collection[]): void => {
		collections = next;
		version -= 1;
		catalog = createCatalog(collections, version);
	};
	return {
		tx,
		deps,
		get catalog() {
			return catalog;
		},
		put(collection) {
			const at = collections.findIndex((other) => other.id === collection.id);
			replace(at < 0 ? [...collections, collection] : collections.with(at, collection));
		},
		remove(collection) {
			replace(collections.filter((other) => other.id !== collection.id));
		},
		reset: replace,
	};
}

/** Runs a schema change in a transaction of its own and publishes the new catalog after the commit. */
export async function changeSchema<T>(
	core: SchemaDeps & Pick<Core, 'reloadCatalog'>,
	body: (session: SchemaSession) => Promise<T>,
): Promise<T> {
	const result = await core.store.write(async (tx) => body(await openSession(core, tx)));
	await core.reloadCatalog();
	return result;
}

/** A table or view of that name exists, whatever the case. */
export async function hasTable(tx: Transaction, name: string): Promise<boolean> {
	const row = await tx.get(
		sql`SELECT 1 FROM sqlite_schema WHERE type IN ('table', 'view') AND LOWER(name) = LOWER(${name}) LIMIT 1`,
	);
	return row !== undefined;
}

export const tableInfo = (tx: Transaction, table: string): Promise<Row[]> =>
	tx.all(sql`SELECT name, type FROM pragma_table_info(${table})`);

/**
 * SQL that a superuser wrote and that has to stand as it is: index statements and view queries.
 * The only way of such text into a statement; it never holds values of a request.
 */
export const trusted = text;

export const dropView = (tx: Transaction, name: string): Promise<unknown> =>
	tx.run(sql`DROP VIEW IF EXISTS ${ident(name)}`);
