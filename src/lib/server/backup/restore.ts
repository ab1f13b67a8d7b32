import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TinykitError } from '#lib/contracts/index.ts';
import type { Manifest } from './manifest.ts';
import type { BackupTools } from './types.ts';
import { unpackVerified } from './verify.ts';

export interface RestoreOptions {
	readonly tools: BackupTools;
	readonly file: string;
	/** Both are created when missing; no process may have them open. */
	readonly dataDir: string;
	readonly workspaceDir: string;
}

/** Where the data from before the restore is kept, in each of the two directories, until the next restore. */
export const BEFORE_RESTORE = '.tinykit-before-restore';

/**
 * Replaces an installation by a backup of one. All is unpacked beside the old data and checked before anything
 * changes places; a failure on the way brings the old data back, and so does the next start after a crash
 * (`recoverInstallation`). The old data is kept in `.tinykit-before-restore`.
 * @throws TinykitError `backup_not_found`, `backup_damaged`; `backup_failed` when the exchange failed.
 */
export async function restoreInstallationBackup(options: RestoreOptions): Promise<Manifest> {
	const { tools, file } = options;
	if (!existsSync(file)) throw new TinykitError('backup_not_found');
	const dataDir = resolve(options.dataDir);
	const workspaceDir = resolve(options.workspaceDir);
	for (const directory of [dataDir, workspaceDir]) await mkdir(directory, { recursive: true });
	await recoverInstallation({ tools, dataDir, workspaceDir });
	const newData = tools.swap.newPath(dataDir);
	const newWorkspace = tools.swap.newPath(workspaceDir);
	const unpacked = join(newData, '..', 'unpacked');
	try {
		for (const directory of [newData, newWorkspace, unpacked]) {
			await mkdir(directory, { recursive: true, mode: 0o700 });
		}
		const manifest = await unpackVerified(tools, file, unpacked, (zip, name) =>
			tools.unpackBackend(zip, name === 'builder' ? newData : join(newData, name)),
		);
		await placeWorkspace(join(unpacked, 'workspace'), newWorkspace);
		await rm(unpacked, { recursive: true });
		await exchange(tools, dataDir, workspaceDir);
		return manifest;
	} catch (error) {
		await recoverInstallation({ tools, dataDir, workspaceDir });
		if (error instanceof TinykitError) throw error;
		throw new TinykitError('backup_failed', {
			message: 'The backup could not be restored; everything is as it was before.',
			cause: error,
		});
	}
}

/**
 * Finishes what a crash cut off in a restore: the exchange of the data directory is the moment that decides. Until
 * it is kept both directories go back, from then on the workspace follows. To be called before anything of an
 * installation is opened, also before its backends recover on their own.
 */
export async function recoverInstallation(
	options: Pick<RestoreOptions, 'tools' | 'dataDir' | 'workspaceDir'>,
): Promise<void> {
	const { dataDir, workspaceDir } = options;
	const { swap } = options.tools;
	const isKept =
		swap.isPending(workspaceDir) &&
		!swap.isPending(dataDir) &&
		!existsSync(join(swap.newPath(dataDir), 'data.db'));
	// The workspace first: were the data back already, a second crash would look as if it had been kept.
	if (isKept) await keep(swap, workspaceDir);
	else if (existsSync(workspaceDir)) await swap.recover(workspaceDir);
	if (existsSync(dataDir)) await swap.recover(dataDir);
}

async function exchange(
	{ swap }: BackupTools,
	dataDir: string,
	workspaceDir: string,
): Promise<void> {
	// Dot entries (lock, settings of the machine) and the backups of the builder's backend stay.
	await swap.swapIn(workspaceDir, (name) => name.startsWith('.'));
	await swap.swapIn(
		dataDir,
		(name) => name.startsWith('.') || name === 'backups' || name === 'lost+found',
	);
	for (const directory of [dataDir, workspaceDir]) await keep(swap, directory);
}

async function keep(swap: BackupTools['swap'], directory: string): Promise<void> {
	const before = join(directory, BEFORE_RESTORE);
	await rm(before, { recursive: true, force: true });
	await swap.keepNew(directory, before);
}

/** The workspace may be on another disk than the data directory. */
async function placeWorkspace(from: string, to: string): Promise<void> {
	if (!existsSync(from)) return;
	await rm(to, { recursive: true });
	try {
		await rename(from, to);
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
		await cp(from, to, { recursive: true });
	}
}
