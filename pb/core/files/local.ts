import { constants, type Stats } from 'node:fs';
import { mkdir, open, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { LruCache } from '../../lib/index.ts';
import type { Random } from '../core.ts';
import { readSidecar, sidecarPath, sidecarText } from './attributes.ts';
import { DeferredDeletes } from './deferred-deletes.ts';
import { pathOfKey } from './key.ts';
import { sniffType } from './sniff.ts';
import { identityOf, isSame, isSmall, RecentFiles, type Identity } from './recent.ts';
import type { FileAttributes, FileStorage, LoadedFile, UploadedFile } from './types.ts';
import {
	digestOf,
	HEAD,
	syncDirectory,
	syncParents,
	writeNew,
	writeStream,
	type Digest,
} from './write.ts';

/** Files whose sidecar is not read again. */
const KNOWN_ATTRIBUTES = 2000;
/** Characters of the client's name that are kept (tools/filesystem/filesystem.go). */
const MAX_ORIGINAL_NAME = 255;

/**
 * Uploaded files in `<dataDir>/storage`, with PocketBase's layout and sidecars. A file is complete and on disk
 * before its name exists: it is written under a temporary name, synced and renamed.
 * @example const files = createLocalFiles({ root: join(dataDir, 'storage'), random });
 */
export function createLocalFiles(options: {
	readonly root: string;
	readonly random: Random;
}): FileStorage {
	return new LocalFiles(options.root, options.random);
}

class LocalFiles implements FileStorage {
	readonly #root: string;
	readonly #random: Random;
	readonly #deletes = new DeferredDeletes();
	readonly #recent = new RecentFiles();
	readonly #attributes = new LruCache<
		string,
		{ readonly attributes: FileAttributes; readonly identity: Identity }
	>(KNOWN_ATTRIBUTES);

	constructor(root: string, random: Random) {
		this.#root = root;
		this.#random = random;
	}

	async put(
		key: string,
		file: UploadedFile | Uint8Array,
		options: { readonly originalName?: string } = {},
	): Promise<void> {
		const path = pathOfKey(this.#root, key);
		this.#deletes.cancel(key);
		const isBytes = file instanceof Uint8Array;
		const originalName = options.originalName ?? (isBytes ? '' : file.originalName);
		const parts = isBytes ? [file] : file.parts;
		const directory = dirname(path);
		const created = await mkdir(directory, { recursive: true });
		const temporary = join(directory, `.${this.#random.text(12)}.tmp`);
		try {
			if (parts) {
				const sidecar = await sidecarOf(digestOf(parts), originalName);
				await both(writeNew(temporary, parts), writeNew(`${temporary}.attrs`, [sidecar]));
			} else {
				const digest = await writeStream(temporary, () => (file as UploadedFile).open());
				await writeNew(`${temporary}.attrs`, [await sidecarOf(digest, originalName)]);
			}
			// The sidecar first: a file without one would be served as an unknown type.
			await rename(`${temporary}.attrs`, sidecarPath(path));
			await rename(temporary, path);
			await syncDirectory(directory);
			if (created !== undefined) await syncParents(directory, dirname(created));
		} catch (error) {
			await rm(temporary, { force: true });
			await rm(`${temporary}.attrs`, { force: true });
			throw error;
		}
	}

	async attributes(key: string): Promise<FileAttributes | undefined> {
		const path = pathOfKey(this.#root, key);
		try {
			const info = await stat(path);
			return info.isFile() ? await this.#attributesOf(path, info) : undefined;
		} catch (error) {
			if (isMissing(error)) return undefined;
			throw error;
		}
	}

	recent(key: string): LoadedFile | undefined {
		return this.#recent.get(pathOfKey(this.#root, key));
	}

	async read(
		key: string,
		range?: { readonly start: number; readonly end: number },
	): Promise<Readable | Uint8Array> {
		const path = pathOfKey(this.#root, key);
		const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
		try {
			const info = await handle.stat();
			if (!isSmall(info.size)) return handle.createReadStream({ ...range });
			const bytes = await readAll(handle, info.size);
			const attributes = await this.#attributesOf(path, info);
			await handle.close();
			// A file that is being changed is not kept.
			if (bytes.length === info.size) this.#recent.set(path, { attributes, bytes }, info);
			return range ? bytes.subarray(range.start, range.end + 1) : bytes;
		} catch (error) {
			await handle.close();
			throw error;
		}
	}

	/** The sidecar is read once for as long as the file is the same. */
	async #attributesOf(path: string, info: Stats): Promise<FileAttributes> {
		const known = this.#attributes.get(path);
		if (known && isSame(known.identity, info)) return known.attributes;
		const sidecar = await readSidecar(path);
		const attributes: FileAttributes = {
			contentType: sidecar?.contentType ?? (await sniffType(await readHead(path))).mime,
			size: info.size,
			modified: info.mtime,
			metadata: sidecar?.metadata ?? {},
		};
		// Without a sidecar somebody may yet put one beside it.
		if (sidecar) this.#attributes.set(path, { attributes, identity: identityOf(info) });
		return attributes;
	}

	async delete(key: string): Promise<void> {
		const path = pathOfKey(this.#root, key);
		await this.#deletes.run(key, async () => {
			await removeFile(path);
			await removeFile(sidecarPath(path));
		});
	}

	async deletePrefix(prefix: string): Promise<void> {
		const path = pathOfKey(this.#root, prefix, true);
		await this.#deletes.run(`${prefix.replace(/\/$/, '')}/`, () =>
			rm(path, { recursive: true, force: true }),
		);
	}

	holdDeletes(): () => Promise<void> {
		return this.#deletes.hold();
	}
}

async function sidecarOf({ head, md5 }: Digest, originalName: string): Promise<Uint8Array> {
	const { mime } = await sniffType(head);
	const metadata: Record<string, string> =
		originalName === '' ? {} : { 'original-filename': cut(originalName) };
	return Buffer.from(sidecarText({ contentType: mime, metadata, md5 }));
}

/** Waits for both, also when one fails, so that nothing is written any more afterwards. */
async function both(a: Promise<void>, b: Promise<void>): Promise<void> {
	await Promise.allSettled([a, b]);
	await a;
	await b;
}

async function readAll(handle: FileHandle, size: number): Promise<Uint8Array> {
	const buffer = Buffer.allocUnsafeSlow(size);
	let length = 0;
	while (length < size) {
		const { bytesRead } = await handle.read(buffer, length, size - length, length);
		if (bytesRead === 0) break;
		length += bytesRead;
	}
	return buffer.subarray(0, length);
}

async function readHead(path: string): Promise<Uint8Array> {
	const handle = await open(path, 'r');
	try {
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
		return buffer.subarray(0, bytesRead);
	} finally {
		await handle.close();
	}
}

async function removeFile(path: string): Promise<void> {
	try {
		await unlink(path);
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
}

const isMissing = (error: unknown): boolean =>
	error instanceof Error &&
	'code' in error &&
	(error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** At most 255 bytes, without half a character. */
function cut(name: string): string {
	const bytes = Buffer.from(name).subarray(0, MAX_ORIGINAL_NAME);
	return bytes.toString('utf8').replace(/\uFFFD+$/, '');
}
