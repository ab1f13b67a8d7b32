import { ident, seq, sql, text } from '../../sql/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import type { CompiledRules } from '../rules/index.ts';
import { readAll } from './access.ts';
import type { ReadOptions } from './access.ts';
import { tableAs } from './row.ts';

/**
 * How many records pass. Only joins that can multiply rows need a DISTINCT; the rest is a plain COUNT, which
 * SQLite answers from the smallest index that covers the condition.
 */
export async function countRecords(
	core: Core,
	collection: Collection,
	compiled: CompiledRules,
	options: ReadOptions,
): Promise<number> {
	// Also without a condition a count walks a whole index.
	const [row] = await readAll(core, countQuery(collection, compiled), 'scan', options);
	return Number(row?.['total'] ?? 0);
}

export const countQuery = (collection: Collection, compiled: CompiledRules): SqlNode =>
	seq(
		text('SELECT '),
		compiled.distinct ? sql`COUNT(DISTINCT ${keyOf(collection, compiled)})` : text('COUNT(*)'),
		text(' AS total FROM '),
		tableAs(collection, compiled.alias),
		text(' '),
		compiled.joins,
		compiled.where ? sql` WHERE ${compiled.where}` : text(''),
	);

/** Whole numbers are told apart faster than ids; a view has only its id. */
const keyOf = (collection: Collection, { alias }: CompiledRules): SqlNode =>
	collection.type === 'view' ? ident(alias, 'id') : sql`${ident(alias)}.rowid`;
