import { randomUUID } from 'node:crypto';
import {
	run as runSchema,
	TinykitError,
	turnCard,
	type Run,
	type StopReason,
	type TurnCard,
} from '#lib/contracts/index.ts';
import { sql, type SqlNode, type Store } from './backends.ts';

/** A run with its end-of-turn card, as later turns see it. */
export interface PastRun extends Run {
	readonly card: TurnCard | undefined;
}

/** The table of runs. */
export interface RunRows {
	/** @throws TinykitError `app_not_found` when the app has just been deleted */
	insert(app: string, text: string): Promise<Run>;
	find(app: string, id: string): Promise<Run | undefined>;
	/** Oldest first. @param limit rows, the newest are kept */
	list(app: string, limit: number): Promise<readonly PastRun[]>;
	newest(app: string): Promise<Run | undefined>;
	setStatus(id: string, status: 'running' | 'waiting'): Promise<void>;
	/** Ends a run; for the transaction that also writes its `stopped`. */
	endQuery(id: string, reason: StopReason, card: TurnCard | undefined): SqlNode;
	/** Runs that no process works on: all that are not ended, right after a start. */
	open(): Promise<readonly Run[]>;
}

export function createRunRows(store: Store, now: () => Date): RunRows {
	return {
		async insert(app, text) {
			const run: Run = {
				id: randomUUID(),
				app,
				text,
				status: 'running',
				reason: null,
				created: now().toISOString(),
				ended: null,
			};
			const { changes } = await store.write((tx) =>
				tx.run(sql`INSERT INTO _tk_runs (id, app, text, status, created)
					SELECT ${run.id}, slug, ${text}, 'running', ${run.created} FROM _tk_apps WHERE slug = ${app}`),
			);
			if (changes === 0) throw new TinykitError('app_not_found');
			return run;
		},
		async find(app, id) {
			const row = await store.get(sql`SELECT * FROM _tk_runs WHERE app = ${app} AND id = ${id}`);
			return row && fromRow(row);
		},
		async list(app, limit) {
			const rows = await store.all(
				sql`SELECT * FROM _tk_runs WHERE app = ${app} ORDER BY created DESC, rowid DESC LIMIT ${limit}`,
			);
			return rows.map(fromRow).reverse();
		},
		async newest(app) {
			const row = await store.get(
				sql`SELECT * FROM _tk_runs WHERE app = ${app} ORDER BY created DESC, rowid DESC LIMIT 1`,
			);
			return row && fromRow(row);
		},
		async setStatus(id, status) {
			await store.write((tx) =>
				tx.run(sql`UPDATE _tk_runs SET status = ${status} WHERE id = ${id} AND status <> 'ended'`),
			);
		},
		endQuery: (id, reason, card) =>
			sql`UPDATE _tk_runs SET status = 'ended', reason = ${reason}, ended = ${now().toISOString()},
				card = ${card === undefined ? null : JSON.stringify(card)} WHERE id = ${id} AND status <> 'ended'`,
		async open() {
			return (await store.all(sql`SELECT * FROM _tk_runs WHERE status <> 'ended'`)).map(fromRow);
		},
	};
}

function fromRow(row: Readonly<Record<string, unknown>>): PastRun {
	const card = row['card'];
	return {
		...runSchema.parse(row),
		card: typeof card === 'string' ? turnCard.parse(JSON.parse(card)) : undefined,
	};
}
