import type { RunEvent, RunEventBody } from '#lib/contracts/index.ts';
import { sql, type Store, type Transaction } from '../backends.ts';

/** More that is written with an event. */
export type Also = (tx: Transaction) => Promise<void>;

/** The events of one run, in order and without gaps: first on disk, then told. */
export interface RunLog {
	/**
	 * Resolves when the event is durable. Calls are served one after another.
	 * @param also what is true together with the event or not at all
	 */
	append(body: RunEventBody, also?: Also): Promise<RunEvent>;
	/**
	 * Events that are written together or not at all, in their order.
	 * @param also runs in the same transaction
	 */
	appendAll(bodies: readonly RunEventBody[], also?: Also): Promise<readonly RunEvent[]>;
	/** The number of the last event; 0 when there is none. */
	last(): Promise<number>;
	/** Everything after `afterSeq`, then what comes; ends after `stopped` or when `signal` aborts. */
	follow(afterSeq: number, signal: AbortSignal): AsyncGenerator<RunEvent>;
}

/** Open logs by run id: one object per run, so that each has one writer and everybody hears it. */
export interface RunLogs {
	open(run: string): RunLog;
	/** Logs that are held in memory. */
	readonly size: number;
}

export function createRunLogs(store: Store, now: () => Date): RunLogs {
	const open = new Map<string, LiveLog>();
	return {
		open(run) {
			let log = open.get(run);
			if (!log) {
				log = new LiveLog(store, now, run, () => open.delete(run));
				open.set(run, log);
			}
			return log;
		},
		get size() {
			return open.size;
		},
	};
}

class LiveLog implements RunLog {
	readonly #store: Store;
	readonly #now: () => Date;
	readonly #run: string;
	#seq: number | undefined;
	#tail: Promise<unknown> = Promise.resolve();
	readonly #followers = new Set<() => void>();
	/** Nothing is written any more: the last to go forgets the log. */
	#isOver = false;
	readonly #onUnused: () => void;

	constructor(store: Store, now: () => Date, run: string, onUnused: () => void) {
		this.#store = store;
		this.#now = now;
		this.#run = run;
		this.#onUnused = onUnused;
	}

	async append(body: RunEventBody, also?: Also): Promise<RunEvent> {
		const [event] = await this.appendAll([body], also);
		if (!event) throw new Error('one event in, one out');
		return event;
	}

	appendAll(bodies: readonly RunEventBody[], also?: Also): Promise<readonly RunEvent[]> {
		const result = this.#tail.then(() => this.#write(bodies, also));
		// A failed write is the caller's to handle; the next event is still written.
		this.#tail = result.catch(() => undefined);
		return result;
	}

	async #write(bodies: readonly RunEventBody[], also?: Also): Promise<readonly RunEvent[]> {
		const first = (await this.last()) + 1;
		const at = this.#now().toISOString();
		const events = bodies.map((body, i): RunEvent => ({ ...body, seq: first + i, at }));
		await this.#store.write(async (tx) => {
			for (const event of events)
				await tx.run(
					sql`INSERT INTO _tk_events (run, seq, body) VALUES (${this.#run}, ${event.seq}, ${JSON.stringify(event)})`,
				);
			await also?.(tx);
		});
		this.#seq = first + events.length - 1;
		for (const wake of this.#followers) wake();
		if (events.at(-1)?.type === 'stopped') {
			this.#isOver = true;
			this.#leave();
		}
		return events;
	}

	async last(): Promise<number> {
		return this.#seq ?? lastSeq(this.#store, this.#run);
	}

	#leave(): void {
		if (this.#isOver && this.#followers.size === 0) this.#onUnused();
	}

	async *follow(afterSeq: number, signal: AbortSignal): AsyncGenerator<RunEvent> {
		let seen = afterSeq;
		let hasNews = true;
		let resume = (): void => undefined;
		const wake = (): void => {
			hasNews = true;
			resume();
		};
		const leave = (): void => {
			this.#followers.delete(wake);
			signal.removeEventListener('abort', leave);
			wake();
			this.#leave();
		};
		this.#followers.add(wake);
		// A reader that was given an event and asks for no other is let go, too.
		signal.addEventListener('abort', leave);
		try {
			this.#isOver ||= await hasEnded(this.#store, this.#run);
			while (!signal.aborted) {
				// Lowered before reading, so nothing falls between the two.
				hasNews = false;
				const rows = await this.#store.all(
					sql`SELECT body FROM _tk_events WHERE run = ${this.#run} AND seq > ${seen} ORDER BY seq LIMIT 500`,
				);
				for (const row of rows) {
					const event = JSON.parse(String(row['body'])) as RunEvent;
					seen = event.seq;
					this.#isOver ||= event.type === 'stopped';
					yield event;
					if (event.type === 'stopped') return;
				}
				if (rows.length > 0) continue;
				// Whoever begins behind the end hears nothing more.
				if (this.#isOver && (await this.last()) <= seen) return;
				await new Promise<void>((resolve) => {
					resume = resolve;
					if (hasNews) resolve();
				});
			}
		} finally {
			leave();
		}
	}
}

async function hasEnded(store: Store, run: string): Promise<boolean> {
	const row = await store.get(
		sql`SELECT body ->> '$.type' AS type FROM _tk_events WHERE run = ${run} ORDER BY seq DESC LIMIT 1`,
	);
	return row?.['type'] === 'stopped';
}

async function lastSeq(store: Store, run: string): Promise<number> {
	const row = await store.get(
		sql`SELECT coalesce(max(seq), 0) AS seq FROM _tk_events WHERE run = ${run}`,
	);
	return Number(row?.['seq'] ?? 0);
}
