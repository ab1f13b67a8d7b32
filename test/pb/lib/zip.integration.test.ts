import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	isEntryName,
	packZip,
	readZip,
	readZipEntry,
	unpackZip,
	ZipError,
} from '../../../pb/lib/zip/index.ts';

const limits = { maxEntries: 100, maxBytes: 1 << 30, maxRatio: 200 };
let directory: string;
let target: string;
let file: string;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'zip-'));
	target = join(directory, 'target');
	file = join(directory, 'a.zip');
	await mkdir(target);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

interface RawEntry {
	readonly name: string;
	readonly data?: Buffer;
	/** Unix mode in the external attributes. */
	readonly mode?: number;
	readonly flags?: number;
	/** Lies about the unpacked size. */
	readonly claimedSize?: number;
	readonly crc?: number;
	readonly sharedOffset?: number;
}

/** A zip written byte by byte, to hold what no honest program writes. */
function rawZip(entries: readonly RawEntry[]): Buffer {
	const locals: Buffer[] = [];
	const central: Buffer[] = [];
	let offset = 0;
	for (const entry of entries) {
		const name = Buffer.from(entry.name);
		const data = entry.data ?? Buffer.from('x');
		const packed = deflateRawSync(data);
		const fields = Buffer.alloc(26);
		fields.writeUInt16LE(20, 0);
		fields.writeUInt16LE(entry.flags ?? 0x800, 2);
		fields.writeUInt16LE(8, 4);
		fields.writeUInt32LE(entry.crc ?? crc32(data), 10);
		fields.writeUInt32LE(packed.length, 14);
		fields.writeUInt32LE(entry.claimedSize ?? data.length, 18);
		fields.writeUInt16LE(name.length, 22);
		const local = Buffer.concat([Buffer.from('504b0304', 'hex'), fields, name, packed]);
		const rest = Buffer.alloc(14);
		rest.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6);
		rest.writeUInt32LE(entry.sharedOffset ?? offset, 10);
		central.push(Buffer.concat([Buffer.from('504b01021403', 'hex'), fields, rest, name]));
		if (entry.sharedOffset === undefined) {
			locals.push(local);
			offset += local.length;
		}
	}
	const directoryBytes = Buffer.concat(central);
	const end = Buffer.alloc(22);
	end.write('504b0506', 0, 'hex');
	end.writeUInt16LE(entries.length, 8);
	end.writeUInt16LE(entries.length, 10);
	end.writeUInt32LE(directoryBytes.length, 12);
	end.writeUInt32LE(offset, 16);
	return Buffer.concat([...locals, directoryBytes, end]);
}
const reasonOf = async (work: Promise<unknown>): Promise<string> =>
	work.then(
		() => 'no error',
		(error: unknown) => (error instanceof ZipError ? error.reason : String(error)),
	);
const unpack = () => unpackZip(file, target, { limits });

describe('pack and unpack', () => {
	it('gives back what went in, with the same hashes, and skips what has gone', async () => {
		await writeFile(join(directory, 'source'), 'from a file'.repeat(5000));
		const packed = await packZip(file, [
			{ name: 'a/b/source', content: { path: join(directory, 'source') } },
			{ name: 'gone', content: { path: join(directory, 'missing') } },
			{ name: 'stored', content: { bytes: Buffer.from('stored') }, compress: false },
			{ name: 'empty', content: { bytes: new Uint8Array() } },
			{ name: 'ümlaut', content: { bytes: Buffer.from('u') } },
		]);
		expect(packed.map(({ name, size }) => [name, size])).toEqual([
			['a/b/source', 55_000],
			['stored', 6],
			['empty', 0],
			['ümlaut', 1],
		]);
		expect(await unpackZip(file, target, { limits, sync: true })).toEqual(packed);
		expect(await readZip(file, limits)).toEqual(packed);
		expect(await readFile(join(target, 'a/b/source'), 'utf8')).toBe('from a file'.repeat(5000));
		expect(String(await readZipEntry(file, 'stored', limits))).toBe('stored');
		expect(await readZipEntry(file, 'gone', limits)).toBeUndefined();
	});

	it('never overwrites, and passes errors of the disk on as they are', async () => {
		await writeFile(file, 'already here');
		await expect(packZip(file, [])).rejects.toMatchObject({ code: 'EEXIST' });
		await rm(file);
		await packZip(file, [{ name: 'a', content: { bytes: Buffer.from('x') } }]);
		await writeFile(join(target, 'a'), 'already here');
		await expect(unpack()).rejects.toMatchObject({ code: 'EEXIST' });
	});

	it('fails when an input cannot be read', async () => {
		const inputs = [{ name: 'a', content: { path: directory } }];
		await expect(packZip(file, inputs)).rejects.toMatchObject({ code: 'EISDIR' });
	});
});

describe('hostile archives', () => {
	it.each([
		'../evil',
		'a/../../evil',
		'/etc/evil',
		'a//b',
		'./a',
		'a/.',
		'C:/evil',
		'a\\..\\..\\evil',
		'a\u0000b',
		'a\nb',
		'x'.repeat(256),
		`${'d/'.repeat(21)}x`,
	])('with the name %j are refused as a whole', async (name) => {
		await writeFile(file, rawZip([{ name: 'good' }, { name }]));
		expect(await reasonOf(unpack())).toMatch(/^(unsafe_name|damaged)$/);
		expect(await readdir(target)).toEqual([]);
		expect(await readdir(directory)).toEqual(['a.zip', 'target']);
		expect(isEntryName(name)).toBe(false);
	});

	it('do not place links or devices', async () => {
		await writeFile(
			file,
			rawZip([
				{ name: 'link', mode: 0o120777, data: Buffer.from('/etc/passwd') },
				{ name: 'pipe', mode: 0o010644 },
				{ name: 'file' },
			]),
		);
		expect((await unpack()).map((item) => item.name)).toEqual(['file']);
		expect(await readdir(target)).toEqual(['file']);
	});

	const zeros = Buffer.alloc(80 << 20);
	it.each([
		['two entries of one name', 'unsafe_name', [{ name: 'a' }, { name: 'a' }]],
		[
			'too many entries',
			'too_many_entries',
			Array.from({ length: 101 }, (_, i) => ({ name: `f${i}` })),
		],
		['a bomb', 'too_large', [{ name: 'zeros', data: zeros }]],
		['an encrypted entry', 'unsupported', [{ name: 'a', flags: 0x801 }]],
		['a wrong checksum', 'damaged', [{ name: 'a', crc: 1 }]],
		[
			'more bytes than it claims',
			'damaged',
			[{ name: 'a', data: zeros.subarray(0, 100_000), claimedSize: 10 }],
		],
		[
			'fewer bytes than it claims',
			'damaged',
			[{ name: 'a', data: Buffer.from('abc'), claimedSize: 10 }],
		],
		[
			'entries that share their bytes',
			'damaged',
			[
				{ name: 'a', data: Buffer.from('y'.repeat(50_000)) },
				...Array.from({ length: 90 }, (_, i) => ({
					name: `shared-entry-with-a-name-${i}`,
					data: Buffer.from(Array.from({ length: 900 }, (_x, j) => (j * 7919) % 251)),
					sharedOffset: 0,
				})),
			],
		],
	] satisfies [string, string, RawEntry[]][])(
		'with %s are refused: %s',
		async (_, reason, entries) => {
			await writeFile(file, rawZip(entries));
			expect(await reasonOf(unpack())).toBe(reason);
		},
	);

	it.each([
		['nothing', Buffer.alloc(0)],
		['text', Buffer.from('hello')],
		['half an archive', rawZip([{ name: 'a' }]).subarray(0, 40)],
	])('of %s are no archives', async (_, bytes) => {
		await writeFile(file, bytes);
		expect(await reasonOf(unpack())).toBe('not_a_zip');
	});
});
