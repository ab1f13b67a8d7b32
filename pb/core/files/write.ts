import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

// Each of these is a way to another thread and back. What does not wait for the disk (close, open of a directory) is
// called directly: a `FileHandle` would take that way for it, too.
const open = promisify(fs.open);
const write = promisify(fs.writev);
const datasync = promisify(fs.fdatasync);
const sync = promisify(fs.fsync);

/** Bytes of a file that decide its type. */
export const HEAD = 4_100;

/** What of a file's content stands in its sidecar, or decides what does. */
export interface Digest {
	/** Its first bytes. */
	readonly head: Uint8Array;
	/** Base64. */
	readonly md5: string;
}

export function digestOf(parts: Iterable<Uint8Array>): Digest {
	const digest = new Digesting();
	for (const part of parts) digest.add(part);
	return digest.end();
}

/** Writes a new file and waits for the disk. */
export const writeNew = (path: string, parts: readonly Uint8Array[]): Promise<void> =>
	withNew(path, (file) => writeAll(file, parts));

/** The same for a stream, digested on the way. */
export function writeStream(path: string, openSource: () => Readable): Promise<Digest> {
	return withNew(path, async (file) => {
		const digest = new Digesting();
		// Opened only now: the error of a stream that nobody reads yet would end the process.
		for await (const part of openSource()) {
			const chunk = part as Uint8Array;
			digest.add(chunk);
			await writeAll(file, [chunk]);
		}
		return digest.end();
	});
}

async function withNew<T>(path: string, body: (file: number) => Promise<T>): Promise<T> {
	const file = await open(path, 'wx', 0o644);
	try {
		const result = await body(file);
		await datasync(file);
		return result;
	} finally {
		fs.closeSync(file);
	}
}

/** Most buffers of one call (IOV_MAX). */
const MAX_PARTS = 1024;

async function writeAll(file: number, parts: readonly Uint8Array[]): Promise<void> {
	for (let at = 0; at < parts.length; at += MAX_PARTS) {
		let rest: readonly Uint8Array[] = parts.slice(at, at + MAX_PARTS);
		while (rest.length > 0) {
			const { bytesWritten } = await write(file, rest);
			rest = without(rest, bytesWritten);
		}
	}
}

/** What is left of the parts after so many bytes. */
function without(parts: readonly Uint8Array[], length: number): readonly Uint8Array[] {
	let done = length;
	for (const [i, part] of parts.entries()) {
		if (done < part.length) return [part.subarray(done), ...parts.slice(i + 1)];
		done -= part.length;
	}
	return [];
}

/** Makes the names in a directory last. */
export async function syncDirectory(path: string): Promise<void> {
	const directory = fs.openSync(path, 'r');
	try {
		await sync(directory);
	} finally {
		fs.closeSync(directory);
	}
}

/** New directories are names too: syncs each from above `directory` up to `top`. */
export async function syncParents(directory: string, top: string): Promise<void> {
	let path = directory;
	while (path !== top && path !== dirname(path)) {
		path = dirname(path);
		await syncDirectory(path);
	}
}

class Digesting {
	readonly #hash = createHash('md5');
	readonly #head: Uint8Array[] = [];
	#length = 0;

	add(part: Uint8Array): void {
		this.#hash.update(part);
		if (this.#length < HEAD) this.#head.push(part.subarray(0, HEAD - this.#length));
		this.#length += part.length;
	}

	end(): Digest {
		return { head: Buffer.concat(this.#head), md5: this.#hash.digest('base64') };
	}
}
