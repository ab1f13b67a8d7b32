export { inspectSqlite } from './inspect.ts';
export type { SqliteReport } from './inspect.ts';
export { openSqliteStore } from './open.ts';
export type { SqliteStoreOptions } from './open.ts';
export type { Fsync } from './wal-sync.ts';
