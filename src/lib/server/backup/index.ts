export {
	createInstallationBackup,
	installationBackupPath,
	pruneInstallationBackups,
} from './create.ts';
export type { CreateOptions } from './create.ts';
export type { Manifest } from './manifest.ts';
export { listInstallationBackups } from './names.ts';
export { BEFORE_RESTORE, recoverInstallation, restoreInstallationBackup } from './restore.ts';
export type { RestoreOptions } from './restore.ts';
export type { BackupSource, BackupTools, InstallationBackup } from './types.ts';
export { verifyInstallationBackup } from './verify.ts';
export type { VerifyOptions } from './verify.ts';
