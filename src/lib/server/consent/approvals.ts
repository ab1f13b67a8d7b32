import { randomUUID } from 'node:crypto';
import { approval as schema, TinykitError, type Approval } from '#lib/contracts/index.ts';
import { sql, type Store } from '../backends.ts';

type Decision = 'accepted' | 'rejected' | 'stale';

interface Waiter {
	readonly settle: (decision: Decision) => void;
	/** A click is being written down: it counts, also when the run is stopped at that moment. */
	readonly hold: () => void;
	/** It could not be written. */
	readonly release: () => void;
}

/** What waits for a person's click. Rows survive a restart; a run that waited for one does not (it is interrupted). */
export interface Approvals {
	request(
		fields: Pick<Approval, 'app' | 'runId' | 'kind' | 'title' | 'effects'>,
	): Promise<Approval>;
	/** Resolves with the person's decision; `stale` when `signal` aborts first. */
	wait(id: string, signal: AbortSignal): Promise<Decision>;
	/** @throws TinykitError `approval_not_found`, `approval_decided`, `approval_stale` when nobody waits for it */
	decide(app: string, id: string, accept: boolean, by: string): Promise<Approval>;
	list(app: string): Promise<readonly Approval[]>;
	/** Nobody waits for these any more: after a restart, when a run ends. */
	expire(run?: string): Promise<void>;
}

export function createApprovals(store: Store, now: () => Date): Approvals {
	const waiting = new Map<string, Waiter>();

	const find = async (app: string, id: string): Promise<Approval> => {
		const row = await store.get(sql`SELECT * FROM _tk_approvals WHERE app = ${app} AND id = ${id}`);
		if (!row) throw new TinykitError('approval_not_found');
		return fromRow(row);
	};

	return {
		async request(fields) {
			const approval: Approval = {
				...fields,
				id: randomUUID(),
				status: 'pending',
				created: now().toISOString(),
			};
			await store.write((tx) =>
				tx.run(sql`INSERT INTO _tk_approvals (id, app, run, kind, status, title, effects, created) VALUES (
					${approval.id}, ${approval.app}, ${approval.runId}, ${approval.kind}, 'pending', ${approval.title},
					${JSON.stringify(approval.effects)}, ${approval.created})`),
			);
			return approval;
		},

		wait(id, signal) {
			return new Promise((resolve) => {
				const settle = (decision: Decision): void => {
					waiting.delete(id);
					signal.removeEventListener('abort', abort);
					resolve(decision);
				};
				const abort = (): void => settle('stale');
				const hold = (): void => signal.removeEventListener('abort', abort);
				const release = (): void => {
					signal.addEventListener('abort', abort);
					if (signal.aborted) abort();
				};
				waiting.set(id, { settle, hold, release });
				release();
			});
		},

		async decide(app, id, accept, by) {
			const found = await find(app, id);
			// A click that nobody waits for would be recorded and change nothing.
			const waiter = waiting.get(id);
			if (found.status === 'stale' || (found.status === 'pending' && !waiter))
				throw new TinykitError('approval_stale');
			const status = accept ? 'accepted' : 'rejected';
			waiter?.hold();
			try {
				const { changes } = await store.write((tx) =>
					tx.run(sql`UPDATE _tk_approvals SET status = ${status}, decided = ${now().toISOString()}, decidedBy = ${by}
						WHERE id = ${id} AND status = 'pending'`),
				);
				if (changes === 0) throw new TinykitError('approval_decided');
			} catch (error) {
				waiter?.release();
				throw error;
			}
			waiter?.settle(status);
			return find(app, id);
		},

		async list(app) {
			const rows = await store.all(
				sql`SELECT * FROM _tk_approvals WHERE app = ${app} ORDER BY created DESC, id LIMIT 200`,
			);
			return rows.map(fromRow);
		},

		async expire(run) {
			const which = run === undefined ? sql`1` : sql`run = ${run}`;
			await store.write((tx) =>
				tx.run(sql`UPDATE _tk_approvals SET status = 'stale', decided = ${now().toISOString()}
					WHERE status = 'pending' AND ${which}`),
			);
		},
	};
}

function fromRow(row: Readonly<Record<string, unknown>>): Approval {
	return schema.parse({
		id: row['id'],
		app: row['app'],
		runId: row['run'],
		kind: row['kind'],
		status: row['status'],
		title: row['title'],
		effects: JSON.parse(String(row['effects'])) as unknown,
		created: row['created'],
		...(row['decided'] !== null && { decided: row['decided'] }),
	});
}
