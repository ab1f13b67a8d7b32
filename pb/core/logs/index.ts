export { createLogWriter } from './writer.ts';
export type { LogWriter } from './writer.ts';
