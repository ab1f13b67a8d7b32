import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import {
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
	symlink,
	utimes,
	writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	createLocalFiles,
	FileKeyError,
	type FileStorage,
} from '../../../../pb/core/files/index.ts';
import { RecentFiles } from '../../../../pb/core/files/recent.ts';
import { createRandom } from '../../../../pb/lib/index.ts';

let directory: string;
let root: string;
let files: FileStorage;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'files-'));
	root = join(directory, 'storage');
	files = createLocalFiles({ root, random: createRandom() });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const bytesOf = async (content: Readable | Uint8Array): Promise<string> =>
	Buffer.from(
		content instanceof Uint8Array ? content : Buffer.concat((await content.toArray()) as Buffer[]),
	).toString('latin1');
const png = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);
const upload = (originalName: string, bytes: Buffer) => ({
	originalName,
	name: 'unused.bin',
	size: bytes.length,
	open: () => Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]),
	bytes: async () => bytes,
});

describe('createLocalFiles', () => {
	it('writes the file and its sidecar as PocketBase does', async () => {
		await files.put('col/rec/test_abc.txt', upload('t<e>st.txt', Buffer.from('test\n')));
		expect(await readFile(join(root, 'col/rec/test_abc.txt'), 'utf8')).toBe('test\n');
		expect(await readFile(join(root, 'col/rec/test_abc.txt.attrs'), 'utf8')).toBe(
			'{"user.cache_control":"","user.content_disposition":"","user.content_encoding":"",' +
				'"user.content_language":"","user.content_type":"text/plain; charset=utf-8",' +
				'"user.metadata":{"original-filename":"t\\u003ce\\u003est.txt"},"md5":"2Oj8otwPiW/Xy0ywAxuiSQ=="}\n',
		);
		expect((await readdir(join(root, 'col/rec'))).sort()).toEqual([
			'test_abc.txt',
			'test_abc.txt.attrs',
		]);
	});

	it.each([
		['image/png', png],
		['image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"></svg>')],
		['text/html; charset=utf-8', Buffer.from('<!doctype html><p>hi')],
		['application/octet-stream', Buffer.from([1, 2, 0, 3])],
	])('tells %s by its content', async (contentType, bytes) => {
		await files.put('col/rec/a.bin', bytes);
		expect(await files.attributes('col/rec/a.bin')).toMatchObject({
			contentType,
			size: bytes.length,
			metadata: {},
		});
		// The same without a sidecar, as in directories that other tools made.
		await rm(join(root, 'col/rec/a.bin.attrs'));
		expect((await files.attributes('col/rec/a.bin'))?.contentType).toBe(contentType);
	});

	it('reads whole files and ranges', async () => {
		await files.put('col/rec/thumbs_a.png/10x10_a.png', Buffer.from('0123456789'));
		const key = 'col/rec/thumbs_a.png/10x10_a.png';
		expect(await bytesOf(await files.read(key))).toBe('0123456789');
		expect(await bytesOf(await files.read(key, { start: 2, end: 4 }))).toBe('234');
		await expect(files.read('col/rec/missing')).rejects.toMatchObject({ code: 'ENOENT' });
		expect(await files.attributes('col/rec/missing')).toBeUndefined();
		expect(await files.attributes('col/rec')).toBeUndefined();
	});

	it('keeps a small file in memory for as long as it is the same', async () => {
		const key = 'col/rec/a.txt';
		const path = join(root, key);
		await files.put(key, Buffer.from('0123'));
		expect(files.recent(key)).toBeUndefined();
		expect(await bytesOf(await files.read(key))).toBe('0123');
		const loaded = files.recent(key);
		expect(await bytesOf(loaded!.bytes)).toBe('0123');
		expect(loaded!.attributes).toEqual(await files.attributes(key));
		// The same length, and the time set back.
		await writeFile(path, '3210');
		await utimes(path, loaded!.attributes.modified, loaded!.attributes.modified);
		expect(files.recent(key)).toBeUndefined();
		expect(await bytesOf(await files.read(key))).toBe('3210');
		await files.put(key, Buffer.from('4567'));
		expect(files.recent(key)).toBeUndefined();
		expect(await bytesOf(await files.read(key, { start: 1, end: 2 }))).toBe('56');
		expect(await bytesOf(files.recent(key)!.bytes)).toBe('4567');
		await files.delete(key);
		expect(files.recent(key)).toBeUndefined();
	});

	it('reads a sidecar again when its file has changed', async () => {
		const key = 'col/rec/a.txt';
		await files.put(key, Buffer.from('text'), { originalName: 'one.txt' });
		expect(await files.attributes(key)).toMatchObject({
			metadata: { 'original-filename': 'one.txt' },
		});
		await files.put(key, png, { originalName: 'two.png' });
		for (let i = 0; i < 2; i++)
			expect(await files.attributes(key)).toMatchObject({
				contentType: 'image/png',
				size: png.length,
				metadata: { 'original-filename': 'two.png' },
			});
	});

	it('keeps no large file, no link, and only so many', async () => {
		await files.put('col/rec/large', Buffer.alloc((256 << 10) + 1));
		const stream = await files.read('col/rec/large');
		expect(stream).toBeInstanceOf(Readable);
		(stream as Readable).destroy();
		expect(files.recent('col/rec/large')).toBeUndefined();
		await symlink(join(root, 'col/rec/large.attrs'), join(root, 'col/rec/link'));
		await expect(files.read('col/rec/link')).rejects.toMatchObject({ code: 'ELOOP' });
		const keys = Array.from({ length: 64 }, (_, i) => `col/many/${i}`);
		await mkdir(join(root, 'col/many'));
		for (const key of keys) {
			await writeFile(join(root, key), Buffer.alloc(256 << 10));
			await files.read(key);
			// Used all the time, so that it is never the one to go.
			expect(files.recent('col/many/0')).toBeDefined();
		}
		const kept = keys.filter((key) => files.recent(key));
		expect(kept).toEqual(keys.filter((key) => key !== 'col/many/1'));
	});

	it('keeps only so many files also when there is nothing in them', async () => {
		const recent = new RecentFiles();
		await writeFile(join(directory, 'tiny'), 'x');
		const identity = statSync(join(directory, 'tiny'));
		const attributes = { contentType: '', size: 1, modified: new Date(), metadata: {} };
		// The same file by many names.
		const nameOf = (n: number) =>
			`${directory}/${n.toString(2).replaceAll('0', '/').replaceAll('1', './')}tiny`;
		for (let n = 0; n < 20_000; n++)
			recent.set(nameOf(n), { attributes, bytes: Buffer.from('x') }, identity);
		expect(recent.get(nameOf(19_999))).toBeDefined();
		expect(recent.get(nameOf(0))).toBeUndefined();
	});

	it('keeps the old file and leaves nothing behind when an upload breaks off', async () => {
		await files.put('col/rec/a.txt', Buffer.from('old'));
		const broken = {
			...upload('a.txt', Buffer.from('')),
			open: () =>
				Readable.from(
					(function* () {
						yield Buffer.from('ne');
						throw new Error('gone');
					})(),
				),
		};
		await expect(files.put('col/rec/a.txt', broken)).rejects.toThrow('gone');
		expect(await bytesOf(await files.read('col/rec/a.txt'))).toBe('old');
		expect((await readdir(join(root, 'col/rec'))).sort()).toEqual(['a.txt', 'a.txt.attrs']);
	});

	it('writes an upload that is in memory part by part', async () => {
		const parts = Array.from({ length: 3000 }, (_, i) => Buffer.from(`${i},`));
		const whole = Buffer.concat(parts);
		for (const list of [parts, [], [Buffer.alloc(0)]]) {
			await files.put('col/rec/a.txt', { ...upload('a.txt', whole), parts: list });
			const written = await readFile(join(root, 'col/rec/a.txt'));
			expect(written.equals(Buffer.concat(list))).toBe(true);
			const md5 = createHash('md5').update(written).digest('base64');
			expect(await readFile(join(root, 'col/rec/a.txt.attrs'), 'utf8')).toContain(`"md5":"${md5}"`);
		}
		await mkdir(join(root, 'col/rec/b.txt'));
		await expect(files.put('col/rec/b.txt', { ...upload('b', whole), parts })).rejects.toThrow();
		const left = (await readdir(join(root, 'col/rec'))).filter((name) => name.includes('.tmp'));
		expect(left).toEqual([]);
	});

	it('survives an upload whose spooled file has gone', async () => {
		const gone = {
			...upload('a.txt', Buffer.from('')),
			open: () => createReadStream(join(directory, 'missing')),
		};
		await expect(files.put('col/rec/a.txt', gone)).rejects.toMatchObject({ code: 'ENOENT' });
		expect(await readdir(join(root, 'col/rec'))).toEqual([]);
	});

	it('deletes files, folders, and what is not there', async () => {
		for (const key of ['col/r1/a.txt', 'col/r1/thumbs_a/x', 'col/r10/a.txt']) {
			await files.put(key, Buffer.from('x'));
		}
		await files.delete('col/r1/a.txt');
		await files.delete('col/r1/a.txt');
		expect(await readdir(join(root, 'col/r1'))).toEqual(['thumbs_a']);
		await files.deletePrefix('col/r1/');
		await files.deletePrefix('col/nothing/');
		expect(await readdir(join(root, 'col'))).toEqual(['r10']);
	});

	it.each([
		'',
		'a',
		'a/',
		'/a/b',
		'a//b',
		'../x/y',
		'col/../../x',
		'col/./x',
		'col/rec/..',
		'col/rec/a\\b',
		'col/rec/a\u0000b',
		'col/rec/a\nb',
		'col/rec/a.attrs',
		`col/rec/${'x'.repeat(241)}`,
		'a/b/c/d/e',
	])('refuses the key %j before touching anything', async (key) => {
		const calls = [
			() => files.put(key, Buffer.from('x')),
			() => files.attributes(key),
			() => files.read(key),
			async () => files.recent(key),
			() => files.delete(key),
		];
		for (const call of calls) await expect(call()).rejects.toThrow(FileKeyError);
		expect(await readdir(directory)).toEqual([]);
	});

	it.each(['', '/', '..', '../', './', 'col/../..', 'col//'])(
		'refuses to delete the folder %j',
		async (prefix) => {
			await files.put('col/rec/a.txt', Buffer.from('x'));
			await expect(files.deletePrefix(prefix)).rejects.toThrow(FileKeyError);
			expect(await bytesOf(await files.read('col/rec/a.txt'))).toBe('x');
		},
	);

	it('does not follow a link put in place of a file', async () => {
		const secret = join(directory, 'secret');
		await writeFile(secret, 'secret');
		await mkdir(join(root, 'col/rec'), { recursive: true });
		await symlink(secret, join(root, 'col/rec/a.txt'));
		await expect(files.read('col/rec/a.txt')).rejects.toMatchObject({ code: 'ELOOP' });
	});

	it('holds deletions back while a backup runs', async () => {
		for (const key of ['col/r1/a', 'col/r1/b', 'col/r2/a', 'col/r3/a']) {
			await files.put(key, Buffer.from('old'));
		}
		const first = files.holdDeletes();
		const second = files.holdDeletes();
		await files.delete('col/r1/a');
		await files.delete('col/r1/b');
		await files.deletePrefix('col/r2/');
		await files.deletePrefix('col/r3/');
		// Back again under the same name: must stay.
		await files.put('col/r1/b', Buffer.from('new'));
		await files.put('col/r3/c', Buffer.from('new'));
		await first();
		await first();
		expect(await bytesOf(await files.read('col/r1/a'))).toBe('old');
		await second();
		expect(await files.attributes('col/r1/a')).toBeUndefined();
		expect(await bytesOf(await files.read('col/r1/b'))).toBe('new');
		expect((await readdir(join(root, 'col'))).sort()).toEqual(['r1', 'r3']);
		await files.delete('col/r1/b');
		expect(await files.attributes('col/r1/b')).toBeUndefined();
	});
});
