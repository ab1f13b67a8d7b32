import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Random } from '../core.ts';
import { storedName } from './name.ts';
import { sniffExtension } from './sniff.ts';
import type { UploadedFile } from './types.ts';

/** Bytes of one upload kept in memory; more goes to a temporary file. */
const memoryLimit = 1 << 20;

/** Takes the bytes of one uploaded file as they come. */
export interface Spool {
	write(chunk: Buffer): void;
	/** No more bytes. The file lives until `dispose` of its `Spools`. */
	finish(): Promise<UploadedFile>;
}

/** The uploads of one request. */
export interface Spools {
	open(originalName: string): Spool;
	/** Removes what went to disk; files that were not read by then are gone. */
	readonly dispose: () => Promise<void>;
}

/** Creates the place for the uploads of one request; nothing is on disk until a file outgrows memory. */
export function createSpools(random: Random): Spools {
	let directory: Promise<string> | undefined;
	let count = 0;
	return {
		open(originalName) {
			return createSpool(originalName, random, async () => {
				directory ??= mkdtemp(join(tmpdir(), 'upload-'));
				return join(await directory, String(count++));
			});
		},
		async dispose() {
			if (directory) await rm(await directory, { recursive: true, force: true });
		},
	};
}

function createSpool(originalName: string, random: Random, newPath: () => Promise<string>): Spool {
	const chunks: Buffer[] = [];
	let size = 0;
	let disk: Promise<{ readonly path: string; readonly stream: WriteStream }> | undefined;
	let failure: unknown;
	const toDisk = async (): Promise<void> => {
		disk ??= newPath().then((path) => {
			const stream = createWriteStream(path, { mode: 0o600 });
			stream.on('error', (error) => (failure = error));
			return { path, stream };
		});
		const { stream } = await disk;
		for (const chunk of chunks.splice(0)) stream.write(chunk);
	};
	return {
		write(chunk) {
			chunks.push(chunk);
			size += chunk.length;
			if (size > memoryLimit) void toDisk().catch((error: unknown) => (failure = error));
		},
		async finish() {
			if (!disk) return fromParts(originalName, chunks, random);
			await toDisk();
			const { path, stream } = await disk;
			await new Promise<void>((resolve) => stream.end(resolve));
			if (failure) throw failure as Error;
			return fromPath(originalName, path, size, random);
		},
	};
}

/** An upload whose bytes are in memory. */
export async function fromBytes(
	originalName: string,
	bytes: Buffer,
	random: Random,
): Promise<UploadedFile> {
	return fromParts(originalName, [bytes], random);
}

async function fromParts(
	originalName: string,
	parts: readonly Buffer[],
	random: Random,
): Promise<UploadedFile> {
	const [first = Buffer.alloc(0)] = parts;
	const head = (): Buffer => (first.length < 4100 ? Buffer.concat(parts) : first);
	return {
		originalName,
		name: await nameFor(originalName, head, random),
		size: parts.reduce((size, part) => size + part.length, 0),
		parts,
		open: () => Readable.from(parts),
		bytes: async () => (parts.length === 1 ? first : Buffer.concat(parts)),
	};
}

async function fromPath(
	originalName: string,
	path: string,
	size: number,
	random: Random,
): Promise<UploadedFile> {
	const head = Buffer.concat(await createReadStream(path, { end: 4099 }).toArray());
	return {
		originalName,
		name: await nameFor(originalName, () => head, random),
		size,
		open: () => createReadStream(path),
		bytes: () => readFile(path),
	};
}

const nameFor = async (originalName: string, head: () => Buffer, random: Random): Promise<string> =>
	storedName(
		originalName,
		/\.[\w*\-+=#]/.test(originalName) ? '' : await sniffExtension(head()),
		random,
	);
