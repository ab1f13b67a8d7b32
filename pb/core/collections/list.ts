import { ident, sql, text } from '../../sql/index.ts';
import type { Core } from '../core.ts';
import { castString } from '../fields/index.ts';
import type { RequestInfo } from '../request-info.ts';
import { compileRules } from '../rules/index.ts';
import { systemField } from './defaults.ts';
import type { BaseCollection, Collection } from './types.ts';

export interface CollectionQuery {
	/** From 1. */
	readonly page: number;
	/** From 1. */
	readonly perPage: number;
	readonly skipTotal: boolean;
	/** Over id, created, updated, name, system, type. */
	readonly filter: string;
	readonly sort: string;
}

export interface CollectionPage {
	readonly items: readonly Collection[];
	readonly page: number;
	readonly perPage: number;
	/** -1 when it was not asked for. */
	readonly totalItems: number;
	readonly totalPages: number;
}

/** The table of collections itself, so that the rule language can be compiled against it. */
const collectionsTable: BaseCollection = {
	type: 'base',
	id: '_collections',
	name: '_collections',
	system: true,
	fields: [
		systemField('text', 'id', { primaryKey: true }),
		systemField('text', 'created'),
		systemField('text', 'updated'),
		systemField('text', 'name'),
		systemField('bool', 'system'),
		systemField('text', 'type'),
	],
	indexes: [],
	listRule: null,
	viewRule: null,
	createRule: null,
	updateRule: null,
	deleteRule: null,
	created: '',
	updated: '',
};

/**
 * Lists collections for a superuser.
 * @throws RuleError 400 for an invalid filter or sort.
 */
export async function listCollections(
	core: Core,
	request: RequestInfo,
	query: CollectionQuery,
): Promise<CollectionPage> {
	const { joins, where, orderBy, alias } = compileRules({
		catalog: core.catalog,
		collection: collectionsTable,
		request,
		now: core.now(),
		rules: [],
		filter: query.filter,
		sort: query.sort,
	});
	const from = sql`FROM _collections AS ${ident(alias)} ${joins}${where === undefined ? text('') : sql` WHERE ${where}`}`;
	// In order of creation unless asked otherwise.
	const order = sql` ORDER BY ${orderBy ?? ident(alias, 'rowid')}`;
	const offset = (query.page - 1) * query.perPage;
	const rows = await core.store.scan(
		sql`SELECT id ${from}${order} LIMIT ${query.perPage} OFFSET ${offset}`,
	);
	const count = query.skipTotal
		? undefined
		: (await core.store.scan(sql`SELECT COUNT(*) AS total ${from}`))[0];
	const totalItems = query.skipTotal ? -1 : Number(count?.['total'] ?? 0);
	return {
		items: rows.flatMap((row) => core.catalog.find(castString(row['id'])) ?? []),
		page: query.page,
		perPage: query.perPage,
		totalItems,
		totalPages: query.skipTotal ? -1 : Math.ceil(totalItems / query.perPage),
	};
}
