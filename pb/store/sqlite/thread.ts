import { Worker } from 'node:worker_threads';
import { StoreError, type Row } from '../store.ts';
import type { Job, Reply, Request, ThreadData } from './messages.ts';

interface Pending {
	readonly id: number;
	readonly resolve: (rows: Row[]) => void;
	readonly reject: (error: StoreError) => void;
}

/** Milliseconds without work after which a thread ends and gives its memory back. */
const IDLE = 30_000;

/** MB for the rows of the last queries; V8's default would keep 60 MB more per thread. */
const YOUNG = 8;

/** A worker thread for one job at a time: started by the first job, ended when idle, replaced after a crash. */
export class Thread {
	readonly #path: string;
	readonly #script: URL;
	readonly #control = new SharedArrayBuffer(4);
	readonly #flag = new Int32Array(this.#control);
	#worker: Worker | undefined;
	#pending: Pending | undefined;
	#lastId = 0;
	#idle: NodeJS.Timeout | undefined;

	/** @param script the module that does the work; tests give one that crashes. */
	constructor(path: string, script = new URL('./worker.ts', import.meta.url)) {
		this.#path = path;
		this.#script = script;
	}

	get isBusy(): boolean {
		return this.#pending !== undefined;
	}

	get isStarted(): boolean {
		return this.#worker !== undefined;
	}

	/** Runs a job; the thread must not be busy. A crash of the thread rejects with `disk_failure`. */
	run(job: Job): Promise<Row[]> {
		clearTimeout(this.#idle);
		const worker = (this.#worker ??= this.#start());
		// A worker at work keeps the process alive, an idle one does not.
		worker.ref();
		this.#lastId = (this.#lastId % 0x7fff_fffe) + 1;
		const id = this.#lastId;
		return new Promise<Row[]>((resolve, reject) => {
			this.#pending = { id, resolve, reject };
			worker.postMessage({ id, job } satisfies Request);
		});
	}

	/** Asks the running query to end; it does at its next guard term. */
	cancel(): void {
		Atomics.store(this.#flag, 0, this.#pending?.id ?? 0);
	}

	/** Closes the thread's connections and ends it. Not while it is busy. */
	async close(): Promise<void> {
		clearTimeout(this.#idle);
		const worker = this.#worker;
		if (worker === undefined) return;
		this.#worker = undefined;
		worker.ref();
		const ended = new Promise((resolve) => worker.once('exit', resolve));
		worker.postMessage({ id: 0, job: { kind: 'close' } } satisfies Request);
		await ended;
	}

	/**
	 * Gives up on a query that has not heard `cancel` yet; resolves when it has come back and the thread has ended.
	 * Nothing ends a native call from outside, and in a terminated thread its guard terms would not end it either.
	 */
	async abandon(): Promise<void> {
		const worker = this.#worker;
		if (worker === undefined) return;
		this.#worker = undefined;
		this.#pending = undefined;
		const ended = new Promise((resolve) => worker.once('exit', resolve));
		worker.postMessage({ id: 0, job: { kind: 'close' } } satisfies Request);
		await ended;
	}

	#start(): Worker {
		const data: ThreadData = { path: this.#path, control: this.#control };
		const worker = new Worker(this.#script, {
			workerData: data,
			resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
		});
		worker.on('message', (reply: Reply) => this.#settle(worker, reply));
		worker.on('error', (cause) => this.#crash(worker, cause));
		worker.on('exit', () => this.#crash(worker, undefined));
		return worker;
	}

	#settle(worker: Worker, reply: Reply): void {
		const pending = this.#pending;
		if (worker !== this.#worker || pending?.id !== reply.id) return;
		this.#pending = undefined;
		worker.unref();
		this.#idle = setTimeout(() => void this.close(), IDLE).unref();
		if ('rows' in reply) pending.resolve(reply.rows);
		else {
			const { code, message, columns } = reply.failure;
			pending.reject(new StoreError(code, message, { columns }));
		}
	}

	#crash(worker: Worker, cause: unknown): void {
		if (worker !== this.#worker) return;
		this.#worker = undefined;
		this.#pending?.reject(new StoreError('disk_failure', 'a store thread ended', { cause }));
		this.#pending = undefined;
	}
}
