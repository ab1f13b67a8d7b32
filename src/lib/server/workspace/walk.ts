import { TinykitError } from '#lib/contracts/index.ts';
import { errnoOf } from './disk-error.ts';
import { inFolder, type Folder } from './folder.ts';
import { isWorkspacePath, type WorkspacePath } from './path.ts';

export interface Found {
	readonly path: WorkspacePath;
	/** Bytes. */
	readonly size: number;
	/** Another one when the file has changed. */
	readonly stamp: string;
	/** Milliseconds since 1970 of the last change of bytes or name. */
	readonly changed: number;
}

const temporary = /^\.tinykit-[0-9a-f]{16}\.tmp$/;
export const temporaryName = (random: string): string => `.tinykit-${random}.tmp`;

export interface WalkOptions {
	/** More files than this end the walk with `too_many_files`. */
	readonly maxFiles: number;
	/** Delete what a crash left behind; only while nobody writes. */
	readonly sweep?: boolean;
	/** Called for each file while its folder is open. */
	readonly visit?: (file: Found, read: () => Promise<Uint8Array>) => Promise<void>;
	/** Bytes of one file that `read` takes. */
	readonly fileBytes?: number;
}

/** Files of one folder that are looked at together. */
const together = 16;

async function walkFiles(
	folder: Folder,
	prefix: string,
	names: readonly string[],
	options: WalkOptions,
	found: Found[],
): Promise<void> {
	// All of them end before the folder is closed: its descriptor's number would soon mean another folder.
	const looks = await Promise.allSettled(
		names.map(async (name) => {
			const stat = await folder.stat(name);
			if (!stat.isFile()) return;
			const { dev, ino, size, mtimeNs, ctimeNs } = stat;
			const path = prefix + name;
			if (!isWorkspacePath(path)) return;
			const stamp = [dev, ino, size, mtimeNs, ctimeNs].join(':');
			const changed = Number(ctimeNs / 1_000_000n);
			const file = { path, size: Number(size), stamp, changed };
			found.push(file);
			await options.visit?.(file, () => folder.read(name, options.fileBytes ?? Infinity));
		}),
	);
	const failed = looks.find((look) => look.status === 'rejected');
	if (failed) throw failed.reason;
	if (found.length > options.maxFiles) throw new TinykitError('too_many_files');
}

async function walkFolder(
	folder: Folder,
	prefix: string,
	options: WalkOptions,
	found: Found[],
): Promise<void> {
	const files: string[] = [];
	for (const entry of await folder.entries()) {
		if (options.sweep && temporary.test(entry.name)) await folder.remove(entry.name);
		// Links, devices and names that a workspace does not know are not its files.
		if (!isWorkspacePath(prefix + entry.name)) continue;
		if (entry.isDirectory()) {
			const inner = await folder.folder(entry.name, { create: false });
			try {
				await walkFolder(inner, `${prefix}${entry.name}/`, options, found);
			} finally {
				await inner.close();
			}
		} else if (entry.isFile()) files.push(entry.name);
	}
	for (let n = 0; n < files.length; n += together) {
		await walkFiles(folder, prefix, files.slice(n, n + together), options, found);
	}
}

/** Files that vanish or become links while it looks make it look again; somebody else is at work then. */
const attempts = 5;

/**
 * All files of a workspace, sorted by path.
 * @param root real path of the folder of all workspaces
 * @returns nothing when the workspace has no folder yet
 */
export async function walk(root: string, slug: string, options: WalkOptions): Promise<Found[]> {
	for (let attempt = 1; ; attempt++) {
		const found: Found[] = [];
		const seen = { exists: false };
		try {
			await inFolder(root, [slug], { create: false }, async (folder) => {
				seen.exists = true;
				await walkFolder(folder, '', options, found);
			});
			return found.sort((a, b) => (a.path < b.path ? -1 : 1));
		} catch (error) {
			const cause = error instanceof TinykitError ? error.cause : undefined;
			if (!seen.exists && errnoOf(cause) === 'ENOENT') return [];
			const moved =
				error instanceof TinykitError &&
				['file_not_found', 'file_exists', 'path_is_link'].includes(error.code);
			if (!seen.exists || !moved || attempt === attempts) throw error;
		}
	}
}
