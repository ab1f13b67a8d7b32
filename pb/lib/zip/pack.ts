import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type { ZipInput, ZipItem } from './types.ts';

export type ZipInputs = Iterable<ZipInput> | AsyncIterable<ZipInput>;

/**
 * Writes a zip file and waits until it is on disk. Files are read one after the other while they are packed.
 * @param target must not exist; it is left incomplete when packing fails.
 * @param inputs or a generator of them that sees what was packed so far (for a manifest at the end).
 * @returns what was packed, with hashes of the very bytes that went in.
 */
export async function packZip(
	target: string,
	inputs: ZipInputs | ((packed: readonly ZipItem[]) => ZipInputs),
): Promise<ZipItem[]> {
	// Loaded on first use: backups are rare.
	const { ZipFile } = await import('yazl');
	const zip = new ZipFile();
	const output = createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true });
	const failure = new AbortController();
	zip.on('error', (error) => failure.abort(error));
	const writing = pipeline(zip.outputStream, output, { signal: failure.signal });
	// Awaited below; until then a failure must not count as unhandled.
	writing.catch((error: unknown) => failure.abort(error));
	const items: ZipItem[] = [];
	try {
		for await (const input of typeof inputs === 'function' ? inputs(items) : inputs) {
			failure.signal.throwIfAborted();
			const source = await openInput(input);
			if (source === undefined) continue;
			const { stream, result } = measured(source.stream);
			const options = {
				mode: 0o100600,
				// Level 1: PocketBase's choice as well; 0 stores.
				compressionLevel: input.compress === false ? 0 : 1,
				...(source.modified && { mtime: source.modified }),
			};
			zip.addReadStreamLazy(input.name, options, (callback) => callback(null, stream));
			await finished(stream, { writable: false, signal: failure.signal });
			items.push({ name: input.name, ...result() });
		}
		zip.end();
		await writing;
	} catch (error) {
		failure.abort(error);
		await writing.catch(() => undefined);
		throw failure.signal.reason;
	}
	return items;
}

interface OpenInput {
	readonly stream: Readable;
	readonly modified: Date | undefined;
}

async function openInput({ content }: ZipInput): Promise<OpenInput | undefined> {
	if ('bytes' in content) return { stream: Readable.from([content.bytes]), modified: undefined };
	let handle: FileHandle;
	try {
		handle = await open(content.path, 'r');
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
		throw error;
	}
	const { mtime } = await handle.stat();
	return { stream: handle.createReadStream(), modified: mtime };
}

/** Passes a stream on and counts and hashes it. */
function measured(source: Readable): {
	readonly stream: Readable;
	readonly result: () => { readonly size: number; readonly sha256: string };
} {
	const hash = createHash('sha256');
	let size = 0;
	const tap = new Transform({
		transform(chunk: Buffer, _encoding, callback) {
			hash.update(chunk);
			size += chunk.length;
			callback(null, chunk);
		},
	});
	source.on('error', (error) => tap.destroy(error));
	return {
		stream: source.pipe(tap),
		result: () => ({ size, sha256: hash.digest('hex') }),
	};
}
