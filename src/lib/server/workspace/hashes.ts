import { createHash } from 'node:crypto';
import type { Found } from './walk.ts';

export const sha256 = (bytes: Uint8Array): string =>
	createHash('sha256').update(bytes).digest('hex');

/** Milliseconds. A file that has just changed may change again within one tick of the file system's clock. */
const settled = 100;

/** Hashes of files by path, from the bytes only when a file may have changed. */
export class Hashes {
	/** Valid for one stamp of the file. */
	readonly #known = new Map<string, { readonly stamp: string; readonly hash: string }>();

	async of(file: Found, read: () => Promise<Uint8Array>): Promise<string> {
		const kept = this.#known.get(file.path);
		if (kept?.stamp === file.stamp) return kept.hash;
		const before = Date.now();
		const hash = sha256(await read());
		if (before - file.changed > settled) this.#known.set(file.path, { stamp: file.stamp, hash });
		else this.#known.delete(file.path);
		return hash;
	}

	delete(path: string): void {
		this.#known.delete(path);
	}

	clear(): void {
		this.#known.clear();
	}
}
