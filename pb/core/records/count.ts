import { ident, seq, sql, text } from '../../sql/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import type { CompiledRules } from '../rules/index.ts';
import { readAll } from './access.ts';
import type { ReadOptions } from './access.ts';
import { tableAs } from './row.ts';

/** Rows that are counted at once; what is more goes to the readers. A row takes some 20 ns. */
const atOnce = 5000;

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
	if (compiled.cost === 'indexed' && collection.type !== 'view') {
		const few = await countUpTo(core, collection, compiled, options);
		if (few <= atOnce) return few;
	}
	const [row] = await readAll(
		core,
		compiled.count ?? countQuery(collection, compiled),
		'scan',
		options,
	);
	return Number(row?.['total'] ?? 0);
}

/** Stops one past the limit, so that it takes no longer than a page whatever the table holds. */
async function countUpTo(
	core: Core,
	collection: Collection,
	compiled: CompiledRules,
	options: ReadOptions,
): Promise<number> {
	const rows = seq(
		text('SELECT 1 FROM '),
		tableAs(collection, compiled.alias),
		text(' '),
		compiled.joins,
		compiled.where ? sql` WHERE ${compiled.where}` : text(''),
	);
	const query = sql`SELECT COUNT(*) AS total FROM (${rows} LIMIT ${atOnce + 1})`;
	const [row] = await readAll(core, query, 'indexed', options);
	return Number(row?.['total'] ?? 0);
}

const countQuery = (collection: Collection, compiled: CompiledRules): SqlNode =>
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
