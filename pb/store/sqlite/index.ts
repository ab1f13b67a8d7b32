export { inspectSqlite } from './inspect.ts';
export type { SqliteReport } from './inspect.ts';
export { openSqliteStore } from './open.ts';
export type { SqliteStoreOptions } from './open.ts';
export { openSqliteScript } from './script.ts';
export type { SqliteScript } from './script.ts';
export type { Fsync } from './wal-sync.ts';
