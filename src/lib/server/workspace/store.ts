import { randomBytes } from 'node:crypto';
import { mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { slugPattern, TinykitError, type FileEntry } from '#lib/contracts/index.ts';
import { diskError, errnoOf } from './disk-error.ts';
import { inFolder } from './folder.ts';
import { Hashes, sha256 } from './hashes.ts';
import { History } from './history.ts';
import { mutexOf, type Mutex } from './mutex.ts';
import { isWorkspacePath, parseWorkspacePath, type WorkspacePath } from './path.ts';
import { refuseCollision, refuseOverfull } from './room.ts';
import { decodeText } from './text.ts';
import {
	defaultLimits,
	type Snapshot,
	type Workspace,
	type WorkspaceBytes,
	type WorkspaceConfig,
	type WorkspaceFile,
	type WorkspaceLimits,
	type WriteOptions,
} from './types.ts';
import { temporaryName, walk, type Found, type WalkOptions } from './walk.ts';

/** A workspace on its way out is first renamed, so that it goes in one step. */
const deleted = '.tinykit-deleted-';

function split(path: WorkspacePath): { readonly folders: string[]; readonly name: string } {
	const folders = path.split('/');
	const name = folders.pop() ?? '';
	return { folders, name };
}

class DiskWorkspace implements Workspace {
	readonly slug: string;
	readonly #configuredRoot: string;
	readonly #limits: WorkspaceLimits;
	readonly #now: () => Date;
	readonly #exclusive: Mutex;
	readonly #hashes = new Hashes();
	#root: string | undefined;
	#kept: History | undefined;
	#prepared: Promise<void> | undefined;

	constructor(config: WorkspaceConfig) {
		this.slug = config.slug;
		this.#configuredRoot = config.root;
		this.#limits = { ...defaultLimits, ...config.limits };
		this.#now = config.now ?? (() => new Date());
		this.#exclusive = mutexOf(resolve(config.root, config.slug));
	}

	/** What a crash left behind is put right before anything else. */
	#ready(): Promise<void> {
		this.#prepared ??= this.#exclusive(() => this.#prepare()).catch((error: unknown) => {
			this.#prepared = undefined;
			throw diskError(error);
		});
		return this.#prepared;
	}

	async #prepare(): Promise<void> {
		const root = await this.#openRoot({ create: false });
		if (root === undefined) return;
		for (const name of await readdir(root)) {
			if (name.startsWith(deleted)) await rm(join(root, name), { recursive: true, force: true });
		}
		await walk(root, this.slug, { maxFiles: Infinity, sweep: true });
		const pending = await this.#history(root).pendingRestore();
		if (pending !== undefined)
			await this.#restoreNow(root, pending, await this.#history(root).load(pending));
	}

	/** The operator may have put the root behind a link; what is below it may not be one. */
	async #openRoot(options: { readonly create: boolean }): Promise<string | undefined> {
		if (this.#root !== undefined) return this.#root;
		try {
			if (options.create) await mkdir(this.#configuredRoot, { recursive: true, mode: 0o700 });
			this.#root = await realpath(this.#configuredRoot);
			return this.#root;
		} catch (error) {
			if (!options.create && errnoOf(error) === 'ENOENT') return undefined;
			throw diskError(error);
		}
	}

	async #rootFor(change: 'read' | 'write'): Promise<string> {
		const root = await this.#openRoot({ create: change === 'write' });
		if (root === undefined) throw new TinykitError('file_not_found');
		return root;
	}

	#history(root: string): History {
		this.#kept ??= new History(join(root, this.slug), this.#now);
		return this.#kept;
	}

	#walk(root: string, visit?: WalkOptions['visit']): Promise<Found[]> {
		return walk(root, this.slug, {
			// A little room, so that the message about too many files comes from the write that is one too many.
			maxFiles: this.#limits.files * 2,
			fileBytes: this.#limits.fileBytes,
			...(visit && { visit }),
		});
	}

	async #readNow(root: string, path: WorkspacePath): Promise<WorkspaceBytes> {
		const { folders, name } = split(path);
		const bytes = await inFolder(root, [this.slug, ...folders], { create: false }, (folder) =>
			folder.read(name, this.#limits.fileBytes),
		).catch((error: unknown) => {
			// A path through a file, or to a folder: there is no such file.
			const known = diskError(error);
			const missing = known.code === 'file_exists' || known.code === 'file_not_found';
			const code = missing ? 'file_not_found' : known.code;
			throw new TinykitError(code, { details: { path }, cause: known });
		});
		return { path, size: bytes.byteLength, hash: sha256(bytes), bytes };
	}

	async #listNow(root: string): Promise<FileEntry[]> {
		const hashes = new Map<string, string>();
		const files = await this.#walk(root, async (file, read) => {
			if (file.size <= this.#limits.fileBytes)
				hashes.set(file.path, await this.#hashes.of(file, read));
		});
		return files.flatMap(({ path, size }) => {
			const hash = hashes.get(path);
			return hash === undefined ? [] : [{ path, size, hash }];
		});
	}

	async list(): Promise<readonly FileEntry[]> {
		await this.#ready();
		return this.#exclusive(async () => {
			const root = await this.#openRoot({ create: false });
			return root === undefined ? [] : this.#listNow(root);
		});
	}

	async readAll(): Promise<readonly WorkspaceBytes[]> {
		await this.#ready();
		return this.#exclusive(async () => {
			const root = await this.#openRoot({ create: false });
			if (root === undefined) return [];
			const all = new Map<string, WorkspaceBytes>();
			const files = await this.#walk(root, async ({ path, size }, read) => {
				if (size > this.#limits.fileBytes) return;
				const bytes = await read();
				all.set(path, { path, size: bytes.byteLength, hash: sha256(bytes), bytes });
			});
			return files.flatMap(({ path }) => all.get(path) ?? []);
		});
	}

	async readBytes(raw: string): Promise<WorkspaceBytes> {
		const path = parseWorkspacePath(raw);
		await this.#ready();
		return this.#readNow(await this.#rootFor('read'), path);
	}

	async read(raw: string): Promise<WorkspaceFile> {
		const { path, size, hash, bytes } = await this.readBytes(raw);
		return { path, size, hash, text: decodeText(bytes, path) };
	}

	/** The hash of a file now, `undefined` when there is none; a link or a folder is refused. */
	async #currentHash(root: string, path: WorkspacePath): Promise<string | undefined> {
		try {
			return (await this.#readNow(root, path)).hash;
		} catch (error) {
			if (error instanceof TinykitError && error.code === 'file_not_found') return undefined;
			throw error;
		}
	}

	#checkMatch(path: WorkspacePath, ifMatch: string | undefined, hash: string | undefined): void {
		if (ifMatch === undefined || ifMatch === hash) return;
		throw new TinykitError('file_changed', { details: { path, hash: hash ?? null } });
	}

	async #putNow(root: string, path: WorkspacePath, bytes: Uint8Array): Promise<void> {
		const { folders, name } = split(path);
		const temporary = temporaryName(randomBytes(8).toString('hex'));
		await inFolder(root, [this.slug, ...folders], { create: true }, (folder) =>
			folder.put(name, temporary, bytes),
		);
		this.#hashes.delete(path);
	}

	async #removeNow(root: string, path: WorkspacePath): Promise<void> {
		const { folders, name } = split(path);
		await inFolder(root, [this.slug, ...folders], { create: false }, (folder) =>
			folder.remove(name),
		);
		this.#hashes.delete(path);
		await this.#pruneNow(root, folders);
	}

	/** Deletes folders that are empty, from the innermost up. */
	async #pruneNow(root: string, folders: readonly string[]): Promise<void> {
		const left = [...folders];
		for (let last = left.pop(); last !== undefined; last = left.pop()) {
			const name = last;
			const gone = await inFolder(root, [this.slug, ...left], { create: false }, (folder) =>
				folder.removeFolder(name),
			);
			if (!gone) break;
		}
	}

	async write(raw: string, text: string, options: WriteOptions = {}): Promise<FileEntry> {
		const path = parseWorkspacePath(raw);
		const bytes = Buffer.from(text, 'utf8');
		if (bytes.byteLength > this.#limits.fileBytes) {
			throw new TinykitError('file_too_large', { details: { path } });
		}
		// A lone surrogate would come back as another character.
		if (!text.isWellFormed() || text.includes('\0')) {
			throw new TinykitError('file_not_text', { details: { path } });
		}
		await this.#ready();
		return this.#exclusive(async () => {
			const root = await this.#rootFor('write');
			const { ifMatch } = options;
			const hash = await this.#currentHash(root, path);
			if (ifMatch === null && hash !== undefined) {
				throw new TinykitError('file_exists', { details: { path, hash } });
			}
			this.#checkMatch(path, ifMatch ?? undefined, hash);
			const files = await this.#walk(root);
			refuseCollision(files, path);
			refuseOverfull(files, path, bytes.byteLength, this.#limits);
			await this.#putNow(root, path, bytes);
			return { path, size: bytes.byteLength, hash: sha256(bytes) };
		});
	}

	async delete(
		raw: string,
		options: { readonly ifMatch?: string | undefined } = {},
	): Promise<void> {
		const path = parseWorkspacePath(raw);
		await this.#ready();
		await this.#exclusive(async () => {
			const root = await this.#rootFor('read');
			const { hash } = await this.#readNow(root, path);
			this.#checkMatch(path, options.ifMatch, hash);
			await this.#removeNow(root, path);
		});
	}

	async rename(
		rawFrom: string,
		rawTo: string,
		options: { readonly ifMatch?: string | undefined } = {},
	): Promise<FileEntry> {
		const from = parseWorkspacePath(rawFrom);
		const to = parseWorkspacePath(rawTo);
		await this.#ready();
		return this.#exclusive(async () => {
			const root = await this.#rootFor('read');
			const { size, hash } = await this.#readNow(root, from);
			this.#checkMatch(from, options.ifMatch, hash);
			if ((await this.#currentHash(root, to)) !== undefined) {
				throw new TinykitError('file_exists', { details: { path: to } });
			}
			const others = (await this.#walk(root)).filter((file) => file.path !== from);
			refuseCollision(others, to);
			const source = split(from);
			const target = split(to);
			await inFolder(root, [this.slug, ...source.folders], { create: false }, (folder) =>
				inFolder(root, [this.slug, ...target.folders], { create: true }, (other) =>
					folder.move(source.name, other, target.name),
				),
			);
			this.#hashes.delete(from);
			this.#hashes.delete(to);
			await this.#pruneNow(root, source.folders);
			return { path: to, size, hash };
		});
	}

	async snapshot(message = 'Snapshot'): Promise<Snapshot> {
		return this.#withHistory(() => this.#rootFor('write'), this.#saveNow(message));
	}

	async restore(id: string, options: { readonly keep?: string } = {}): Promise<Snapshot> {
		return this.#withHistory(this.#rootOfSnapshots, async (root) => {
			const wanted = await this.#history(root).load(id);
			// In one step with it: what somebody wrote a moment ago is in the history, too.
			const before = await this.#saveNow(options.keep ?? 'Before a restore')(root);
			await this.#restoreNow(root, id, wanted);
			return before;
		});
	}

	async contents(id: string): Promise<ReadonlyMap<string, Uint8Array>> {
		return this.#withHistory(this.#rootOfSnapshots, (root) => this.#history(root).load(id));
	}

	async restoreFile(
		id: string,
		raw: string,
		options: { readonly ifMatch?: string | null } = {},
	): Promise<void> {
		const path = parseWorkspacePath(raw);
		await this.#withHistory(this.#rootOfSnapshots, async (root) => {
			const bytes = (await this.#history(root).load(id)).get(path);
			const hash = await this.#currentHash(root, path);
			if (options.ifMatch !== undefined && options.ifMatch !== (hash ?? null))
				throw new TinykitError('file_changed', { details: { path, hash } });
			if (bytes === undefined) {
				if (hash !== undefined) await this.#removeNow(root, path);
				return;
			}
			const files = await this.#walk(root);
			refuseCollision(files, path);
			refuseOverfull(files, path, bytes.byteLength, this.#limits);
			await this.#putNow(root, path, bytes);
		});
	}

	readonly #rootOfSnapshots = async (): Promise<string> => {
		const root = await this.#openRoot({ create: false });
		if (root === undefined) throw new TinykitError('snapshot_not_found');
		return root;
	};

	async #withHistory<T>(
		open: () => Promise<string>,
		work: (root: string) => Promise<T>,
	): Promise<T> {
		await this.#ready();
		return this.#exclusive(async () => work(await open())).catch((error: unknown) => {
			throw diskError(error);
		});
	}

	#saveNow(message: string): (root: string) => Promise<Snapshot> {
		return async (root) =>
			this.#history(root).save(await this.#listNow(root), message, async (path) => {
				return (await this.#readNow(root, parseWorkspacePath(path))).bytes;
			});
	}

	async #restoreNow(
		root: string,
		id: string,
		wanted: ReadonlyMap<string, Uint8Array>,
	): Promise<void> {
		const history = this.#history(root);
		await history.beginRestore(id);
		const kept = new Set<string>();
		for (const file of await this.#listNow(root)) {
			const bytes = wanted.get(file.path);
			if (bytes !== undefined && sha256(bytes) === file.hash) kept.add(file.path);
		}
		for (const { path } of await this.#walk(root)) {
			if (!wanted.has(path)) await this.#removeNow(root, path);
		}
		for (const [path, bytes] of wanted) {
			if (!kept.has(path) && isWorkspacePath(path)) await this.#putNow(root, path, bytes);
		}
		await history.endRestore();
	}

	async destroy(): Promise<void> {
		await this.#ready();
		await this.#exclusive(async () => {
			const root = await this.#openRoot({ create: false });
			if (root === undefined) return;
			// First out of sight in one step, then file by file.
			const gone = join(root, deleted + randomBytes(8).toString('hex'));
			try {
				await rename(join(root, this.slug), gone);
			} catch (error) {
				if (errnoOf(error) === 'ENOENT') return;
				throw diskError(error);
			}
			this.#hashes.clear();
			this.#kept = undefined;
			await rm(gone, { recursive: true, force: true });
		});
	}
}

/**
 * Opens the workspace of one app; touches nothing yet.
 * @throws TinykitError `path_invalid` when the slug is none
 * @example
 * const files = createWorkspace({ root: './workspace', slug: 'guestbook' });
 * await files.write('src/App.svelte', '<h1>Hello</h1>', { ifMatch: null });
 */
export function createWorkspace(config: WorkspaceConfig): Workspace {
	if (!slugPattern.test(config.slug) || config.slug.length > 40) {
		throw new TinykitError('path_invalid', { message: 'This is no name of an app.' });
	}
	return new DiskWorkspace(config);
}
