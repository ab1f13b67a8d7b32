import { ident, param, sql, text } from '../../sql/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { isMultiple } from '../fields/index.ts';
import type { RelationField } from '../fields/index.ts';
import { hasLeadingIndex } from '../rules/index.ts';
import { readShared } from './access.ts';
import type { ReadOptions } from './access.ts';

/** Most records a back-relation leads to. */
const maxReferences = 1000;

/** The items of a column that holds one id or a list of them, as a table with a column `value`. */
export const eachItem = (column: SqlNode): SqlNode =>
	sql`json_each(CASE WHEN iif(json_valid(${column}), json_type(${column}) = 'array', FALSE) THEN ${column} ELSE json_array(${column}) END)`;

/**
 * For each id the ids of the records of `source` whose relation `field` points at it, at most 1,000: one statement
 * for all, so that a field without an index is scanned once.
 */
export async function readBackReferences(
	core: Core,
	source: Collection,
	field: RelationField,
	ids: readonly string[],
	options: ReadOptions,
): Promise<Map<string, string[]>> {
	const column = ident(source.name, field.name);
	const wanted = sql`(SELECT value FROM json_each(${param(JSON.stringify(ids))}))`;
	const order = source.type === 'view' ? text('') : sql` ORDER BY ${ident(source.name)}.rowid`;
	const target = isMultiple(field) ? text('__je.value') : column;
	const from = isMultiple(field)
		? sql`${ident(source.name)}, ${eachItem(column)} AS __je`
		: ident(source.name);
	const query = sql`SELECT id, target FROM (SELECT ${ident(source.name, 'id')} AS id, ${target} AS target, ROW_NUMBER() OVER (PARTITION BY ${target}${order}) AS place FROM ${from} WHERE ${target} IN ${wanted}) WHERE place <= ${param(maxReferences)}`;
	const isIndexed = !isMultiple(field) && hasLeadingIndex(source, field.name);
	const cost = isIndexed ? 'indexed' : 'scan';
	const rows = await readShared(ids, core, query, cost, options);
	const references = new Map<string, string[]>();
	for (const row of rows) {
		const to = String(row['target']);
		const known = references.get(to);
		if (known) known.push(String(row['id']));
		else references.set(to, [String(row['id'])]);
	}
	return references;
}
