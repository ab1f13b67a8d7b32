import { compileShape, guard, ident, join as joined, sql, text } from '../../sql/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import type { CompiledRules } from '../rules/index.ts';
import type { ListRules } from './list-rules.ts';

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

/** At least the number of rows of a table, as of a second ago; the highest rowid is found at once. */
export async function rowsOf(core: Core, collection: Collection): Promise<number> {
	const now = performance.now();
	const known = sizes.get(collection);
	if (known && now - known.at < believed) return known.rows;
	const row = await core.store.get(sql`SELECT MAX(rowid) AS last FROM ${ident(collection.name)}`);
	const rows = Number(row?.['last'] ?? 0);
	sizes.set(collection, { at: now, rows });
	return rows;
}

/**
 * Decides where a page is read. The rule compiler knows the shape of a query, not the size of the table: on a small one
 * the way to a reader costs more than the scan, and on a large one the rows under one index entry can be a million,
 * all of which a second condition or an order would look at.
 */
export async function settleCost(core: Core, rules: ListRules): Promise<ListRules> {
	const { collection, compiled } = rules;
	const { where, orderBy, cost } = compiled;
	// Of a view only the first look at its query could tell.
	if (collection.type === 'view') return rules;
	if (where === undefined && (orderBy === undefined || cost === 'indexed')) return rules;
	const rows = await rowsOf(core, collection);
	const facts = factsOf(compiled);
	if (cost === 'scan') {
		if (rows > smallTable || compiled.distinct || !facts.isFlat) return rules;
		return (await isBounded(core, rules, rows)) ? rules.as('', facts.inline) : rules;
	}
	if (where === undefined) return rules;
	const isCheap = !rules.hasFilter || (await isBounded(core, rules, rows));
	if (rows <= mediumTable && isCheap) return rules;
	if (orderBy === undefined && facts.isOneComparison) return rules;
	return rules.as('guarded ', facts.guarded);
}

/** What the text of compiled rules tells. */
interface Facts {
	/** Nothing but the table itself is read. */
	readonly isFlat: boolean;
	/** One comparison of a column: what an index finds needs no second look. */
	readonly isOneComparison: boolean;
	/** So many comparisons, or such functions, that even few rows may take long. */
	readonly isHeavy: boolean;
	/** It searches texts. */
	readonly searches: boolean;
	/** The same, to be read on the main thread. */
	readonly inline: CompiledRules;
	/** The same, to be read elsewhere, where it can be ended. */
	readonly guarded: CompiledRules;
}
const known = new WeakMap<CompiledRules, Facts>();

/** Characters of SQL: a dozen comparisons. */
const manyComparisons = 1000;

function factsOf(compiled: CompiledRules): Facts {
	let facts = known.get(compiled);
	if (facts) return facts;
	const where = compileShape(compiled.where ?? text('')).sql;
	facts = {
		isFlat: compileShape(compiled.joins).sql.trim() === '' && !/\bSELECT\b|json_each/i.test(where),
		isOneComparison: /^\(*`\w+`\.`\w+` (?:=|IS) \?\)*$/.test(where),
		isHeavy: where.length > manyComparisons || /\bjson|strftime/i.test(where),
		searches: /\bLIKE\b/.test(where),
		inline: { ...compiled, cost: 'indexed' },
		guarded: {
			...compiled,
			where: sql`${guard([compiled.alias])} AND (${compiled.where ?? text('1')})`,
			cost: 'scan',
		},
	};
	known.set(compiled, facts);
	return facts;
}

/** Steps of comparing a pattern with text that the main thread takes: 30 ms at worst, usually one. */
const fewSteps = 30_000_000;

/**
 * Whether what is asked of the rows has a bound. A search takes up to the length of the text times that of the pattern,
 * which for 60 patterns on 950 rows of 5 KB was 13 seconds.
 */
async function isBounded(core: Core, rules: ListRules, rows: number): Promise<boolean> {
	const { isHeavy, searches } = factsOf(rules.compiled);
	if (isHeavy || !searches) return !isHeavy;
	if (rows > smallTable) return false;
	const { params } = rules.statement('where', (_, compiled) => compiled.where ?? text(''));
	const patterns = params.reduce<number>((sum, value) => sum + String(value).length, 0);
	return (await bytesOf(core, rules.collection)) * patterns <= fewSteps;
}

const bytes = new WeakMap<Collection, Promise<number>>();

/** The length of all values of a small table; SQLite knows it without reading them. */
function bytesOf(core: Core, collection: Collection): Promise<number> {
	const found = bytes.get(collection);
	if (found) return found;
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
