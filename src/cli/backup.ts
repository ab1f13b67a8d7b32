import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { lockHolder } from '#pb';
import { backupEntry, TinykitError, type BackupEntry } from '#lib/contracts/index.ts';
import { backupTools as tools } from '#lib/server/backends.ts';
import { BEFORE_RESTORE, restoreInstallationBackup } from '#lib/server/backup/index.ts';
import type { Env } from '#lib/server/env.ts';
import { lockDataDir } from './lock.ts';
import { execute } from './with-runtime.ts';

const usage = `tinykit backup create
tinykit backup list
tinykit backup verify FILE
tinykit backup restore FILE`;

/** `tinykit backup …`; FILE is a name in the backup directory or, for restore, also a path. */
export async function backupCommand(words: readonly string[], env: Env): Promise<number> {
	const [verb, file, ...rest] = words;
	if (rest.length === 0 && verb === 'create' && file === undefined) {
		console.log(line(backupEntry.parse(await execute(env, { name: 'backup create' }))));
		return 0;
	}
	if (rest.length === 0 && verb === 'list' && file === undefined) {
		const backups = z.array(backupEntry).parse(await execute(env, { name: 'backup list' }));
		console.log(backups.length === 0 ? 'There are no backups.' : backups.map(line).join('\n'));
		return 0;
	}
	if (rest.length === 0 && verb === 'verify' && file !== undefined) {
		console.log(
			`${line(backupEntry.parse(await execute(env, { name: 'backup verify', key: file })))}  whole`,
		);
		return 0;
	}
	if (rest.length === 0 && verb === 'restore' && file !== undefined) return restore(file, env);
	console.error(usage);
	return 2;
}

async function restore(file: string, env: Env): Promise<number> {
	const holder = lockHolder(env.dataDir);
	if (holder !== undefined) {
		throw new TinykitError('data_dir_locked', {
			message: `Process ${String(holder)} uses this data directory; stop it before a restore.`,
		});
	}
	const inBackups = join(env.backupDir, file);
	const path = existsSync(inBackups) ? inBackups : resolve(file);
	const lock = await lockDataDir(env.dataDir);
	try {
		const { dataDir, workspaceDir } = env;
		await restoreInstallationBackup({ tools, file: path, dataDir, workspaceDir });
	} finally {
		await lock.release();
	}
	console.log(
		`Restored from ${file}. What was there before is in ${BEFORE_RESTORE} until the next restore.`,
	);
	return 0;
}

const line = ({ key, size, created }: BackupEntry): string =>
	`${key}  ${String(size)} bytes  ${created}`;
