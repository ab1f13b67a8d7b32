import { constants, existsSync, type BigIntStats, type Dirent } from 'node:fs';
import {
	lstat,
	mkdir,
	open,
	readdir,
	readlink,
	realpath,
	rename,
	rmdir,
	unlink,
	type FileHandle,
} from 'node:fs/promises';
import { join } from 'node:path';
import { TinykitError } from '#lib/contracts/index.ts';
import { diskError, errnoOf } from './disk-error.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Linux shows open descriptors as paths. */
const descriptors = '/proc/self/fd';
const hasDescriptors = process.platform === 'linux' && existsSync(descriptors);

/**
 * An open folder. Where descriptors have paths, a child is named relative to the open folder itself and not to its
 * path, as `openat` does: swapping a folder on the way for a link, after it has been opened, changes nothing.
 * Elsewhere the path is compared with the real one before and after (`verify`).
 */
export class Folder {
	/** Where it must be. */
	readonly path: string;
	readonly #handle: FileHandle;

	private constructor(path: string, handle: FileHandle) {
		this.path = path;
		this.#handle = handle;
	}

	/** @param path the real path of a folder that the operator chose */
	static async open(path: string): Promise<Folder> {
		const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
		return new Folder(path, handle);
	}

	#child(name: string): string {
		const base = hasDescriptors ? `${descriptors}/${String(this.#handle.fd)}` : this.path;
		return `${base}/${name}`;
	}

	/** Opens a folder in it. @throws TinykitError `path_is_link` */
	async folder(name: string, options: { readonly create: boolean }): Promise<Folder> {
		if (options.create) {
			try {
				await mkdir(this.#child(name), 0o700);
			} catch (error) {
				if (errnoOf(error) !== 'EEXIST') throw error;
			}
		}
		let handle: FileHandle;
		try {
			handle = await open(this.#child(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
		} catch (error) {
			// ENOTDIR is a file or a link.
			if (errnoOf(error) === 'ENOTDIR') await this.#refuseLink(name);
			throw error;
		}
		const folder = new Folder(join(this.path, name), handle);
		if (!hasDescriptors) await folder.verify();
		return folder;
	}

	async #refuseLink(name: string): Promise<void> {
		const stat = await lstat(this.#child(name));
		if (stat.isSymbolicLink()) throw new TinykitError('path_is_link');
	}

	/** Whether it still lies where it was opened. @throws TinykitError `path_is_link` */
	async verify(): Promise<void> {
		const real = hasDescriptors
			? await readlink(this.#child('').slice(0, -1))
			: await realpath(this.path);
		if (real !== this.path) throw new TinykitError('path_is_link');
		if (hasDescriptors) return;
		const [named, opened] = await Promise.all([lstat(this.path), this.#handle.stat()]);
		if (named.ino !== opened.ino || named.dev !== opened.dev)
			throw new TinykitError('path_is_link');
	}

	entries(): Promise<Dirent[]> {
		return readdir(this.#child('.'), { withFileTypes: true });
	}

	stat(name: string): Promise<BigIntStats> {
		return lstat(this.#child(name), { bigint: true });
	}

	/**
	 * Reads a regular file.
	 * @param maxBytes more than this is refused
	 * @throws TinykitError `path_is_link`, `file_not_found`, `file_too_large`
	 */
	async read(name: string, maxBytes: number): Promise<Uint8Array> {
		let handle: FileHandle;
		try {
			// NONBLOCK: a named pipe would wait for a writer.
			handle = await open(this.#child(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
		} catch (error) {
			if (errnoOf(error) === 'ELOOP') throw new TinykitError('path_is_link', { cause: error });
			throw error;
		}
		try {
			const stat = await handle.stat();
			if (!stat.isFile()) throw new TinykitError('file_not_found');
			if (stat.size > maxBytes) throw new TinykitError('file_too_large');
			const bytes = Buffer.alloc(stat.size);
			let length = 0;
			while (length < bytes.byteLength) {
				const { bytesRead } = await handle.read(bytes, length, bytes.byteLength - length, length);
				// Somebody made it shorter meanwhile.
				if (bytesRead === 0) break;
				length += bytesRead;
			}
			return bytes.subarray(0, length);
		} finally {
			await handle.close();
		}
	}

	/**
	 * Puts a file in place by renaming a finished temporary one: a reader sees the old bytes or the new ones.
	 * The file and its name are on disk when this resolves.
	 */
	async put(name: string, temporary: string, bytes: Uint8Array): Promise<void> {
		const from = this.#child(temporary);
		const handle = await open(from, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
		try {
			try {
				await handle.writeFile(bytes);
				await handle.sync();
			} finally {
				await handle.close();
			}
			await this.verify();
			await rename(from, this.#child(name));
		} catch (error) {
			await unlink(from).catch(() => undefined);
			throw error;
		}
		await this.sync();
		await this.verify();
	}

	async move(name: string, to: Folder, toName: string): Promise<void> {
		await this.verify();
		await to.verify();
		await rename(this.#child(name), to.#child(toName));
		await this.sync();
		await to.sync();
		await to.verify();
	}

	async remove(name: string): Promise<void> {
		await this.verify();
		await unlink(this.#child(name));
		await this.sync();
	}

	/** @returns whether it was empty and is gone */
	async removeFolder(name: string): Promise<boolean> {
		try {
			await rmdir(this.#child(name));
			return true;
		} catch (error) {
			if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return false;
			throw error;
		}
	}

	/** Makes the names in it durable. */
	async sync(): Promise<void> {
		await this.#handle.sync();
	}

	close(): Promise<void> {
		return this.#handle.close();
	}
}

/**
 * Opens the folders down a path one by one, none of them a link, and runs the work in the last one.
 * @param segments the names below `root`
 */
export async function inFolder<T>(
	root: string,
	segments: readonly string[],
	options: { readonly create: boolean },
	work: (folder: Folder) => Promise<T>,
): Promise<T> {
	let folder: Folder | undefined;
	try {
		folder = await Folder.open(root);
		for (const segment of segments) {
			const next: Folder = await folder.folder(segment, options);
			await folder.close();
			folder = next;
		}
		return await work(folder);
	} catch (error) {
		throw diskError(error);
	} finally {
		await folder?.close();
	}
}
