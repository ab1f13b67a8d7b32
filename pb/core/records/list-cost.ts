import { compileSqlite, guard, ident, join as joined, sql, type SqlNode } from '../../sql/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import type { CompiledRules } from '../rules/index.ts';

/** Rows of a table that may be read on the main thread for a page: about a millisecond for plain comparisons. */
const smallTable = 1000;
/** Rows of an index entry that may: some milliseconds, when most of the table stands under one value. */
const mediumTable = 20_000;
/** Milliseconds for which the size of a table is believed. */
const believed = 1000;

interface Size {
	readonly at: number;
	readonly rows: number;
}
const sizes = new WeakMap<Collection, Size>();

/** At least the number of rows; the highest rowid is found at once. */
async function rowsOf(core: Core, collection: Collection): Promise<number> {
	const now = performance.now();
	const known = sizes.get(collection);
	if (known && now - known.at < believed) return known.rows;
	const row = await core.store.get(sql`SELECT MAX(rowid) AS last FROM ${ident(collection.name)}`);
	const rows = Number(row?.['last'] ?? 0);
	sizes.set(collection, { at: now, rows });
	return rows;
}

/** One comparison of a column: what an index finds needs no second look. */
const isOneComparison = (where: string): boolean => /^\(*`\w+`\.`\w+` (?:=|IS) \?\)*$/.test(where);

/**
 * Decides where a page is read. The rule compiler knows the shape of a query, not the size of the table: on a small one
 * the way to a reader costs more than the scan, and on a large one the rows under one index entry can be a million,
 * all of which a second condition or an order would look at.
 * @param hasFilter a client chose a part of the condition.
 */
export async function settleCost(
	core: Core,
	collection: Collection,
	compiled: CompiledRules,
	hasFilter: boolean,
): Promise<CompiledRules> {
	const { where, orderBy, alias } = compiled;
	// Of a view only the first look at its query could tell.
	if (collection.type === 'view') return compiled;
	if (where === undefined && (orderBy === undefined || compiled.cost === 'indexed'))
		return compiled;
	const rows = await rowsOf(core, collection);
	if (compiled.cost === 'scan') {
		if (rows > smallTable || compiled.distinct || !isFlat(compiled)) return compiled;
		const isCheap = where === undefined || (await isBounded(core, collection, where, rows));
		return isCheap ? { ...compiled, cost: 'indexed' } : compiled;
	}
	if (where === undefined) return compiled;
	const isCheap = !hasFilter || (await isBounded(core, collection, where, rows));
	if (rows <= mediumTable && isCheap) return compiled;
	if (orderBy === undefined && isOneComparison(compileSqlite(where).sql)) return compiled;
	return { ...compiled, where: sql`${guard([alias])} AND (${where})`, cost: 'scan' };
}

/** Characters of SQL: a dozen comparisons. */
const manyComparisons = 1000;
/** Steps of comparing a pattern with text that the main thread takes: 30 ms at worst, usually one. */
const fewSteps = 30_000_000;

/**
 * Whether what is asked of the rows has a bound. A search takes up to the length of the text times that of the pattern,
 * which for 60 patterns on 950 rows of 5 KB was 13 seconds.
 */
async function isBounded(
	core: Core,
	collection: Collection,
	where: SqlNode,
	rows: number,
): Promise<boolean> {
	const { sql: text, params } = compileSqlite(where);
	if (text.length > manyComparisons || /\bjson|strftime/i.test(text)) return false;
	if (!/\bLIKE\b/.test(text)) return true;
	if (rows > smallTable) return false;
	const patterns = params.reduce<number>((sum, value) => sum + String(value).length, 0);
	return (await bytesOf(core, collection)) * patterns <= fewSteps;
}

const bytes = new WeakMap<Collection, Promise<number>>();

/** The length of all values of a small table; SQLite knows it without reading them. */
function bytesOf(core: Core, collection: Collection): Promise<number> {
	const known = bytes.get(collection);
	if (known) return known;
	const lengths = collection.fields.map(
		(field) => sql`COALESCE(octet_length(${ident(field.name)}), 0)`,
	);
	const total = core.store
		.get(sql`SELECT TOTAL(${joined(lengths, ' + ')}) AS total FROM ${ident(collection.name)}`)
		.then((row) => Number(row?.['total'] ?? 0));
	bytes.set(collection, total);
	const forget = (): void => void bytes.delete(collection);
	setTimeout(forget, believed).unref();
	total.catch(forget);
	return total;
}

/** Nothing but the table itself is read. */
const isFlat = ({ joins, where }: CompiledRules): boolean =>
	compileSqlite(joins).sql.trim() === '' &&
	(where === undefined || !/\bSELECT\b|json_each/i.test(compileSqlite(where).sql));
