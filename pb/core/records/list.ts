import { param, seq, sql, text } from '../../sql/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { badRequest } from '../errors.ts';
import type { RequestInfo } from '../request-info.ts';
import { compileRules } from '../rules/index.ts';
import type { CompiledRules } from '../rules/index.ts';
import { readAll } from './access.ts';
import type { ReadOptions } from './access.ts';
import { countRecords } from './count.ts';
import { isSuperuser } from './data.ts';
import { enrichRecords } from './enrich.ts';
import { checkOpen } from './gate.ts';
import { settleCost } from './list-cost.ts';
import { columnsOf, tableAs, toRecord } from './row.ts';
import type { WireRecord } from './wire.ts';

export interface ListQuery {
	/** From 1. */
	readonly page: number;
	/** 1 to 1,000. */
	readonly perPage: number;
	readonly skipTotal: boolean;
	readonly sort: string;
	readonly filter: string;
}

/** A page of records as on the wire; both totals are -1 when they were not asked for. */
export interface RecordPage {
	readonly items: readonly WireRecord[];
	readonly page: number;
	readonly perPage: number;
	readonly totalItems: number;
	readonly totalPages: number;
}

const defaultPerPage = 30;
const maxPerPage = 1000;

/**
 * Reads `page`, `perPage`, `skipTotal`, `sort` and `filter` of a query string (tools/search/provider.go).
 * @throws ApiError 400 for a number or boolean that is none.
 */
export function parseListQuery(query: { get(name: string): string | null | undefined }): ListQuery {
	const perPage = parseWhole(query.get('perPage'), 0);
	return {
		page: Math.max(1, parseWhole(query.get('page'), 1)),
		perPage: perPage <= 0 ? defaultPerPage : Math.min(perPage, maxPerPage),
		skipTotal: parseBool(query.get('skipTotal')),
		sort: query.get('sort') ?? '',
		filter: query.get('filter') ?? '',
	};
}

/** Go's strconv.Atoi. */
function parseWhole(raw: string | null | undefined, fallback: number): number {
	if (raw === null || raw === undefined || raw === '') return fallback;
	const value = Number(raw);
	if (!/^[+-]?\d+$/.test(raw) || Math.abs(value) >= 2 ** 63) throw badRequest();
	return Math.max(-1, Math.min(value, Number.MAX_SAFE_INTEGER));
}

/** Go's strconv.ParseBool. */
function parseBool(raw: string | null | undefined): boolean {
	if (raw === null || raw === undefined || raw === '') return false;
	if (/^(?:1|t|T|true|TRUE|True)$/.test(raw)) return true;
	if (/^(?:0|f|F|false|FALSE|False)$/.test(raw)) return false;
	throw badRequest();
}

/**
 * Lists the records that pass the collection's list rule and the client's filter.
 * @throws ApiError 403 when only superusers may list, or when the filter names `@request.` or `@collection.`;
 * 400 for an invalid filter or sort; StoreError `query_timeout` for a query that takes too long.
 */
export async function listRecords(
	core: Core,
	collection: Collection,
	info: RequestInfo,
	query: ListQuery,
	options: ReadOptions = {},
): Promise<RecordPage> {
	checkOpen(collection.listRule, info);
	const rules = compileRules({
		catalog: core.catalog,
		collection,
		request: info,
		now: core.now(),
		rules: [isSuperuser(info) ? '' : (collection.listRule ?? '')],
		filter: query.filter,
		sort: query.sort,
	});
	const compiled = await settleCost(core, collection, rules, query.filter !== '');
	const offset = Math.min((query.page - 1) * query.perPage, Number.MAX_SAFE_INTEGER);
	const rows = await readAll(
		core,
		selectPage(collection, compiled, query.perPage, offset),
		// What is skipped is read all the same.
		offset > maxPerPage ? 'scan' : compiled.cost,
		options,
	);
	const records = rows.map((row) => toRecord(collection, row));
	const [items, totalItems] = await Promise.all([
		enrichRecords(core, info, records, options),
		query.skipTotal
			? -1
			: (totalOf(records.length, query.perPage, offset) ??
				countRecords(core, collection, compiled, options)),
	]);
	return {
		items,
		page: query.page,
		perPage: query.perPage,
		totalItems,
		totalPages: totalItems < 0 ? -1 : Math.ceil(totalItems / query.perPage),
	};
}

/** A page that is not full ends the list, so that nothing needs to be counted. */
const totalOf = (found: number, perPage: number, offset: number): number | undefined =>
	found < perPage && (found > 0 || offset === 0) ? offset + found : undefined;

function selectPage(
	collection: Collection,
	compiled: CompiledRules,
	limit: number,
	offset: number,
): SqlNode {
	const { alias } = compiled;
	const tail = sql` LIMIT ${param(limit)} OFFSET ${param(offset)}`;
	const order = compiled.orderBy ? sql` ORDER BY ${compiled.orderBy}` : text('');
	const condition = compiled.where ? sql` WHERE ${compiled.where}` : text('');
	const from = seq(text(' FROM '), tableAs(collection, alias), text(' '), compiled.joins);
	return seq(
		text(compiled.distinct ? 'SELECT DISTINCT ' : 'SELECT '),
		columnsOf(collection, alias),
		from,
		condition,
		order,
		tail,
	);
}
