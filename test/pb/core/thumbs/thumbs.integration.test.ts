import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackend, importCollections, type Backend } from '../../../../pb/index.ts';
import { parseThumbSize } from '../../../../pb/core/thumbs/index.ts';

let dir: string;
let backend: Backend;

beforeAll(async () => {
	dir = await mkdtemp(join(tmpdir(), 'thumbs-'));
	backend = await createBackend({ dataDir: dir });
	const sizes = ['40x20', '40x20t', '40x20b', '40x20f', '0x30', '30x0'];
	await importCollections(backend.app, {
		collections: [
			{
				id: 'pbc_images',
				name: 'images',
				type: 'base',
				createRule: '',
				fields: [{ name: 'file', type: 'file', maxSelect: 1, maxSize: 9_000_000, thumbs: sizes }],
			},
		],
		deleteMissing: false,
	});
});
afterAll(async () => {
	await backend.close();
	await rm(dir, { recursive: true, force: true });
});

/** Left half red, right half blue; top row of pixels green. */
const picture = (width: number, height: number) =>
	sharp({ create: { width, height, channels: 3, background: '#f00' } }).composite([
		{
			input: { create: { width: width / 2, height, channels: 3, background: '#00f' } },
			left: width / 2,
			top: 0,
		},
		{
			input: { create: { width, height: height / 4, channels: 3, background: '#0f0' } },
			left: 0,
			top: 0,
		},
	]);

async function upload(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const form = new FormData();
	form.set('file', new File([bytes], name));
	const response = await backend.fetch(
		new Request('http://x/api/collections/images/records', { method: 'POST', body: form }),
	);
	const record = (await response.json()) as { id: string; file: string };
	return `http://x/api/files/images/${record.id}/${record.file}`;
}

const get = (url: string) => backend.fetch(new Request(url));

describe('thumbs', () => {
	it.each([
		['40x20', 40, 20, false],
		['40x20t', 40, 20, true],
		['40x20b', 40, 20, false],
		['40x20f', 20, 20, true],
		['0x30', 30, 30, true],
		['30x0', 30, 30, true],
		['100x100', 100, 100, true],
	])('%s', async (size, width, height, hasTop) => {
		const url = await upload('a.png', new Uint8Array(await picture(80, 80).png().toBuffer()));
		const response = await get(`${url}?thumb=${size}`);
		expect(response.headers.get('content-disposition')).toContain(`inline; filename=${size}_a`);
		const { data, info } = await sharp(Buffer.from(await response.arrayBuffer()))
			.removeAlpha()
			.raw()
			.toBuffer({ resolveWithObject: true });
		expect([info.width, info.height]).toEqual([width, height]);
		expect((data[1] ?? 0) > 200).toBe(hasTop);
	});

	it('makes PNG of WebP, keeps JPEG, and keeps what it has made', async () => {
		const webp = await upload('a.webp', new Uint8Array(await picture(80, 80).webp().toBuffer()));
		const first = await get(`${webp}?thumb=40x20`);
		expect(first.headers.get('content-type')).toBe('image/png');
		const jpeg = await upload('a.jpg', new Uint8Array(await picture(80, 80).jpeg().toBuffer()));
		const all = await Promise.all(Array.from({ length: 5 }, () => get(`${jpeg}?thumb=40x20`)));
		for (const each of all) expect(each.headers.get('content-type')).toBe('image/jpeg');
		const [, , , , , , id, name] = jpeg.split('/');
		expect(
			await backend.app.files.attributes(`pbc_images/${id!}/thumbs_${name!}/40x20_${name!}`),
		).toBeDefined();
	});

	it.each<[string, string, () => Promise<Buffer>, string]>([
		['a size that is not listed', 'a.png', () => picture(80, 80).png().toBuffer(), '41x20'],
		[
			'a broken image',
			'a.png',
			async () => (await picture(80, 80).png().toBuffer()).subarray(0, 120),
			'40x20',
		],
		[
			'an SVG',
			'a.svg',
			async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
			'40x20',
		],
		[
			'more pixels than are decoded',
			'a.png',
			() =>
				sharp({ create: { width: 9000, height: 9000, channels: 3, background: '#fff' } })
					.png()
					.toBuffer(),
			'40x20',
		],
	])('serves the original of %s', async (_, name, bytes, size) => {
		const original = await bytes();
		const url = await upload(name, new Uint8Array(original));
		const response = await get(`${url}?thumb=${size}`);
		expect(response.status).toBe(200);
		expect(Buffer.from(await response.arrayBuffer()).equals(original)).toBe(true);
	});

	it.each(['0x0', '100', 'x', '99999x1', '1x1z', '-1x1', ''])('knows no size %j', (size) => {
		expect(parseThumbSize(size)).toBeUndefined();
	});
});
