import { seq, slot, sql, text } from '../../sql/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import type { RequestInfo } from '../request-info.ts';
import type { CompiledRules } from '../rules/index.ts';
import { recallAll } from './access.ts';
import type { ReadOptions } from './access.ts';
import { countRecords } from './count.ts';
import { isSuperuser } from './data.ts';
import { checkOpen } from './gate.ts';
import { settleCost } from './list-cost.ts';
import { maxPerPage } from './list-query.ts';
import type { ListQuery } from './list-query.ts';
import { planList } from './list-rules.ts';
import { columnsOf, tableAs } from './row.ts';
import { enrichRows, totalBeside } from './shared.ts';
import type { WireRecord } from './wire.ts';

/** A page of records as on the wire; both totals are -1 when they were not asked for. */
export interface RecordPage {
	/** Frozen when the same list may come again: what is made of it can be remembered by it. */
	readonly items: readonly WireRecord[];
	readonly page: number;
	readonly perPage: number;
	readonly totalItems: number;
	readonly totalPages: number;
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
	const rule = isSuperuser(info) ? '' : (collection.listRule ?? '');
	const rules = await settleCost(core, planList(core, collection, info, { ...query, rule }));
	const { perPage } = query;
	const offset = Math.min((query.page - 1) * perPage, Number.MAX_SAFE_INTEGER);
	const reading: ReadOptions = {
		lasting: { holds: true },
		reader: options.reader,
		get signal() {
			return options.signal;
		},
	};
	const rows = await recallAll(
		core,
		rules.statement('page', selectPage, { perPage, offset }),
		// What is skipped is read all the same.
		offset > maxPerPage ? 'scan' : rules.compiled.cost,
		reading,
	);
	const [items, totalItems] = await Promise.all([
		enrichRows(core, info, collection, rows, reading),
		query.skipTotal
			? -1
			: (totalOf(rows.length, perPage, offset) ??
				totalBeside(rows, () => countRecords(core, rules, options))),
	]);
	return {
		items,
		page: query.page,
		perPage,
		totalItems,
		totalPages: totalItems < 0 ? -1 : Math.ceil(totalItems / perPage),
	};
}

/** A page that is not full ends the list, so that nothing needs to be counted. */
const totalOf = (found: number, perPage: number, offset: number): number | undefined =>
	found < perPage && (found > 0 || offset === 0) ? offset + found : undefined;

function selectPage(collection: Collection, compiled: CompiledRules): SqlNode {
	const { alias } = compiled;
	const tail = sql` LIMIT ${slot('perPage')} OFFSET ${slot('offset')}`;
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
