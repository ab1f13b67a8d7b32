import { randomUUID } from 'node:crypto';
import {
	run as runSchema,
	runOptions,
	TinykitError,
	turnCard,
	type Run,
	type RunKind,
	type RunOptions,
	type StopReason,
	type TurnCard,
} from '#lib/contracts/index.ts';
import { sql, type Reader, type SqlNode, type Store, type Transaction } from '../backends.ts';

/** A run with its end-of-turn card, as later turns see it. */
export interface PastRun extends Run {
	readonly card: TurnCard | undefined;
}

/** A message to an agent. */
export interface NewRun {
	/** Absent: a new one. */
	readonly id?: string;
	readonly text: string;
	/** Id of the member; empty when nobody in particular. */
	readonly author: string;
	readonly options?: RunOptions;
	readonly kind?: RunKind;
	readonly of?: string;
}

/** What stands in the row of a run and in no answer of the API. */
export interface RunSource {
	readonly author: string;
	readonly options: RunOptions;
}

/** The table of runs. */
export interface RunRows {
	/** @throws TinykitError `app_not_found` when the app has just been deleted */
	insert(tx: Transaction, app: string, from: NewRun): Promise<Run>;
	find(app: string, id: string): Promise<Run | undefined>;
	source(id: string): Promise<RunSource>;
	/** Oldest first. @param limit rows, the newest are kept */
	list(app: string, limit: number): Promise<readonly PastRun[]>;
	/** What later turns know of: runs that have ended and were not superseded, oldest first. */
	history(app: string, limit: number): Promise<readonly PastRun[]>;
	newest(app: string): Promise<Run | undefined>;
	statusQuery(id: string, status: 'running' | 'waiting'): SqlNode;
	setBefore(id: string, checkpoint: string): Promise<void>;
	/** Ends a run; for the transaction that also writes its `stopped`. */
	endQuery(id: string, reason: StopReason, card: TurnCard | undefined): SqlNode;
	/** Marks a run of an app, and all that came after it, as undone. @param by the run that takes their place */
	supersedeQuery(app: string, id: string, by: string): SqlNode;
	/** Runs that no process works on: all that are not ended, right after a start. */
	open(): Promise<readonly Run[]>;
	/** The id under which a client's message was accepted before. */
	accepted(reader: Reader, app: string, client: string): Promise<string | undefined>;
	acceptQuery(app: string, client: string, id: string): SqlNode;
}

export function createRunRows(store: Store, now: () => Date): RunRows {
	return {
		async insert(tx, app, { id = randomUUID(), text, author, options = {}, kind = 'message', of }) {
			const run: Run = {
				...{ id, app, text, kind, of: of ?? null, status: 'running', reason: null },
				...{ created: now().toISOString(), ended: null, superseded: false, before: null },
			};
			const { changes } = await tx.run(sql`INSERT INTO _tk_runs
				(id, app, text, status, created, author, kind, "of", options)
				SELECT ${id}, slug, ${text}, 'running', ${run.created}, ${author}, ${kind}, ${run.of}, ${JSON.stringify(options)}
				FROM _tk_apps WHERE slug = ${app}`);
			if (changes === 0) throw new TinykitError('app_not_found');
			return run;
		},
		async find(app, id) {
			const row = await store.get(sql`SELECT * FROM _tk_runs WHERE app = ${app} AND id = ${id}`);
			return row && fromRow(row);
		},
		async source(id) {
			const row = await store.get(sql`SELECT author, options FROM _tk_runs WHERE id = ${id}`);
			const options = runOptions.safeParse(JSON.parse(String(row?.['options'] ?? '{}')));
			return { author: String(row?.['author'] ?? ''), options: options.data ?? {} };
		},
		async list(app, limit) {
			const rows = await store.all(
				sql`SELECT * FROM _tk_runs WHERE app = ${app} ORDER BY created DESC, rowid DESC LIMIT ${limit}`,
			);
			return rows.map(fromRow).reverse();
		},
		async history(app, limit) {
			const rows = await store.all(sql`SELECT * FROM _tk_runs
				WHERE app = ${app} AND status = 'ended' AND superseded = 0
				ORDER BY created DESC, rowid DESC LIMIT ${limit}`);
			return rows.map(fromRow).reverse();
		},
		async newest(app) {
			const row = await store.get(
				sql`SELECT * FROM _tk_runs WHERE app = ${app} ORDER BY created DESC, rowid DESC LIMIT 1`,
			);
			return row && fromRow(row);
		},
		statusQuery: (id, status) =>
			sql`UPDATE _tk_runs SET status = ${status} WHERE id = ${id} AND status <> 'ended'`,
		async setBefore(id, checkpoint) {
			await store.write((tx) =>
				tx.run(
					sql`UPDATE _tk_runs SET "before" = ${checkpoint} WHERE id = ${id} AND "before" IS NULL`,
				),
			);
		},
		endQuery: (id, reason, card) =>
			sql`UPDATE _tk_runs SET status = 'ended', reason = ${reason}, ended = ${now().toISOString()},
				card = ${card === undefined ? null : JSON.stringify(card)} WHERE id = ${id} AND status <> 'ended'`,
		supersedeQuery: (app, id, by) =>
			sql`UPDATE _tk_runs SET superseded = 1
				WHERE app = ${app} AND id <> ${by} AND rowid >= (SELECT rowid FROM _tk_runs WHERE app = ${app} AND id = ${id})`,
		async open() {
			const rows = await store.all(
				sql`SELECT * FROM _tk_runs WHERE status <> 'ended' ORDER BY created, rowid`,
			);
			return rows.map(fromRow);
		},
		async accepted(reader, app, client) {
			const row = await reader.get(
				sql`SELECT id FROM _tk_accepted WHERE app = ${app} AND client = ${client}`,
			);
			return row && String(row['id']);
		},
		acceptQuery: (app, client, id) =>
			sql`INSERT INTO _tk_accepted (app, client, id) VALUES (${app}, ${client}, ${id})`,
	};
}

function fromRow(row: Readonly<Record<string, unknown>>): PastRun {
	const card = row['card'];
	return {
		...runSchema.parse({ ...row, superseded: row['superseded'] === 1 }),
		card: typeof card === 'string' ? turnCard.parse(JSON.parse(card)) : undefined,
	};
}
