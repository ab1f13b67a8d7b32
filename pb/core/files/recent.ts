import { statSync } from 'node:fs';
import type { LoadedFile } from './types.ts';

/** Bytes of one file that is kept, and of all. */
const LARGEST = 256 << 10;
const CAPACITY = 16 << 20;

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
	readonly #entries = new Map<string, Entry>();
	#bytes = 0;

	get(path: string): LoadedFile | undefined {
		const entry = this.#entries.get(path);
		if (!entry) return undefined;
		this.#drop(path, entry);
		const now = statSync(path, { throwIfNoEntry: false });
		if (!now || !isSame(now, entry.identity)) return undefined;
		this.set(path, entry.file, entry.identity);
		return entry.file;
	}

	/** Keeps a file as the one used last; the ones unused for longest go. @param identity from before it was read */
	set(path: string, file: LoadedFile, identity: Identity): void {
		const known = this.#entries.get(path);
		if (known) this.#drop(path, known);
		this.#entries.set(path, { file, identity: identityOf(identity) });
		this.#bytes += file.bytes.length;
		for (const [oldest, entry] of this.#entries) {
			if (this.#bytes <= CAPACITY) break;
			this.#drop(oldest, entry);
		}
	}

	#drop(path: string, entry: Entry): void {
		this.#entries.delete(path);
		this.#bytes -= entry.file.bytes.length;
	}
}

export const isSame = (a: Identity, b: Identity): boolean =>
	a.ino === b.ino &&
	a.dev === b.dev &&
	a.size === b.size &&
	a.mtimeMs === b.mtimeMs &&
	a.ctimeMs === b.ctimeMs;
