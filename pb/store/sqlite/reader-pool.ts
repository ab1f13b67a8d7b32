import { setTimeout as sleep } from 'node:timers/promises';
import type { CompiledSql } from '../../sql/index.ts';
import { StoreError, type Row } from '../store.ts';
import { Thread } from './thread.ts';

interface Scan {
	readonly query: CompiledSql;
	readonly deadline: number;
	readonly resolve: (rows: Row[]) => void;
	readonly reject: (error: unknown) => void;
	/** Set while it runs. */
	thread: Thread | undefined;
	/** Why it was ended from outside. */
	reason: StoreError | undefined;
	isDone: boolean;
}

/** Milliseconds a query may overstay its deadline before its thread is given up. */
const GRACE = 250;
/** Milliseconds that `close` waits for abandoned threads. */
const CLOSE_WAIT = 1_000;

/**
 * Threads for queries whose cost a client decides. They start with the first scan and end when idle. A query
 * that cannot be ended (no guard term) is abandoned with its thread; until the native call has come back the
 * thread counts, so that at most twice `size` are ever at work.
 */
export class ReaderPool {
	readonly #threads = new Set<Thread>();
	readonly #queue: Scan[] = [];
	readonly #path: string;
	readonly #size: number;
	readonly #abandoned = new Set<Promise<void>>();

	constructor(path: string, size: number) {
		this.#path = path;
		this.#size = size;
	}

	/** @throws {StoreError} `query_timeout`, `query_cancelled`, or what the query itself fails with. */
	async scan(query: CompiledSql, timeoutMs: number, signal?: AbortSignal): Promise<Row[]> {
		if (signal?.aborted === true) throw cancelled();
		let scan: Scan | undefined;
		const onAbort = (): void => {
			if (scan !== undefined) this.#stop(scan, cancelled());
		};
		const timer = setTimeout(() => {
			if (scan !== undefined) {
				this.#stop(scan, new StoreError('query_timeout', 'the query took too long'));
			}
		}, timeoutMs);
		signal?.addEventListener('abort', onAbort, { once: true });
		try {
			return await new Promise<Row[]>((resolve, reject) => {
				const deadline = performance.now() + timeoutMs;
				scan = {
					query,
					deadline,
					resolve,
					reject,
					thread: undefined,
					reason: undefined,
					isDone: false,
				};
				this.#queue.push(scan);
				this.#next();
			});
		} finally {
			clearTimeout(timer);
			signal?.removeEventListener('abort', onAbort);
		}
	}

	async close(): Promise<void> {
		for (const scan of this.#queue.splice(0)) {
			this.#finish(scan, () => scan.reject(new StoreError('closed', 'the store was closed')));
		}
		await Promise.all([...this.#threads].map((thread) => thread.close()));
		await Promise.race([
			Promise.all(this.#abandoned),
			sleep(CLOSE_WAIT, undefined, { ref: false }),
		]);
	}

	#next(): void {
		const thread = this.#queue.length > 0 ? this.#idleThread() : undefined;
		const scan = thread && this.#queue.shift();
		if (thread === undefined || scan === undefined) return;
		void this.#perform(scan, thread);
	}

	async #perform(scan: Scan, thread: Thread): Promise<void> {
		scan.thread = thread;
		const { sql, params } = scan.query;
		const timeoutMs = scan.deadline - performance.now();
		try {
			const rows = await thread.run({ kind: 'scan', sql, params, timeoutMs });
			this.#finish(scan, () => scan.resolve(rows));
		} catch (error) {
			this.#finish(scan, () => scan.reject(scan.reason ?? error));
		}
		this.#next();
	}

	/** Ends a scan from outside: at once when it waits, by its guard when it runs, else without its thread. */
	#stop(scan: Scan, reason: StoreError): void {
		scan.reason = reason;
		const { thread } = scan;
		if (thread === undefined) {
			this.#queue.splice(this.#queue.indexOf(scan), 1);
			this.#finish(scan, () => scan.reject(reason));
			return;
		}
		thread.cancel();
		setTimeout(() => {
			if (scan.isDone) return;
			this.#threads.delete(thread);
			const ended = thread.abandon().finally(() => {
				this.#abandoned.delete(ended);
				this.#next();
			});
			this.#abandoned.add(ended);
			this.#finish(scan, () => scan.reject(reason));
			this.#next();
		}, GRACE);
	}

	#finish(scan: Scan, settle: () => void): void {
		if (scan.isDone) return;
		scan.isDone = true;
		settle();
	}

	#idleThread(): Thread | undefined {
		for (const thread of this.#threads) if (!thread.isBusy) return thread;
		const isFull = this.#threads.size >= this.#size;
		if (isFull || this.#threads.size + this.#abandoned.size >= this.#size * 2) return undefined;
		const thread = new Thread(this.#path);
		this.#threads.add(thread);
		return thread;
	}
}

const cancelled = (): StoreError => new StoreError('query_cancelled', 'the query was cancelled');
