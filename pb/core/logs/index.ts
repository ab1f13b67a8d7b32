export { findLog, listLogs, logStats } from './list.ts';
export type { LogEntry, LogPage } from './list.ts';
export { createLogWriter } from './writer.ts';
export type { LogWriter } from './writer.ts';
