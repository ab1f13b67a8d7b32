export { AUTO_BACKUP_JOB, createCrons } from './crons.ts';
export type { CronsDeps } from './crons.ts';
export type { Crons } from './types.ts';
