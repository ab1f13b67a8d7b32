import { guard, join as joined, type SqlNode } from '../../sql/index.ts';
import {
	all,
	analyze,
	FilterError,
	LIMITS,
	lower,
	MainScope,
	some,
	type Condition,
} from '../../filter/index.ts';
import { isBoundedWhere, isOrderedByIndex } from './cost.ts';
import { groupedCount } from './count.ts';
import { asRuleError, RuleError } from './error.ts';
import { parseCached } from './parse-cache.ts';
import { CatalogResolver } from './resolver.ts';
import { orderBy, parseSort, rowOrder, settleSort, type SortKey } from './sort.ts';
import type { CompiledRules, RuleQuery } from './types.ts';

/** The base row's name in every statement. No join can be called that. */
const BASE = 'r';

/**
 * Turns rules, a client's filter and its sort into parts of one statement.
 * @throws {RuleError} 403 when the filter or sort of someone who is no superuser names `@request.` or
 * `@collection.`; 400 for everything else that cannot be used
 */
export function compileRules(query: RuleQuery): CompiledRules {
	const isSuperuser = query.request.auth?.isSuperuser === true;
	checkClientNames(query, isSuperuser);
	return asRuleError(() => compile(query, isSuperuser));
}

function compile(query: RuleQuery, isSuperuser: boolean): CompiledRules {
	const { catalog, collection, request, now, source } = query;
	const isDraft = source !== undefined;
	const resolver = new CatalogResolver({ catalog, collection, request, row: undefined, isDraft });
	const read = (text: string): Condition => analyze(parseCached(text), { resolver, now });

	const conditions = query.rules.filter((rule) => rule !== '').map(read);
	resolver.isTrusted = isSuperuser;
	if (query.filter !== undefined && query.filter !== '')
		conditions.push(read(checkLength(query.filter)));
	const keys = query.sort ? parseSort(query.sort, collection, resolver) : [];
	conditions.push(...crossedRules(resolver, query));

	return assemble(query, all(conditions), keys);
}

function assemble(query: RuleQuery, condition: Condition, keys: readonly SortKey[]): CompiledRules {
	const { source, byId = source !== undefined } = query;
	const main = new MainScope(BASE, byId);
	const settled = settleSort(keys, condition, main);
	const asked = settled.length > 0 ? orderBy(settled, main) : undefined;
	const where = lower(condition, main);
	// Without a sort PocketBase gives the order of the table, as far as a plan can.
	const order = asked ?? (main.hasSets && isTable(query) ? rowOrder(main) : undefined);

	const isNarrow = byId || isBoundedWhere(condition);
	const isOrdered = where === undefined && isOrderedByIndex(keys);
	const isBounded =
		!isLongFilter(query) &&
		!main.scans &&
		!main.multiplies &&
		(isNarrow || (where === undefined && (!order || isOrdered)));
	const passes = isBounded || (where === undefined && !order) ? where : guarded(where, query, main);
	return {
		joins: main.joins(),
		where: passes,
		orderBy: order,
		distinct: main.multiplies,
		cost: isBounded ? 'indexed' : 'scan',
		alias: BASE,
		count: isBounded || !isTable(query) ? undefined : groupedCount(query.collection, main, passes),
	};
}

const isTable = ({ collection, source }: RuleQuery): boolean =>
	collection.type !== 'view' && source === undefined;

/** Characters of a client's filter that are asked of a record on the main thread, once per event and listener. */
const shortFilter = 200;

/** A search takes the length of the text times that of the pattern, so that a long filter is work also for one record. */
const isLongFilter = ({ filter }: RuleQuery): boolean => (filter ?? '').length > shortFilter;

/** AND-s the term by which the store ends a query that takes too long. */
function guarded(where: SqlNode | undefined, query: RuleQuery, main: MainScope): SqlNode {
	const baseKind = isTable(query) ? 'table' : 'view';
	const aliases = (kind: 'table' | 'view'): string[] => [
		...(baseKind === kind ? [BASE] : []),
		...(main.multiplies
			? main.rows.filter((row) => row.join.kind === kind).map((row) => row.alias)
			: []),
	];
	const term = guard(aliases('table'), aliases('view'));
	return where === undefined ? term : joined([term, where], ' AND ');
}

/**
 * A client may only see through a relation what its collection lets it list. A row that is not there passes:
 * `a.name != '' || b.name != ''` must not fail because there is no `b`.
 */
function crossedRules(resolver: CatalogResolver, query: RuleQuery): Condition[] {
	const { catalog, request, now } = query;
	return [...resolver.crossed].flatMap(([row, collection]): Condition[] => {
		if (collection.listRule === null || collection.listRule === '') return [];
		const own = new CatalogResolver({ catalog, collection, request, row, isDraft: false });
		const read = (text: string): Condition => analyze(parseCached(text), { resolver: own, now });
		return [some([read("id = ''"), read(collection.listRule)])];
	});
}

function checkLength(filter: string): string {
	if (Buffer.byteLength(filter) > LIMITS.filterBytes)
		throw new FilterError('too_long', 'max filter length limit reached');
	return filter;
}

/**
 * Refuses a client's filter or sort that reads the request or other collections. Only the text is looked at, as in
 * PocketBase: also inside quotes (apis/record_helpers.go).
 * @throws {RuleError} 403
 */
export function checkClientNames(
	query: Pick<RuleQuery, 'filter' | 'sort'>,
	isSuperuser: boolean,
): void {
	if (isSuperuser) return;
	for (const part of [query.filter, query.sort])
		for (const name of ['@collection.', '@request.'])
			if (part?.includes(name))
				throw new RuleError('superusers_only', 403, `Only superusers can filter by ${name}`);
}
