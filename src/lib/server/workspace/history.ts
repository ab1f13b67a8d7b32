import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TinykitError, type FileEntry } from '#lib/contracts/index.ts';
import { errnoOf } from './disk-error.ts';
import type { Snapshot } from './types.ts';

/**
 * Snapshots are commits of a git repository beside the files, so that a person can read them with any git.
 * isomorphic-git writes files in place, and a half object that a crash left would count as a whole one for ever:
 * every file is therefore written beside its name, synced and renamed.
 */
async function writeFile(path: string, data: string | Uint8Array): Promise<void> {
	const temporary = join(dirname(path), `.tinykit-${randomBytes(8).toString('hex')}.tmp`);
	const handle = await fs.open(temporary, 'wx', 0o600);
	try {
		try {
			await handle.writeFile(data);
			await handle.sync();
		} finally {
			await handle.close();
		}
		await fs.rename(temporary, path);
	} catch (error) {
		await fs.unlink(temporary).catch(() => undefined);
		throw error;
	}
}

const gitFs = { promises: { ...fs, writeFile } };
const branch = 'refs/heads/main';
const author = { name: 'tinykit', email: 'tinykit@localhost', timezoneOffset: 0 };

/** Loaded with the first snapshot, or before somebody waits for it: most starts need none. */
export async function loadGit() {
	return (await import('isomorphic-git')).default;
}

interface Folder {
	readonly files: Map<string, string>;
	readonly folders: Map<string, Folder>;
}

const emptyFolder = (): Folder => ({ files: new Map(), folders: new Map() });

/** The git history of one workspace, in `<folder>/.git`. */
export class History {
	readonly #folder: string;
	readonly #gitdir: string;
	readonly #journal: string;
	readonly #now: () => Date;
	/** Git's names of contents that are in the history, by their sha-256: most files have not changed. */
	readonly #known = new Map<string, string>();

	constructor(folder: string, now: () => Date) {
		this.#folder = folder;
		this.#gitdir = join(folder, '.git');
		this.#journal = join(this.#gitdir, 'tinykit-restore');
		this.#now = now;
	}

	/** A history somewhere else, behind a link, is not ours. */
	async #exists(): Promise<boolean> {
		try {
			const stat = await fs.lstat(this.#gitdir);
			if (!stat.isDirectory()) throw new TinykitError('path_is_link');
			return true;
		} catch (error) {
			if (errnoOf(error) === 'ENOENT') return false;
			throw error;
		}
	}

	async #open(): Promise<void> {
		const git = await loadGit();
		await fs.mkdir(this.#folder, { recursive: true, mode: 0o700 });
		if (!(await this.#exists())) this.#known.clear();
		const options = { fs: gitFs, dir: this.#folder, gitdir: this.#gitdir };
		await git.init({ ...options, defaultBranch: 'main' });
		// `init` believes that all is there once the config is; a crash may have come between.
		const head = join(this.#gitdir, 'HEAD');
		await fs.access(head).catch(() => writeFile(head, `ref: ${branch}\n`));
	}

	async #head(): Promise<string | undefined> {
		try {
			return (await fs.readFile(join(this.#gitdir, branch), 'utf8')).trim();
		} catch (error) {
			if (errnoOf(error) === 'ENOENT') return undefined;
			throw error;
		}
	}

	async #writeTree(folder: Folder): Promise<string> {
		const git = await loadGit();
		const tree = [...folder.files].map(([path, oid]) => {
			return { mode: '100644', path, oid, type: 'blob' as const };
		});
		const folders = await Promise.all(
			[...folder.folders].map(async ([path, inner]) => {
				return { mode: '040000', path, oid: await this.#writeTree(inner), type: 'tree' as const };
			}),
		);
		return git.writeTree({ fs: gitFs, gitdir: this.#gitdir, tree: [...tree, ...folders] });
	}

	async #writeBlob(hash: string, read: () => Promise<Uint8Array>): Promise<string> {
		const known = this.#known.get(hash);
		if (known !== undefined) return known;
		const git = await loadGit();
		const bytes = await read();
		const oid = await git.writeBlob({ fs: gitFs, gitdir: this.#gitdir, blob: bytes });
		// Another program may have changed the file since it was listed.
		if (createHash('sha256').update(bytes).digest('hex') === hash) this.#known.set(hash, oid);
		return oid;
	}

	/**
	 * Keeps these files; the same files again are the same snapshot.
	 * @param read the bytes of one of them
	 */
	async save(
		files: readonly FileEntry[],
		message: string,
		read: (path: string) => Promise<Uint8Array>,
	): Promise<Snapshot> {
		const git = await loadGit();
		await this.#open();
		const root = emptyFolder();
		for (const { path, hash } of files) {
			const names = path.split('/');
			const name = names.pop() ?? '';
			let folder = root;
			for (const step of names) {
				let next = folder.folders.get(step);
				if (!next) folder.folders.set(step, (next = emptyFolder()));
				folder = next;
			}
			folder.files.set(name, await this.#writeBlob(hash, () => read(path)));
		}
		const tree = await this.#writeTree(root);
		const head = await this.#head();
		if (head !== undefined) {
			const { commit } = await git.readCommit({ fs: gitFs, gitdir: this.#gitdir, oid: head });
			if (commit.tree === tree) return { id: head, isNew: false };
		}
		const who = { ...author, timestamp: Math.floor(this.#now().getTime() / 1000) };
		const id = await git.writeCommit({
			fs: gitFs,
			gitdir: this.#gitdir,
			commit: {
				message: `${message}\n`,
				tree,
				parent: head === undefined ? [] : [head],
				author: who,
				committer: who,
			},
		});
		await git.writeRef({ fs: gitFs, gitdir: this.#gitdir, ref: branch, value: id, force: true });
		return { id, isNew: true };
	}

	/** The files of a snapshot. @throws TinykitError `snapshot_not_found` */
	async load(id: string): Promise<Map<string, Uint8Array>> {
		const files = new Map<string, Uint8Array>();
		if (!/^[0-9a-f]{40}$/.test(id) || !(await this.#exists())) {
			throw new TinykitError('snapshot_not_found');
		}
		const git = await loadGit();
		const options = { fs: gitFs, gitdir: this.#gitdir };
		const read = async (oid: string, prefix: string): Promise<void> => {
			const { tree } = await git.readTree({ ...options, oid });
			for (const entry of tree) {
				const path = prefix + entry.path;
				if (entry.type === 'tree') await read(entry.oid, `${path}/`);
				// Links and submodules are never written by us.
				else if (entry.type === 'blob' && entry.mode !== '120000') {
					files.set(path, (await git.readBlob({ ...options, oid: entry.oid })).blob);
				}
			}
		};
		try {
			const { commit } = await git.readCommit({ ...options, oid: id });
			await read(commit.tree, '');
		} catch (error) {
			// Git's own errors have codes too.
			if (['NotFoundError', 'ObjectTypeError'].includes(errnoOf(error) ?? '')) {
				throw new TinykitError('snapshot_not_found', { cause: error });
			}
			throw error;
		}
		return files;
	}

	/** Notes that the files are being made those of a snapshot: what a crash interrupts is done again. */
	async beginRestore(id: string): Promise<void> {
		await writeFile(this.#journal, id);
	}

	async endRestore(): Promise<void> {
		await fs.unlink(this.#journal);
	}

	async pendingRestore(): Promise<string | undefined> {
		try {
			return await fs.readFile(this.#journal, 'utf8');
		} catch (error) {
			if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
			throw error;
		}
	}
}
