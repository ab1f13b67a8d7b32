import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallationBackup } from './types.ts';

/** Folders of unfinished work in the backup directory begin like this; a backup never does. */
export const UNFINISHED = '.unfinished-';

const keyPattern = /^tinykit-(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:-(\d{1,3}))?\.zip$/;

/** A name that is not taken yet: `tinykit-20260304050607.zip`, then `…-2.zip`. */
export async function freeKey(directory: string, now: Date): Promise<string> {
	const time = now.toISOString().replace(/\D/g, '').slice(0, 14);
	const taken = new Set(await readdir(directory));
	let key = `tinykit-${time}.zip`;
	for (let n = 2; taken.has(key); n++) key = `tinykit-${time}-${n}.zip`;
	return key;
}

/** The finished backups of a directory, oldest first. A missing directory holds none. */
export async function listInstallationBackups(directory: string): Promise<InstallationBackup[]> {
	const names = await readdir(directory).catch((error: unknown) => {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
		throw error;
	});
	const found: (InstallationBackup & { readonly order: string })[] = [];
	for (const key of names) {
		const match = keyPattern.exec(key);
		const info = match && (await stat(join(directory, key)).catch(() => undefined));
		if (!match || !info?.isFile()) continue;
		const [, year, month, day, hour, minute, second, number = '1'] = match;
		const created = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
		found.push({ key, size: info.size, created, order: created + number.padStart(3, '0') });
	}
	found.sort((a, b) => (a.order < b.order ? -1 : 1));
	return found.map(({ key, size, created }) => ({ key, size, created }));
}
