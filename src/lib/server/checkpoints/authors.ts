import { ident, joinSql as join, sql, type SqliteScript, type SqlNode } from '../backends.ts';
import type { PlainCollection } from '../schema/index.ts';
import { differs } from './merge-sql.ts';
import type { Table } from './targets.ts';

interface Moment {
	readonly database: string;
	readonly schema: readonly PlainCollection[];
}

/** The time between two checkpoints that follow each other. */
export interface Interval {
	readonly from: Moment;
	readonly to: Moment;
	/** A turn in which the agent used a tool that can write rows. */
	readonly isAgents: boolean;
}

/**
 * Fills the list `agent`: rows that only the agent wrote. Nothing in a row says who wrote it, so it is told from when:
 * a row that changed during such a turn, and at no other time.
 */
export async function findAgentRows(
	script: SqliteScript,
	tables: readonly Table[],
	intervals: readonly Interval[],
): Promise<void> {
	if (!intervals.some(({ isAgents }) => isAgents)) return;
	await script.run(
		sql`CREATE TEMP TABLE people (c TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (c, id)) WITHOUT ROWID`,
	);
	for (const { from, to, isAgents } of intervals) {
		if (from.database === to.database) continue;
		await script.run(
			sql`ATTACH DATABASE ${from.database} AS ${ident('before')}`,
			sql`ATTACH DATABASE ${to.database} AS ${ident('after')}`,
		);
		const list = isAgents ? 'agent' : 'people';
		for (const { id } of tables) {
			const old = from.schema.find((each) => each.id === id);
			const next = to.schema.find((each) => each.id === id);
			if (next && next.type !== 'view') await script.run(writtenBetween(list, id, old, next));
		}
		await script.run(sql`DETACH DATABASE before`, sql`DETACH DATABASE after`);
	}
	await script.run(
		sql`DELETE FROM agent WHERE EXISTS (SELECT 1 FROM people p WHERE p.c = agent.c AND p.id = agent.id)`,
	);
}

/** Rows of the later moment that are new or hold other values than before, in the fields that both have. */
function writtenBetween(
	list: string,
	id: string,
	old: PlainCollection | undefined,
	next: PlainCollection,
): SqlNode {
	const into = sql`INSERT OR IGNORE INTO ${ident('temp', list)} SELECT ${id}, q.id FROM ${ident('after', next.name)} q`;
	if (!old) return into;
	const pairs = next.fields.flatMap((field) => {
		const before = old.fields.find((other) => other.id === field.id);
		return before ? [[before.name, field.name] as const] : [];
	});
	return join(
		[
			into,
			sql`LEFT JOIN ${ident('before', old.name)} p ON p.id = q.id`,
			sql`WHERE p.id IS NULL OR ${differs(pairs, 'p', 'q')}`,
		],
		' ',
	);
}
