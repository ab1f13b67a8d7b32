import {
	StoreError,
	type Query,
	type RecallOptions,
	type Row,
	type ScanOptions,
	type Store,
	type Transaction,
	type WriteOptions,
} from './store.ts';

/** A store whose files can be exchanged while it is in use. */
export interface ReopenableStore extends Store {
	/**
	 * Lets running work end, closes the store, runs `action` (which may replace the files), and opens it again.
	 * Calls that come meanwhile wait. When `action` throws, the store is opened again and the error goes on.
	 */
	replace(action: () => Promise<void>): Promise<void>;
}

/**
 * Opens a store that can be reopened.
 * @param open opens the underlying store; called again after each `replace`.
 * @example const store = await openReopenable(() => openSqliteStore(options));
 */
export async function openReopenable(open: () => Promise<Store>): Promise<ReopenableStore> {
	return new Reopenable(open, await open());
}

class Reopenable implements ReopenableStore {
	readonly #open: () => Promise<Store>;
	#inner: Store;
	#isClosed = false;
	/** What the stores that were closed had counted. */
	#past = { version: 0, untracked: 0 };
	/** While set, writes wait for it; what they run meanwhile may still read. */
	#writeGate: Promise<void> | undefined;
	/** While set, everything waits for it. */
	#gate: Promise<void> | undefined;
	#replacing: Promise<void> = Promise.resolve();
	readonly #writes = new Set<Promise<unknown>>();
	readonly #reads = new Set<Promise<unknown>>();

	constructor(open: () => Promise<Store>, inner: Store) {
		this.#open = open;
		this.#inner = inner;
	}

	get version(): number {
		return this.#past.version + this.#inner.version;
	}

	get untracked(): number {
		return this.#past.untracked + this.#inner.untracked;
	}

	async all(query: Query): Promise<Row[]> {
		while (this.#gate !== undefined) await this.#gate;
		return this.#inner.all(query);
	}

	async get(query: Query): Promise<Row | undefined> {
		while (this.#gate !== undefined) await this.#gate;
		return this.#inner.get(query);
	}

	async scan(query: Query, options?: ScanOptions): Promise<Row[]> {
		while (this.#gate !== undefined) await this.#gate;
		return track(this.#reads, this.#inner.scan(query, options));
	}

	async recall(query: Query, options: RecallOptions): Promise<readonly Row[]> {
		while (this.#gate !== undefined) await this.#gate;
		return track(this.#reads, this.#inner.recall(query, options));
	}

	async write<T>(body: (tx: Transaction) => Promise<T>, options?: WriteOptions): Promise<T> {
		while (this.#writeGate !== undefined) await this.#writeGate;
		return track(this.#writes, this.#inner.write(body, options));
	}

	async snapshot(path: string): Promise<void> {
		while (this.#gate !== undefined) await this.#gate;
		await track(this.#reads, this.#inner.snapshot(path));
	}

	async optimize(): Promise<void> {
		while (this.#gate !== undefined) await this.#gate;
		await track(this.#reads, this.#inner.optimize());
	}

	replace(action: () => Promise<void>): Promise<void> {
		const turn = this.#replacing.then(() => this.#replace(action));
		this.#replacing = turn.catch(() => undefined);
		return turn;
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		await this.#replacing;
		await this.#inner.close();
	}

	async #replace(action: () => Promise<void>): Promise<void> {
		if (this.#isClosed) throw new StoreError('closed', 'the store was closed');
		let openGate: () => void = () => undefined;
		const gate = new Promise<void>((resolve) => (openGate = resolve));
		this.#writeGate = gate;
		try {
			// Effects of running writes may still read, so reads are held only once the writes are through.
			while (this.#writes.size > 0) await Promise.allSettled(this.#writes);
			this.#gate = gate;
			while (this.#reads.size > 0) await Promise.allSettled(this.#reads);
			await this.#inner.close();
			// They take effect with the new files, so that no number is ever seen twice.
			const past = { version: this.version + 1, untracked: this.untracked + 1 };
			try {
				await action();
			} finally {
				this.#inner = await this.#open();
				this.#past = past;
			}
		} finally {
			this.#writeGate = undefined;
			this.#gate = undefined;
			openGate();
		}
	}
}

function track<T>(set: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
	set.add(work);
	const forget = (): void => void set.delete(work);
	work.then(forget, forget);
	return work;
}
