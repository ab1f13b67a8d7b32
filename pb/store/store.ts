import type { CompiledSql, SqlNode, SqlValue } from '../sql/index.ts';

export type Row = Readonly<Record<string, SqlValue>>;
export type Query = SqlNode | CompiledSql;

/** Bounds of a read whose cost a client decides. */
export interface ScanOptions {
	/** Milliseconds after which the query ends with `StoreError` code `query_timeout`. Default: the store's `queryTimeoutMs`. */
	readonly timeoutMs?: number;
	/** Ends the query within milliseconds when aborted (`query_cancelled`). */
	readonly signal?: AbortSignal | undefined;
}

export interface RecallOptions extends ScanOptions {
	/** How the statement runs when its answer is not known: like `all`, or like `scan`. */
	readonly as: 'all' | 'scan';
	/** Told that the answer is not remembered: asked again, the statement may give something else. */
	readonly onFleeting?: (() => void) | undefined;
}

export interface WriteOptions {
	/**
	 * The body reads and writes little and waits for nothing but the transaction: it may be committed together with
	 * others, undone alone when it throws. Default false.
	 */
	readonly mayShare?: boolean;
}

export interface Reader {
	/** Runs a bounded read (point look-up, index range) at once. */
	all(query: Query): Promise<Row[]>;
	get(query: Query): Promise<Row | undefined>;
}

export interface Transaction extends Reader {
	/**
	 * Runs one statement that changes data or schema.
	 * @param options.isTracked The caller keeps track itself of what this changes: `Store.untracked` does not count it.
	 */
	run(
		query: Query,
		options?: { readonly isTracked?: boolean },
	): Promise<{ readonly changes: number }>;
	/** Runs `body` in a savepoint: when it throws, its changes are undone and the error goes on. */
	savepoint<T>(body: () => Promise<T>): Promise<T>;
	/** Side effects (realtime, mails, file deletion) that must wait until the commit is on disk. Dropped on rollback. */
	afterCommit(effect: () => void | Promise<void>): void;
	/** Runs when the transaction (or the enclosing savepoint) is rolled back. */
	afterRollback(effect: () => void | Promise<void>): void;
}

/**
 * Rows on disk. Asynchronous by contract although SQLite is not, so that a networked database fits.
 * One writer at a time; readers see the last commit and never wait for the writer.
 */
export interface Store extends Reader {
	/**
	 * Counts commits of this process that may have written, exchanged files included; it never goes back. What was read
	 * while it stayed the same is still what is there. Other processes are not counted: the data directory is locked.
	 */
	readonly version: number;
	/**
	 * Counts statements that may have written, except those of `run` with `isTracked`, from when they run on; also
	 * exchanged files. It never goes back.
	 */
	readonly untracked: number;
	/** A read of user-shaped cost (client filter, sort, count): off the main thread, with a deadline. */
	scan(query: Query, options?: ScanOptions): Promise<Row[]>;
	/**
	 * A read that many repeat: a page, a count. While nothing is written, the same text with the same values gives the very
	 * rows it gave before without running, except where the statement itself asks for chance or time. Within bounds of memory.
	 * The rows are shared: nobody may change them, but what is made of them can be remembered by them.
	 */
	recall(query: Query, options: RecallOptions): Promise<readonly Row[]>;
	/**
	 * Runs `body` in a transaction of its own and resolves once it is durable. Throwing rolls back.
	 * @example await store.write(async (tx) => { await tx.run(sql`DELETE FROM ${ident('posts')}`); });
	 */
	write<T>(body: (tx: Transaction) => Promise<T>, options?: WriteOptions): Promise<T>;
	/** Writes a consistent copy of the database to `path` while reads and writes go on. */
	snapshot(path: string): Promise<void>;
	/** Daily care (checkpoint, planner statistics); reads go on, writes wait for parts of it. */
	optimize(): Promise<void>;
	close(): Promise<void>;
}

export type StoreErrorCode =
	| 'query_timeout'
	| 'query_cancelled'
	| 'unique_violation'
	| 'constraint_violation'
	| 'invalid_query'
	/** Another process holds the database. */
	| 'busy'
	| 'disk_failure'
	| 'closed';

/** `message` is private: it may name tables and values. */
export class StoreError extends Error {
	override readonly name = 'StoreError';
	readonly code: StoreErrorCode;
	/** For `unique_violation`: the columns as `table.column`, or the index as `index 'name'`. */
	readonly columns: readonly string[];

	constructor(
		code: StoreErrorCode,
		message: string,
		options?: { cause?: unknown; columns?: readonly string[] },
	) {
		super(message, options);
		this.code = code;
		this.columns = options?.columns ?? [];
	}
}
