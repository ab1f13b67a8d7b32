import type { RunEvent, RunEventBody } from '#lib/contracts/index.ts';
import { sql, type Store } from './backends.ts';

/** The events of one run, in order and without gaps: first on disk, then told. */
export interface RunLog {
	/** Resolves when the event is durable. Calls are served one after another. */
	append(body: RunEventBody): Promise<RunEvent>;
	/** Everything after `afterSeq`, then what comes; ends after `stopped` or when `signal` aborts. */
	follow(afterSeq: number, signal: AbortSignal): AsyncGenerator<RunEvent>;
}

/** Open logs by run id: one object per run, so that each has one writer and everybody hears it. */
export interface RunLogs {
	open(run: string): RunLog;
	/** The last sequence number, 0 for an empty log. */
	lastSeq(run: string): Promise<number>;
}

export function createRunLogs(store: Store, now: () => Date): RunLogs {
	const open = new Map<string, LiveLog>();
	return {
		open(run) {
			let log = open.get(run);
			if (!log) {
				log = new LiveLog(store, now, run);
				open.set(run, log);
			}
			return log;
		},
		lastSeq: (run) => lastSeq(store, run),
	};
}

class LiveLog implements RunLog {
	readonly #store: Store;
	readonly #now: () => Date;
	readonly #run: string;
	#seq: number | undefined;
	#tail: Promise<unknown> = Promise.resolve();
	readonly #waiting = new Set<() => void>();

	constructor(store: Store, now: () => Date, run: string) {
		this.#store = store;
		this.#now = now;
		this.#run = run;
	}

	append(body: RunEventBody): Promise<RunEvent> {
		const result = this.#tail.then(() => this.#write(body));
		// A failed write is the caller's to handle; the next event is still written.
		this.#tail = result.catch(() => undefined);
		return result;
	}

	async #write(body: RunEventBody): Promise<RunEvent> {
		const seq = (this.#seq ?? (await lastSeq(this.#store, this.#run))) + 1;
		const event: RunEvent = { ...body, seq, at: this.#now().toISOString() };
		await this.#store.write(async (tx) => {
			await tx.run(
				sql`INSERT INTO _tk_events (run, seq, body) VALUES (${this.#run}, ${seq}, ${JSON.stringify(event)})`,
			);
		});
		this.#seq = seq;
		for (const wake of this.#waiting) wake();
		return event;
	}

	async *follow(afterSeq: number, signal: AbortSignal): AsyncGenerator<RunEvent> {
		let seen = afterSeq;
		while (!signal.aborted) {
			// Listening starts before reading, so nothing falls between the two.
			const news = this.#next(signal);
			const rows = await this.#store.all(
				sql`SELECT body FROM _tk_events WHERE run = ${this.#run} AND seq > ${seen} ORDER BY seq LIMIT 500`,
			);
			for (const row of rows) {
				const event = JSON.parse(String(row['body'])) as RunEvent;
				seen = event.seq;
				yield event;
				if (event.type === 'stopped') return;
			}
			if (rows.length === 0) await news;
		}
	}

	#next(signal: AbortSignal): Promise<void> {
		return new Promise((resolve) => {
			const wake = (): void => {
				this.#waiting.delete(wake);
				signal.removeEventListener('abort', wake);
				resolve();
			};
			this.#waiting.add(wake);
			signal.addEventListener('abort', wake);
		});
	}
}

async function lastSeq(store: Store, run: string): Promise<number> {
	const row = await store.get(
		sql`SELECT coalesce(max(seq), 0) AS seq FROM _tk_events WHERE run = ${run}`,
	);
	return Number(row?.['seq'] ?? 0);
}
