import { joinSql, sql, type Store } from '../backends.ts';
import type { Turn } from './types.ts';

/** What the tables of runs tell about turns. */
export interface TurnLog {
	/** Id of the run of this app that has not ended, parked ones included. */
	openRun(app: string): Promise<string | undefined>;
	/** Runs that were at work when the last process ended. */
	cutOff(): Promise<readonly Turn[]>;
	/** Which of these runs called a tool that can write rows. */
	withRowWriters(runs: readonly string[]): Promise<ReadonlySet<string>>;
}

export function createTurnLog(store: Store, rowWriters: readonly string[]): TurnLog {
	return {
		async openRun(app) {
			const row = await store.get(
				sql`SELECT id FROM _tk_runs WHERE app = ${app} AND status <> 'ended' LIMIT 1`,
			);
			return row && String(row['id']);
		},
		async cutOff() {
			const rows = await store.all(sql`SELECT id, app, text FROM _tk_runs
				WHERE status <> 'ended' AND id NOT IN (SELECT run FROM _tk_parked)`);
			return rows.map((row) => ({
				id: String(row['id']),
				app: String(row['app']),
				text: String(row['text']),
			}));
		},
		async withRowWriters(runs) {
			const found = new Set<string>();
			if (rowWriters.length === 0) return found;
			const tools = joinSql(
				rowWriters.map((name) => sql`${name}`),
				', ',
			);
			for (const run of new Set(runs)) {
				const row = await store.get(sql`SELECT 1 FROM _tk_events WHERE run = ${run}
					AND body ->> '$.type' = 'tool_started' AND body ->> '$.name' IN (${tools}) LIMIT 1`);
				if (row) found.add(run);
			}
			return found;
		},
	};
}
