export { AUTO_PREFIX, generatedName } from './names.ts';
export { createBackups } from './service.ts';
export type { BackupsDeps } from './service.ts';
export { recoverDataDirectory } from './swap.ts';
export type { BackupInfo, Backups } from './types.ts';
export { backupTools } from './tools.ts';
