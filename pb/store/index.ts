export { openSqliteStore } from './sqlite/index.ts';
export type { SqliteStoreOptions } from './sqlite/index.ts';
export { StoreError } from './store.ts';
export type {
	Query,
	Reader,
	Row,
	ScanOptions,
	Store,
	StoreErrorCode,
	Transaction,
} from './store.ts';
