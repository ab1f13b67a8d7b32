import { ident, sql, text, type SqlNode } from '../../sql/index.ts';
import type { Row } from '../../store/index.ts';
import { systemField } from '../collections/defaults.ts';
import type { BaseCollection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import type { ListQuery } from '../records/index.ts';
import type { RequestInfo } from '../request-info.ts';
import { compileRules, type CompiledRules } from '../rules/index.ts';

export interface LogEntry {
	readonly id: string;
	readonly level: number;
	readonly message: string;
	readonly data: unknown;
	readonly created: string;
}

export interface LogPage {
	readonly items: readonly LogEntry[];
	readonly page: number;
	readonly perPage: number;
	/** -1 when it was not asked for. */
	readonly totalItems: number;
	readonly totalPages: number;
}

/** The table of logs as a collection, so that the rule language can be compiled against it. */
const logsTable: BaseCollection = {
	type: 'base',
	id: '_logs',
	name: '_logs',
	system: true,
	fields: [
		systemField('text', 'id', { primaryKey: true }),
		systemField('text', 'created'),
		systemField('number', 'level'),
		systemField('text', 'message'),
		systemField('json', 'data'),
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

interface LogSelection {
	readonly from: SqlNode;
	readonly compiled: CompiledRules;
}

/** @throws RuleError 400 for an invalid filter or sort. */
function select(core: Core, request: RequestInfo, filter = '', sort = ''): LogSelection {
	const compiled = compileRules({
		catalog: core.catalog,
		collection: logsTable,
		request,
		now: core.now(),
		rules: [],
		filter,
		sort,
	});
	const { joins, where, alias } = compiled;
	const condition = where === undefined ? text('') : sql` WHERE ${where}`;
	return { compiled, from: sql`FROM _logs AS ${ident(alias)} ${joins}${condition}` };
}

/** Log entries for a superuser. @throws RuleError 400 for an invalid filter or sort. */
export async function listLogs(
	core: Core,
	request: RequestInfo,
	query: ListQuery,
): Promise<LogPage> {
	const { page, perPage, skipTotal } = query;
	const { compiled, from } = select(core, request, query.filter, query.sort);
	const { alias, orderBy } = compiled;
	const order = sql` ORDER BY ${orderBy ?? ident(alias, 'rowid')}`;
	const rows = await core.auxiliary.scan(
		sql`SELECT ${ident(alias)}.* ${from}${order} LIMIT ${perPage} OFFSET ${(page - 1) * perPage}`,
	);
	const count = skipTotal
		? undefined
		: (await core.auxiliary.scan(sql`SELECT COUNT(*) AS total ${from}`))[0];
	const totalItems = skipTotal ? -1 : Number(count?.['total'] ?? 0);
	return {
		items: rows.map(toEntry),
		page,
		perPage,
		totalItems,
		totalPages: skipTotal ? -1 : Math.ceil(totalItems / perPage),
	};
}

export async function findLog(core: Core, id: string): Promise<LogEntry | undefined> {
	const row = await core.auxiliary.get(sql`SELECT * FROM _logs WHERE id = ${id}`);
	return row && toEntry(row);
}

/** Entries per hour, oldest first. @throws RuleError 400 for an invalid filter. */
export async function logStats(
	core: Core,
	request: RequestInfo,
	filter: string,
): Promise<{ readonly date: string; readonly total: number }[]> {
	const { compiled, from } = select(core, request, filter);
	const hour = sql`strftime('%Y-%m-%d %H:00:00', ${ident(compiled.alias, 'created')})`;
	const rows = await core.auxiliary.scan(
		sql`SELECT COUNT(*) AS total, ${hour} AS hour ${from} GROUP BY hour`,
	);
	return rows.map((row) => ({ date: `${String(row['hour'])}.000Z`, total: Number(row['total']) }));
}

const toEntry = (row: Row): LogEntry => ({
	id: String(row['id']),
	level: Number(row['level']),
	message: String(row['message']),
	data: parse(String(row['data'])),
	created: String(row['created']),
});

function parse(json: string): unknown {
	try {
		return JSON.parse(json) as unknown;
	} catch {
		return {};
	}
}
