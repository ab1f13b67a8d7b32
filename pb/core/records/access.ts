import { ident, param, seq, slot, sql, text } from '../../sql/index.ts';
import type { Query, Reader, Row, ScanOptions, Store } from '../../store/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Collection, Rule } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { compileRules, planRules } from '../rules/index.ts';
import type { CompiledRules, PlanQuery } from '../rules/index.ts';
import type { RequestInfo } from '../request-info.ts';
import { isSuperuser } from './data.ts';
import { findRecord } from './find.ts';
import type { StoredRecord } from './record.ts';
import { columnsOf, tableAs, toRecord } from './row.ts';

/** A read that belongs to a request: where it looks, and what ends it early. */
export interface ReadOptions {
	/** Default: the last commit. A transaction sees its own changes. */
	readonly reader?: Reader | undefined;
	readonly signal?: AbortSignal | undefined;
	/** Cleared when what was read may be something else the next time, although nothing was written in between. */
	readonly lasting?: { holds: boolean } | undefined;
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
): CompiledRules | undefined {
	if (rule === '' || isSuperuser(info)) return undefined;
	return compileRules({
		catalog: core.catalog,
		collection,
		request: info,
		now: core.now(),
		rules: [rule],
		byId: true,
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

/** The same for what many ask alike. The rows are shared, see `Store.recall`. */
export function recallAll(
	core: Core,
	query: Query,
	cost: 'indexed' | 'scan',
	options: ReadOptions,
): Promise<readonly Row[]> {
	if (options.reader) return readAll(core, query, cost, options);
	const { lasting } = options;
	const onFleeting = lasting && ((): void => void (lasting.holds = false));
	if (cost === 'indexed') return core.store.recall(query, { as: 'all', onFleeting });
	return core.store.recall(query, {
		as: 'scan',
		onFleeting,
		// Made when first looked at, which a known answer never does.
		get signal() {
			return options.signal;
		},
	});
}

/**
 * `recallAll` for what belongs to many records; of a single one little is read, and seldom the same again.
 * A list is many, however few records it has: `lasting` is told about each of its reads.
 */
export const readShared = (
	records: readonly unknown[],
	core: Core,
	query: Query,
	cost: 'indexed' | 'scan',
	options: ReadOptions,
): Promise<readonly Row[]> =>
	(records.length > 1 || options.lasting ? recallAll : readAll)(core, query, cost, options);

const isStore = (reader: Reader | Store): reader is Store => 'scan' in reader;

/** What a rule makes of a single record. */
export const costOf = (compiled: CompiledRules | undefined): 'indexed' | 'scan' =>
	compiled?.cost ?? 'indexed';

const readOne = async (
	core: Core,
	query: Query,
	cost: 'indexed' | 'scan',
	options: ReadOptions,
): Promise<Row | undefined> =>
	cost === 'scan'
		? (await readAll(core, query, cost, options))[0]
		: (options.reader ?? core.store).get(query);

/** `SELECT <columns>` of the record with that id, when it passes the rule. */
function selectAllowed(
	collection: Collection,
	id: SqlNode,
	compiled: CompiledRules | undefined,
	columns = columnsOf(collection, compiled?.alias ?? collection.name),
): SqlNode {
	const alias = compiled?.alias ?? collection.name;
	return seq(
		text('SELECT '),
		columns,
		text(' FROM '),
		tableAs(collection, alias),
		text(' '),
		joinsOf(compiled),
		sql` WHERE ${ident(alias, 'id')} = ${id}`,
		andWhere(compiled),
		text(' LIMIT 1'),
	);
}

/** The record with that id, when it passes the rule: one statement. */
export async function findAllowed(
	core: Core,
	collection: Collection,
	id: string,
	compiled: CompiledRules | undefined,
	options: ReadOptions = {},
): Promise<StoredRecord | undefined> {
	const query = selectAllowed(collection, param(id), compiled);
	const row = await readOne(core, query, costOf(compiled), options);
	return row && toRecord(collection, row);
}

/**
 * The same for a rule, whose statement is made once for all requests of a kind (`planRules`).
 * @throws RuleError for a rule that cannot be compiled.
 */
export async function findPassing(
	core: Core,
	collection: Collection,
	id: string,
	rule: string,
	info: RequestInfo,
	options: ReadOptions = {},
): Promise<StoredRecord | undefined> {
	if (rule === '' || isSuperuser(info)) return findRecord(core, collection, id, options.reader);
	const asked = byId(core, collection, rule, info);
	const plan = planRules(asked);
	if (!plan)
		return findAllowed(core, collection, id, compileRule(core, collection, rule, info), options);
	const query = plan.statement(
		'find',
		(compiled) => selectAllowed(collection, slot('id'), compiled),
		asked,
		{ id },
	);
	const row = await readOne(core, query, plan.compiled.cost, options);
	return row && toRecord(collection, row);
}

const byId = (
	core: Core,
	collection: Collection,
	rule: string,
	request: RequestInfo,
): PlanQuery => ({
	catalog: core.catalog,
	collection,
	request,
	now: core.now,
	rules: [rule],
	byId: true,
});

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
	if (rule === '') return true;
	const asked = byId(core, collection, rule, info);
	const plan = planRules(asked);
	const select = (compiled: CompiledRules, node: SqlNode): SqlNode =>
		selectAllowed(collection, node, compiled, text('1 AS found'));
	if (plan) {
		const query = plan.statement('passes', (each) => select(each, slot('id')), asked, { id });
		return (await readOne(core, query, plan.compiled.cost, { reader })) !== undefined;
	}
	const compiled = compileRules({ ...asked, now: core.now() });
	return (
		(await readOne(core, select(compiled, param(id)), compiled.cost, { reader })) !== undefined
	);
}
