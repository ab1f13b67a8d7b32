export { openReopenable } from './reopenable.ts';
export type { ReopenableStore } from './reopenable.ts';
export { inspectSqlite, openSqliteScript, openSqliteStore } from './sqlite/index.ts';
export type { SqliteReport, SqliteScript, SqliteStoreOptions } from './sqlite/index.ts';
export { StoreError } from './store.ts';
export type {
	Query,
	Reader,
	RecallOptions,
	Row,
	ScanOptions,
	Store,
	StoreErrorCode,
	Transaction,
} from './store.ts';
