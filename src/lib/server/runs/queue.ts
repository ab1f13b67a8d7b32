import { randomUUID } from 'node:crypto';
import {
	stopReason,
	TinykitError,
	type Queue,
	type QueuedMessage,
	type Run,
	type StopReason,
} from '#lib/contracts/index.ts';
import { sql, type Reader, type Row, type Store, type Transaction } from '../backends.ts';
import type { NewRun, RunRows } from './rows.ts';

export interface QueuePatch {
	readonly text?: string | undefined;
	/** From 1; past the end means the end. */
	readonly position?: number | undefined;
}

/** Messages of an app that wait for their turn, first in, first out. Each transaction leaves the ranks 1, 2, 3 … */
export interface RunQueue {
	list(app: string): Promise<Queue>;
	/** @throws TinykitError `queue_full` */
	add(tx: Transaction, app: string, message: NewRun): Promise<QueuedMessage>;
	find(app: string, id: string): Promise<QueuedMessage | undefined>;
	/** @throws TinykitError `message_not_found`, also when it has just become a run */
	update(app: string, id: string, patch: QueuePatch): Promise<void>;
	/** @throws TinykitError `message_not_found` */
	remove(app: string, id: string): Promise<void>;
	/** The first message becomes a run, in one step; undefined when none waits or the queue is paused. */
	take(tx: Transaction, app: string): Promise<Run | undefined>;
	/** After any end but `done` nothing starts by itself. */
	pause(tx: Transaction, app: string, reason: StopReason): Promise<void>;
	unpause(app: string): Promise<void>;
	/** Apps whose next message may start. */
	ready(): Promise<readonly string[]>;
}

const maxWaiting = 50;

export function createRunQueue(store: Store, rows: RunRows, now: () => Date): RunQueue {
	const waiting = (reader: Reader, app: string): Promise<Row[]> =>
		reader.all(sql`SELECT * FROM _tk_queue WHERE app = ${app} ORDER BY rank`);
	const renumber = async (tx: Transaction, app: string, ids: readonly unknown[]): Promise<void> => {
		for (const [index, id] of ids.entries())
			await tx.run(sql`UPDATE _tk_queue SET rank = ${index + 1} WHERE id = ${String(id)}`);
		// A queue that has run empty begins anew.
		if (ids.length === 0) await tx.run(sql`DELETE FROM _tk_queue_pauses WHERE app = ${app}`);
	};
	const found = async (tx: Reader, app: string, id: string): Promise<readonly unknown[]> => {
		const ids = (await waiting(tx, app)).map((row) => row['id']);
		if (!ids.includes(id)) throw new TinykitError('message_not_found');
		return ids;
	};

	return {
		async list(app) {
			const pause = await store.get(sql`SELECT * FROM _tk_queue_pauses WHERE app = ${app}`);
			return {
				items: (await waiting(store, app)).map(fromRow),
				paused: pause
					? { reason: stopReason.parse(pause['reason']), since: String(pause['since']) }
					: null,
			};
		},
		async add(tx, app, { id = randomUUID(), text, author, options = {} }) {
			const rank = (await waiting(tx, app)).length + 1;
			if (rank > maxWaiting) throw new TinykitError('queue_full');
			const created = now().toISOString();
			await tx.run(sql`INSERT INTO _tk_queue (id, app, rank, text, options, author, created)
				VALUES (${id}, ${app}, ${rank}, ${text}, ${JSON.stringify(options)}, ${author}, ${created})`);
			return { id, text, position: rank, created };
		},
		async find(app, id) {
			const row = await store.get(sql`SELECT * FROM _tk_queue WHERE app = ${app} AND id = ${id}`);
			return row && fromRow(row);
		},
		async update(app, id, { text, position }) {
			await store.write(async (tx) => {
				const ids = await found(tx, app, id);
				if (text !== undefined)
					await tx.run(sql`UPDATE _tk_queue SET text = ${text} WHERE id = ${id}`);
				if (position === undefined) return;
				const others = ids.filter((other) => other !== id);
				await renumber(tx, app, others.toSpliced(position - 1, 0, id));
			});
		},
		async remove(app, id) {
			await store.write(async (tx) => {
				const ids = await found(tx, app, id);
				await tx.run(sql`DELETE FROM _tk_queue WHERE id = ${id}`);
				await renumber(
					tx,
					app,
					ids.filter((other) => other !== id),
				);
			});
		},
		async take(tx, app) {
			if (await tx.get(sql`SELECT 1 AS paused FROM _tk_queue_pauses WHERE app = ${app}`))
				return undefined;
			const [first, ...rest] = await waiting(tx, app);
			if (!first) return undefined;
			await tx.run(sql`DELETE FROM _tk_queue WHERE id = ${String(first['id'])}`);
			await renumber(
				tx,
				app,
				rest.map((row) => row['id']),
			);
			return rows.insert(tx, app, {
				id: String(first['id']),
				text: String(first['text']),
				author: String(first['author']),
				options: JSON.parse(String(first['options'])) as NonNullable<NewRun['options']>,
			});
		},
		async pause(tx, app, reason) {
			await tx.run(sql`INSERT INTO _tk_queue_pauses (app, reason, since)
				SELECT ${app}, ${reason}, ${now().toISOString()} WHERE EXISTS (SELECT 1 FROM _tk_queue WHERE app = ${app})
				ON CONFLICT (app) DO UPDATE SET reason = excluded.reason, since = excluded.since`);
		},
		async unpause(app) {
			await store.write((tx) => tx.run(sql`DELETE FROM _tk_queue_pauses WHERE app = ${app}`));
		},
		async ready() {
			const found = await store.all(sql`SELECT DISTINCT app FROM _tk_queue
				WHERE app NOT IN (SELECT app FROM _tk_queue_pauses) ORDER BY app`);
			return found.map((row) => String(row['app']));
		},
	};
}

const fromRow = (row: Row): QueuedMessage => ({
	id: String(row['id']),
	text: String(row['text']),
	position: Number(row['rank']),
	created: String(row['created']),
});
