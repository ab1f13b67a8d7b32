import { ident, seq, slot, sql, text } from '../../sql/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import type { CompiledRules } from '../rules/index.ts';
import { recallAll } from './access.ts';
import type { ReadOptions } from './access.ts';
import { rowsOf } from './list-cost.ts';
import type { ListRules } from './list-rules.ts';
import { tableAs } from './row.ts';

/** Rows that are looked at on the main thread; what is more goes to the readers. A row takes some 20 ns. */
const atOnce = 5000;
/** Rows of a table that are counted there without looking: whole pages of the smallest index, 60 µs. */
const wholeAtOnce = 100_000;

/**
 * How many records pass. Only joins that can multiply rows need a DISTINCT; the rest is a plain COUNT, which
 * SQLite answers from the smallest index that covers the condition.
 */
export async function countRecords(
	core: Core,
	rules: ListRules,
	options: ReadOptions,
): Promise<number> {
	const { collection, compiled } = rules;
	const isTable = collection.type !== 'view';
	if (isTable && compiled.where === undefined) {
		const isSmall = (await rowsOf(core, collection)) <= wholeAtOnce;
		return count(core, rules, isSmall ? 'indexed' : 'scan', options);
	}
	if (isTable && compiled.cost === 'indexed') {
		// Stops one past the limit, so that it takes no longer than a page whatever the table holds.
		const query = rules.statement('count few', countFew, { most: atOnce + 1 });
		const [row] = await recallAll(core, query, 'indexed', options);
		const few = Number(row?.['total'] ?? 0);
		if (few <= atOnce) return few;
	}
	return count(core, rules, 'scan', options);
}

async function count(
	core: Core,
	rules: ListRules,
	cost: 'indexed' | 'scan',
	options: ReadOptions,
): Promise<number> {
	const query = rules.statement(
		'count',
		(collection, compiled) => compiled.count ?? countAll(collection, compiled),
	);
	const [row] = await recallAll(core, query, cost, options);
	return Number(row?.['total'] ?? 0);
}

const countFew = (collection: Collection, compiled: CompiledRules): SqlNode =>
	seq(
		text('SELECT COUNT(*) AS total FROM (SELECT 1'),
		passing(collection, compiled),
		sql` LIMIT ${slot('most')})`,
	);

const countAll = (collection: Collection, compiled: CompiledRules): SqlNode =>
	seq(
		text('SELECT '),
		compiled.distinct ? sql`COUNT(DISTINCT ${keyOf(collection, compiled)})` : text('COUNT(*)'),
		text(' AS total'),
		passing(collection, compiled),
	);

const passing = (collection: Collection, compiled: CompiledRules): SqlNode =>
	seq(
		text(' FROM '),
		tableAs(collection, compiled.alias),
		text(' '),
		compiled.joins,
		compiled.where ? sql` WHERE ${compiled.where}` : text(''),
	);

/** Whole numbers are told apart faster than ids; a view has only its id. */
const keyOf = (collection: Collection, { alias }: CompiledRules): SqlNode =>
	collection.type === 'view' ? ident(alias, 'id') : sql`${ident(alias)}.rowid`;
