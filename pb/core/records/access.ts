import { ident, param, seq, sql, text } from '../../sql/index.ts';
import type { Query, Reader, Row, ScanOptions, Store } from '../../store/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Collection, Rule } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { compileRules } from '../rules/index.ts';
import type { CompiledRules } from '../rules/index.ts';
import type { RequestInfo } from '../request-info.ts';
import { isSuperuser } from './data.ts';
import type { StoredRecord } from './record.ts';
import { columnsOf, tableAs, toRecord } from './row.ts';

/** A read that belongs to a request: where it looks, and what ends it early. */
export interface ReadOptions {
	/** Default: the last commit. A transaction sees its own changes. */
	readonly reader?: Reader | undefined;
	readonly signal?: AbortSignal | undefined;
}

/**
 * Compiles a rule of a collection for a request that looks at given records only.
 * @returns undefined when every record passes: a superuser, or the rule ''.
 * @throws RuleError for a rule that cannot be compiled.
 */
export function compileRule(
	core: Core,
	collection: Collection,
	rule: string,
	info: RequestInfo,
	source?: string,
): CompiledRules | undefined {
	if (rule === '' || isSuperuser(info)) return undefined;
	return compileRules({
		catalog: core.catalog,
		collection,
		request: info,
		now: core.now(),
		rules: [rule],
		byId: true,
		source,
	});
}

/** ` AND (…)` for a compiled condition. */
export const andWhere = (compiled: CompiledRules | undefined): SqlNode =>
	compiled?.where ? sql` AND (${compiled.where})` : text('');

const joinsOf = (compiled: CompiledRules | undefined): SqlNode => compiled?.joins ?? text('');

/** Reads inline what is bounded and hands the rest to the readers with their deadline. */
export function readAll(
	core: Core,
	query: Query,
	cost: 'indexed' | 'scan',
	options: ReadOptions,
): Promise<Row[]> {
	const reader: Reader | Store = options.reader ?? core.store;
	if (cost === 'scan' && isStore(reader)) {
		const scan: ScanOptions = { signal: options.signal };
		return reader.scan(query, scan);
	}
	return reader.all(query);
}

const isStore = (reader: Reader | Store): reader is Store => 'scan' in reader;

/** What a rule makes of a single record. */
export const costOf = (compiled: CompiledRules | undefined): 'indexed' | 'scan' =>
	compiled?.cost ?? 'indexed';

/** The record with that id, when it passes the rule: one statement. */
export async function findAllowed(
	core: Core,
	collection: Collection,
	id: string,
	compiled: CompiledRules | undefined,
	options: ReadOptions = {},
): Promise<StoredRecord | undefined> {
	const alias = compiled?.alias ?? collection.name;
	const query = seq(
		text('SELECT '),
		columnsOf(collection, alias),
		text(' FROM '),
		tableAs(collection, alias),
		text(' '),
		joinsOf(compiled),
		sql` WHERE ${ident(alias, 'id')} = ${param(id)}`,
		andWhere(compiled),
		text(' LIMIT 1'),
	);
	const [row] = await readAll(core, query, costOf(compiled), options);
	return row && toRecord(collection, row);
}

/** The ids among `ids` whose records pass a compiled condition. */
export async function passingIds(
	core: Core,
	collection: Collection,
	ids: readonly string[],
	compiled: CompiledRules,
	options: ReadOptions = {},
): Promise<Set<string>> {
	const { alias } = compiled;
	const query = seq(
		sql`SELECT DISTINCT ${ident(alias, 'id')} AS ${ident('id')} FROM ${tableAs(collection, alias)} `,
		compiled.joins,
		sql` WHERE ${inList(ident(alias, 'id'), ids)}`,
		andWhere(compiled),
	);
	const rows = await readAll(core, query, compiled.cost, options);
	return new Set(rows.map((row) => String(row['id'])));
}

/** `column IN (…)` with one parameter, so that one statement serves every length. */
export const inList = (column: SqlNode, values: readonly string[]): SqlNode =>
	values.length === 1
		? sql`${column} = ${param(values[0] ?? '')}`
		: sql`${column} IN (SELECT value FROM json_each(${param(JSON.stringify(values))}))`;

/**
 * Whether the stored record with that id passes a rule; the same for view, update, delete, realtime and files.
 * A superuser passes every rule; null lets nobody else pass, '' everyone.
 * @throws RuleError for a rule that cannot be compiled.
 */
export async function passesRule(
	core: Core,
	collection: Collection,
	id: string,
	rule: Rule,
	info: RequestInfo,
	reader?: Reader,
): Promise<boolean> {
	if (isSuperuser(info)) return true;
	if (rule === null) return false;
	const compiled = compileRule(core, collection, rule, info);
	if (!compiled) return true;
	return (await passingIds(core, collection, [id], compiled, { reader })).has(id);
}
