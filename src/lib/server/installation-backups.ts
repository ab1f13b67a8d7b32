import { TinykitError, type BackupEntry } from '#lib/contracts/index.ts';
import type { Apps } from './apps.ts';
import { backupTools as tools, type Backends } from './backends.ts';
import {
	createInstallationBackup,
	installationBackupPath,
	listInstallationBackups,
	pruneInstallationBackups,
	verifyInstallationBackup,
	type BackupSource,
} from './backup/index.ts';
import type { Env } from './env.ts';
import type { Log } from './runtime.ts';

/** Backups of everything: the builder, every app's data, the workspace (definitions.md 25). One at a time. */
export interface InstallationBackups {
	/** Made while everything goes on, read back and checked before it counts. @throws TinykitError `backup_busy`, `backup_failed` */
	create(): Promise<BackupEntry>;
	/** Newest last. */
	list(): Promise<readonly BackupEntry[]>;
	/** Every byte and every database once more. @throws TinykitError `backup_not_found`, `backup_damaged` */
	verify(key: string): Promise<BackupEntry>;
	/** What the schedule runs: one more, and only then the oldest go. @param keep number of backups, at least 1 */
	createScheduled(keep: number): Promise<void>;
}

export function createInstallationBackups(parts: {
	readonly env: Pick<Env, 'backupDir' | 'workspaceDir'>;
	readonly backends: Backends;
	readonly apps: Apps;
	readonly now: () => Date;
	readonly log: Log;
}): InstallationBackups {
	const { env, backends, apps, now, log } = parts;
	let busy = false;

	const sources = async (): Promise<BackupSource[]> => {
		const list: BackupSource[] = [
			{
				name: 'builder',
				pack: (target) => backends.builder.app.backups.packTo(target).then(() => true),
			},
		];
		for (const { slug } of await apps.list()) {
			for (const { stage } of backends.stages(slug)) {
				list.push({
					name: `apps/${slug}/${stage}`,
					pack: (target) => packApp(backends, apps, slug, stage, target),
				});
			}
		}
		return list;
	};

	const create = async (): Promise<BackupEntry> => {
		if (busy) throw new TinykitError('backup_busy');
		busy = true;
		try {
			const backup = await createInstallationBackup({
				tools,
				sources: await sources(),
				...env,
				now,
			});
			log('info', `backup ${backup.key}, ${String(backup.size)} bytes, checked`);
			return { ...backup, verified: true };
		} finally {
			busy = false;
		}
	};

	return {
		create,
		// A file only gets its name after it was read back and checked.
		list: async () =>
			(await listInstallationBackups(env.backupDir)).map((backup) => ({
				...backup,
				verified: true,
			})),
		async verify(key) {
			await verifyInstallationBackup({
				tools,
				file: await installationBackupPath(env.backupDir, key),
			});
			const found = (await listInstallationBackups(env.backupDir)).find(
				(backup) => backup.key === key,
			);
			if (!found) throw new TinykitError('backup_not_found');
			return { ...found, verified: true };
		},
		async createScheduled(keep) {
			try {
				await create();
				const gone = await pruneInstallationBackups(env.backupDir, keep);
				for (const key of gone) log('info', `backup ${key} is old and was removed`);
			} catch (error) {
				log('error', 'the scheduled backup failed', error);
				throw error;
			}
		},
	};
}

/** False when the app was deleted since the list was made. */
async function packApp(
	backends: Backends,
	apps: Apps,
	slug: string,
	stage: 'live' | 'draft',
	target: string,
): Promise<boolean> {
	if (!(await apps.find(slug)) || !backends.stages(slug).some((known) => known.stage === stage))
		return false;
	await backends.use(slug, stage, (backend) => backend.app.backups.packTo(target));
	return true;
}
