import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { TinykitError } from '#lib/contracts/index.ts';
import {
	createWorkspace,
	type Workspace,
	type WorkspaceLimits,
} from '#lib/server/workspace/index.ts';

export interface Place {
	/** The folder of all workspaces. */
	readonly root: string;
	/** The folder of the workspace `demo`; it does not exist before the first write. */
	readonly folder: string;
	/** A folder beside, with one file `secret.txt`. */
	readonly outside: string;
	readonly workspace: Workspace;
	/** Another object for the same folder, as after a restart. */
	readonly again: () => Workspace;
}

const made: string[] = [];
afterEach(async () => {
	for (const path of made.splice(0)) await rm(path, { recursive: true, force: true });
});

/** A real folder for one test. */
export async function place(limits?: Partial<WorkspaceLimits>): Promise<Place> {
	const base = await realpath(await mkdtemp(join(tmpdir(), 'tinykit-workspace-')));
	made.push(base);
	const root = join(base, 'workspace');
	const outside = join(base, 'outside');
	await mkdir(outside);
	await writeFile(join(outside, 'secret.txt'), 'untouched');
	const again = (): Workspace => createWorkspace({ root, slug: 'demo', ...(limits && { limits }) });
	return { root, folder: join(root, 'demo'), outside, workspace: again(), again };
}

/** The code of the error that a promise rejects with, `'done'` when it resolves. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
	try {
		await work;
		return 'done';
	} catch (error) {
		return error instanceof TinykitError ? error.code : String(error);
	}
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Every file below a folder with its bytes, links not followed. */
export async function tree(folder: string): Promise<Record<string, string>> {
	const found: Record<string, string> = {};
	for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
		const path = join(entry.parentPath, entry.name);
		if (entry.isFile()) found[path.slice(folder.length + 1)] = await readFile(path, 'utf8');
		else if (entry.isSymbolicLink()) found[path.slice(folder.length + 1)] = '-> link';
	}
	return found;
}
