import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Store } from '../store.ts';
import { Connection } from './connection.ts';
import { toStoreError } from './errors.ts';
import { SqliteStore } from './store.ts';
import { systemFsync, type Fsync } from './wal-sync.ts';

export interface SqliteStoreOptions {
	/** The database file; created when missing, its directory must exist. */
	readonly path: string;
	/** `full`: `write` resolves when the commit is on disk. `normal`: when it is with the operating system. */
	readonly durability: 'full' | 'normal';
	/** Milliseconds a query may take. */
	readonly queryTimeoutMs: number;
	/** Threads for `scan`, 0-8; 0 runs scans on the main thread. Default 2. They start with the first scan. */
	readonly readers?: number;
	/** Told what an effect after a commit or rollback, or a checkpoint, failed with. Default: ignored. */
	readonly onEffectError?: (error: unknown) => void;
	/** Default: `fdatasync` in the thread pool. */
	readonly fsync?: Fsync;
}

/**
 * Opens a SQLite file as a store, in WAL mode with PocketBase's pragmas.
 * @throws {StoreError} `disk_failure` when the file cannot be opened or is no database.
 * @example const store = await openSqliteStore({ path: 'pb_data/data.db', durability: 'full', queryTimeoutMs: 30_000 });
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
	const { path, queryTimeoutMs, readers = 2 } = options;
	const writer = new Connection({ path, timeoutMs: queryTimeoutMs });
	try {
		// Waiting inside SQLite would block the event loop; the store waits and tries again instead.
		writer.exec('PRAGMA busy_timeout = 20');
		const reader = new Connection({ path, readonly: true, timeoutMs: queryTimeoutMs });
		const wal = await open(`${path}-wal`, 'r+');
		const fsync = options.durability === 'full' ? (options.fsync ?? systemFsync) : undefined;
		// The names of new files must survive a power cut as well.
		if (fsync !== undefined) await syncDirectory(dirname(path));
		return new SqliteStore({
			path,
			queryTimeoutMs,
			readers,
			fsync,
			onEffectError: options.onEffectError ?? (() => undefined),
			writer,
			reader,
			wal,
		});
	} catch (error) {
		writer.close();
		throw toStoreError(error);
	}
}

async function syncDirectory(path: string): Promise<void> {
	const directory = await open(path, 'r');
	try {
		await directory.sync();
	} finally {
		await directory.close();
	}
}
