import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TinykitError } from '#lib/contracts/index.ts';
import {
	backendNameOf,
	BACKENDS,
	compare,
	damaged,
	readManifest,
	type Manifest,
} from './manifest.ts';
import type { BackupTools } from './types.ts';

export interface VerifyOptions {
	readonly tools: BackupTools;
	readonly file: string;
	/** An existing directory with room for the unpacked backends. Default: the system's for temporary files. */
	readonly work?: string;
}

/**
 * Proves that a backup could be restored: every byte against the manifest, every database opened and checked.
 * @throws TinykitError `backup_not_found`, `backup_damaged`
 */
export async function verifyInstallationBackup(options: VerifyOptions): Promise<Manifest> {
	const { tools, file } = options;
	if (!existsSync(file)) throw new TinykitError('backup_not_found');
	const work = await mkdtemp(join(options.work ?? tmpdir(), 'tinykit-verify-'));
	try {
		const unpacked = join(work, 'unpacked');
		await mkdir(unpacked);
		return await unpackVerified(tools, file, unpacked, async (zip) => {
			const checked = await mkdtemp(join(work, 'backend-'));
			await tools.checkBackend(zip, checked);
			await rm(checked, { recursive: true });
		});
	} finally {
		await rm(work, { recursive: true, force: true });
	}
}

/**
 * Unpacks a backup, compares it with its manifest and hands each backend's zip on.
 * @param target an existing empty directory.
 * @throws TinykitError `backup_damaged`
 */
export async function unpackVerified(
	tools: BackupTools,
	file: string,
	target: string,
	onBackend: (zip: string, name: string) => Promise<void>,
): Promise<Manifest> {
	try {
		const manifest = await readManifest(tools, file);
		compare(manifest, await tools.unpack(file, target));
		if (!manifest.items.some((item) => backendNameOf(item.name) === 'builder')) {
			throw damaged('It has no builder.');
		}
		for (const { name: path } of manifest.items) {
			if (!path.startsWith(BACKENDS)) continue;
			const name = backendNameOf(path);
			if (name === undefined) throw damaged(`${path} is no backend.`);
			await onBackend(join(target, path), name);
		}
		return manifest;
	} catch (error) {
		if (tools.isDamage(error)) {
			throw damaged(error instanceof Error ? `${error.message}.` : '', error);
		}
		throw error;
	}
}
