import type { FileHandle } from 'node:fs/promises';
import type { CompiledSql } from '../../sql/index.ts';
import {
	StoreError,
	type Query,
	type RecallOptions,
	type Row,
	type ScanOptions,
	type Store,
	type Transaction,
	type WriteOptions,
} from '../store.ts';
import { compile, Connection } from './connection.ts';
import { Maintenance } from './maintenance.ts';
import { ReaderPool } from './reader-pool.ts';
import { Recall } from './recall.ts';
import { WalSync, type Fsync } from './wal-sync.ts';
import { Writer } from './writer.ts';

export interface StoreParts {
	readonly path: string;
	readonly queryTimeoutMs: number;
	readonly readers: number;
	/** `undefined`: answers do not wait for the disk (`durability: 'normal'`). */
	readonly fsync: Fsync | undefined;
	readonly onEffectError: (error: unknown) => void;
	readonly writer: Connection;
	readonly reader: Connection;
	/** The write-ahead log; ours to sync, SQLite's to write. */
	readonly wal: FileHandle;
}

/** Frames (4 KiB each) in the log that start a checkpoint. */
const CHECKPOINT_FRAMES = 4_000;
/** Commits between two looks at the length of the log (2.5 µs each). */
const LOOK_EVERY = 8;

/** Rows in one SQLite file: one writer and one reader connection on the main thread, threads for the rest. */
export class SqliteStore implements Store {
	readonly #parts: StoreParts;
	readonly #writer: Writer;
	readonly #pool: ReaderPool;
	readonly #recall: Recall;
	readonly #maintenance: Maintenance;
	readonly #running = new Set<Promise<unknown>>();
	/** Commits since the last look at the log. */
	#commits = 0;
	#closing: Promise<void> | undefined;
	#isClosed = false;

	constructor(parts: StoreParts) {
		this.#parts = parts;
		const { fsync, wal, writer, onEffectError } = parts;
		const sync =
			fsync &&
			new WalSync(wal.fd, {
				fsync,
				hasMore: () => this.#writer.isBusy,
				onFree: () => this.#writer.flush(),
			});
		this.#writer = new Writer({
			connection: writer,
			sync,
			onEffectError,
			onCommit: (statements) => this.#lookAtLog(statements),
		});
		this.#pool = new ReaderPool(parts.path, Math.max(1, parts.readers));
		this.#recall = new Recall(parts.reader);
		this.#maintenance = new Maintenance(parts.path, () => this.#writer.hold());
	}

	get version(): number {
		return this.#writer.version;
	}

	get untracked(): number {
		return this.#writer.untracked;
	}

	async all(query: Query): Promise<Row[]> {
		this.#checkOpen();
		const compiled = compile(query);
		return this.#readerFor(compiled).all(compiled);
	}

	async get(query: Query): Promise<Row | undefined> {
		this.#checkOpen();
		const compiled = compile(query);
		return this.#readerFor(compiled).get(compiled);
	}

	async scan(query: Query, options: ScanOptions = {}): Promise<Row[]> {
		if (this.#parts.readers === 0) return this.all(query);
		this.#checkOpen();
		const compiled = compile(query);
		const timeoutMs = options.timeoutMs ?? this.#parts.queryTimeoutMs;
		return this.#track(this.#pool.scan(compiled, timeoutMs, options.signal));
	}

	async recall(query: Query, options: RecallOptions): Promise<readonly Row[]> {
		this.#checkOpen();
		const compiled = compile(query);
		return this.#recall.read(
			compiled,
			() => (options.as === 'scan' ? this.scan(compiled, options) : this.all(compiled)),
			options.onFleeting,
		);
	}

	write<T>(body: (tx: Transaction) => Promise<T>, options?: WriteOptions): Promise<T> {
		if (this.#closing !== undefined) return Promise.reject(closed());
		return this.#track(this.#writer.write(body, options));
	}

	async snapshot(path: string): Promise<void> {
		if (this.#closing !== undefined) throw closed();
		await this.#track(this.#maintenance.snapshot(path));
	}

	async optimize(): Promise<void> {
		if (this.#closing !== undefined) throw closed();
		const work = this.#maintenance.checkpoint(true).then(() => this.#maintenance.optimize());
		await this.#track(work);
	}

	close(): Promise<void> {
		return (this.#closing ??= this.#close());
	}

	#checkOpen(): void {
		if (this.#isClosed) throw closed();
	}

	/**
	 * Between transactions the writer's connection sees the last commit too, and it alone still has the pages it wrote
	 * at hand: any other drops its whole page cache after each commit. What is no read is left for the reader to refuse.
	 */
	#readerFor(query: CompiledSql): Connection {
		const { reader, writer } = this.#parts;
		return !writer.inTransaction && writer.isReadonly(query) ? writer : reader;
	}

	/** Starts a checkpoint when the log has grown long. Called right after a commit, with the writer idle. */
	#lookAtLog(statements: number): void {
		this.#commits += statements > 100 ? LOOK_EVERY : 1;
		if (this.#commits < LOOK_EVERY || this.#maintenance.isBusy) return;
		this.#commits = 0;
		const row = this.#parts.writer.get({ sql: 'PRAGMA wal_checkpoint(NOOP)', params: [] });
		if (Number(row?.['log']) < CHECKPOINT_FRAMES) return;
		const work = this.#maintenance.checkpoint(false).catch(this.#parts.onEffectError);
		void this.#track(work);
	}

	#track<T>(work: Promise<T>): Promise<T> {
		this.#running.add(work);
		const forget = (): void => void this.#running.delete(work);
		work.then(forget, forget);
		return work;
	}

	async #close(): Promise<void> {
		// Effects of the last writes may still read, and start nothing new that writes.
		while (this.#running.size > 0) await Promise.allSettled(this.#running);
		this.#isClosed = true;
		await Promise.all([this.#pool.close(), this.#maintenance.close()]);
		this.#parts.reader.close();
		// The last connection moves what is left of the log and removes it.
		this.#parts.writer.close();
		await this.#parts.wal.close();
	}
}

const closed = (): StoreError => new StoreError('closed', 'the store was closed');
