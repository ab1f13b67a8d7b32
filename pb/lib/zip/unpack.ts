import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { isEntryName } from './name.ts';
import { ZipError, type ZipItem, type ZipLimits } from './types.ts';

export interface UnpackOptions {
	readonly limits: ZipLimits;
	/** Which files are wanted; the others are skipped. Default: all. */
	readonly accepts?: (name: string) => boolean;
	/** Waits for the disk after each file. Default false. */
	readonly sync?: boolean;
}

/** Most bytes of a file that is read into memory: 200 for each of two million entries. */
const MAX_IN_MEMORY = 400 << 20;

/** Bytes that the ratio does not count. */
const RATIO_FREE = 64 << 20;

/**
 * Unpacks a zip file into an existing empty directory. Names, number, sizes and the ratio are checked before the
 * first byte is written; each file's length and CRC while it is. Links and special files are skipped.
 * @throws {ZipError} when the archive is broken or hostile; what was unpacked until then is left to the caller.
 */
export function unpackZip(
	path: string,
	directory: string,
	options: UnpackOptions,
): Promise<ZipItem[]> {
	return withZip(path, options.limits, async (zip, entries) => {
		const items: ZipItem[] = [];
		for (const entry of entries) {
			if (options.accepts?.(entry.fileName) === false) continue;
			items.push(await unpackEntry(zip, entry, directory, options.sync === true));
		}
		return items;
	});
}

/** Reads a zip file through without writing anything: what is in it, and that every byte can be read. */
export function readZip(path: string, limits: ZipLimits): Promise<ZipItem[]> {
	return withZip(path, limits, async (zip, entries) => {
		const items: ZipItem[] = [];
		for (const entry of entries) items.push(await readEntry(zip, entry, undefined));
		return items;
	});
}

/** The bytes of one file of an archive, at most 400 MiB; `undefined` when it is not there. */
export function readZipEntry(
	path: string,
	name: string,
	limits: ZipLimits,
): Promise<Buffer | undefined> {
	return withZip(path, limits, async (zip, entries) => {
		const entry = entries.find((candidate) => candidate.fileName === name);
		if (entry === undefined) return undefined;
		if (entry.uncompressedSize > MAX_IN_MEMORY) {
			throw new ZipError('too_large', `${name} unpacks to ${entry.uncompressedSize} bytes`);
		}
		const stream = await zip.openReadStreamPromise(entry);
		return Buffer.concat((await stream.toArray()) as Buffer[]);
	});
}

async function withZip<T>(
	path: string,
	limits: ZipLimits,
	body: (zip: ZipFile, files: readonly Entry[]) => Promise<T>,
): Promise<T> {
	const { openPromise } = await import('yauzl');
	let zip: ZipFile;
	try {
		zip = await openPromise(path, { lazyEntries: true, autoClose: false });
	} catch (cause) {
		throw new ZipError('not_a_zip', 'the file is not a zip archive', cause);
	}
	try {
		return await body(zip, await checkedEntries(zip, limits));
	} catch (error) {
		// Errors of the file system are the machine's, all others the archive's.
		if (error instanceof ZipError || (error instanceof Error && 'syscall' in error)) throw error;
		throw new ZipError('damaged', 'the archive cannot be read', error);
	} finally {
		zip.close();
	}
}

async function checkedEntries(zip: ZipFile, limits: ZipLimits): Promise<Entry[]> {
	if (zip.entryCount > limits.maxEntries) {
		throw new ZipError('too_many_entries', `the archive has ${zip.entryCount} entries`);
	}
	const files: Entry[] = [];
	const names = new Set<string>();
	let packed = 0;
	let unpacked = 0;
	for await (const entry of zip.eachEntry()) {
		const name = entry.fileName;
		const isDirectory = name.endsWith('/');
		if (!isEntryName(isDirectory ? name.slice(0, -1) : name)) {
			throw new ZipError('unsafe_name', `the archive has the entry ${JSON.stringify(name)}`);
		}
		if (isDirectory || !isRegular(entry)) continue;
		if (entry.isEncrypted()) throw new ZipError('unsupported', 'the archive is encrypted');
		if (names.has(name)) throw new ZipError('unsafe_name', `two entries are named ${name}`);
		names.add(name);
		packed += entry.compressedSize;
		unpacked += entry.uncompressedSize;
		files.push(entry);
	}
	if (unpacked > limits.maxBytes || unpacked > RATIO_FREE + packed * limits.maxRatio) {
		throw new ZipError('too_large', `the archive unpacks to ${unpacked} bytes`);
	}
	// Entries that share their bytes: a bomb that the ratio of one entry does not show.
	if (packed > zip.fileSize) throw new ZipError('damaged', 'entries of the archive overlap');
	return files;
}

/** False for links, sockets and the like; an archive made on Windows has no mode at all. */
function isRegular(entry: Entry): boolean {
	const type = (entry.externalFileAttributes >>> 16) & 0o170000;
	return type === 0 || type === 0o100000;
}

async function unpackEntry(
	zip: ZipFile,
	entry: Entry,
	directory: string,
	sync: boolean,
): Promise<ZipItem> {
	const target = join(directory, entry.fileName);
	await mkdir(dirname(target), { recursive: true, mode: 0o700 });
	return readEntry(zip, entry, () =>
		createWriteStream(target, { flags: 'wx', mode: 0o600, flush: sync }),
	);
}

async function readEntry(
	zip: ZipFile,
	entry: Entry,
	openTarget: (() => Writable) | undefined,
): Promise<ZipItem> {
	const hash = createHash('sha256');
	let checksum = 0;
	let size = 0;
	const tap = new Transform({
		transform(chunk: Buffer, _encoding, callback) {
			checksum = crc32(chunk, checksum);
			hash.update(chunk);
			size += chunk.length;
			callback(null, openTarget === undefined ? undefined : chunk);
		},
	});
	const source = await zip.openReadStreamPromise(entry);
	// The target is opened only now: a file that cannot be made must find somebody who hears of it.
	if (openTarget === undefined) await pipeline(source, tap.resume());
	else await pipeline(source, tap, openTarget());
	if (checksum !== entry.crc32 || size !== entry.uncompressedSize) {
		throw new ZipError('damaged', `the entry ${entry.fileName} is damaged`);
	}
	return { name: entry.fileName, size, sha256: hash.digest('hex') };
}
