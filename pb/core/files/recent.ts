import { statSync } from 'node:fs';
import { LruCache } from '../../lib/index.ts';
import type { LoadedFile } from './types.ts';

/** Bytes of one file that is kept, and of all. */
const LARGEST = 256 << 10;
const CAPACITY = 16 << 20;
/** Bytes that an entry takes beside the file's. */
const OVERHEAD = 1 << 10;

/** What tells that a path still leads to the very file that was read. */
export interface Identity {
	readonly dev: number;
	readonly ino: number;
	readonly size: number;
	readonly mtimeMs: number;
	readonly ctimeMs: number;
}

interface Entry {
	readonly file: LoadedFile;
	readonly identity: Identity;
}

/** Without the rest of a `Stats`. */
export const identityOf = ({ dev, ino, size, mtimeMs, ctimeMs }: Identity): Identity => ({
	dev,
	ino,
	size,
	mtimeMs,
	ctimeMs,
});

export const isSmall = (size: number): boolean => size <= LARGEST;

/**
 * Small files that were read last, so that an image on every page costs one `stat`, and neither threads nor buffers. An
 * entry holds as long as its path leads to the same file with the same times and size.
 */
export class RecentFiles {
	readonly #entries = new LruCache<string, Entry>(
		CAPACITY,
		(_, { file }) => file.bytes.length + OVERHEAD,
	);

	get(path: string): LoadedFile | undefined {
		const entry = this.#entries.get(path);
		if (!entry) return undefined;
		const now = statSync(path, { throwIfNoEntry: false });
		if (now && isSame(now, entry.identity)) return entry.file;
		this.#entries.delete(path);
		return undefined;
	}

	/** Keeps a file as the one used last; the ones unused for longest go. @param identity from before it was read */
	set(path: string, file: LoadedFile, identity: Identity): void {
		this.#entries.set(path, { file, identity: identityOf(identity) });
	}
}

export const isSame = (a: Identity, b: Identity): boolean =>
	a.ino === b.ino &&
	a.dev === b.dev &&
	a.size === b.size &&
	a.mtimeMs === b.mtimeMs &&
	a.ctimeMs === b.ctimeMs;
