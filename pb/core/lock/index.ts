export { acquireLock, LockedError, lockFile, lockHolder } from './lock.ts';
export type { DataLock } from './lock.ts';
