import type { Metadata, ResizeOptions } from 'sharp';
import { buffer } from 'node:stream/consumers';
import type { FileStorage } from '../files/types.ts';

/** Pixels of the largest image that is decoded: 96 MB of memory. Phones make 12 to 50 million; more is an attack. */
const maxPixels = 50_000_000;
/** Bytes of the largest file that is read for a thumb. */
const maxBytes = 64 << 20;
/** Decoders share libuv's threads with the disk. */
const atOnce = 1;
const maxWaiting = 100;
const maxSeconds = 20;

/** Formats that are decoded; SVG, which can name other files, is not among them. */
const formats: Readonly<Partial<Record<NonNullable<Metadata['format']>, 'png' | 'jpeg' | 'gif'>>> =
	{
		png: 'png',
		jpeg: 'jpeg',
		gif: 'gif',
		// As PocketBase answers it.
		webp: 'png',
	};

/** Work of this process, whatever backend asks: memory and threads are shared. */
const pending = new Map<string, Promise<boolean>>();
const queue: (() => void)[] = [];
let active = 0;

/** How a size like `100x50t` is made: crop around the centre, top or bottom, fit inside, or one side free. */
export function parseThumbSize(size: string): ResizeOptions | undefined {
	const match = /^(\d{1,5})x(\d{1,5})([tbf])?$/.exec(size);
	const width = Number(match?.[1]);
	const height = Number(match?.[2]);
	if (!match || (width === 0 && height === 0)) return undefined;
	if (width > 10_000 || height > 10_000) return undefined;
	if (width === 0) return { height };
	if (height === 0) return { width };
	switch (match[3]) {
		case 't':
			return { width, height, fit: 'cover', position: 'top' };
		case 'b':
			return { width, height, fit: 'cover', position: 'bottom' };
		case 'f':
			return { width, height, fit: 'inside', withoutEnlargement: true };
		default:
			return { width, height, fit: 'cover' };
	}
}

/**
 * Makes a thumb of a stored image and stores it. Who asks for the same one meanwhile waits for it.
 * @param scope Tells apart the keys of several backends.
 * @returns false when it cannot be made: too large, no image after all, too many waiting.
 */
export function createThumb(
	files: FileStorage,
	scope: string,
	originalKey: string,
	thumbKey: string,
	size: string,
): Promise<boolean> {
	const id = `${scope}\n${thumbKey}`;
	let work = pending.get(id);
	if (!work) {
		work = inTurn(() => make(files, originalKey, thumbKey, size))
			.catch(() => false)
			.finally(() => pending.delete(id));
		pending.set(id, work);
	}
	return work;
}

async function inTurn(work: () => Promise<boolean>): Promise<boolean> {
	if (active >= atOnce) {
		if (queue.length >= maxWaiting) return false;
		await new Promise<void>((resolve) => queue.push(resolve));
	} else active += 1;
	try {
		return await work();
	} finally {
		const next = queue.shift();
		if (next) next();
		else active -= 1;
	}
}

async function make(
	files: FileStorage,
	originalKey: string,
	thumbKey: string,
	size: string,
): Promise<boolean> {
	const options = parseThumbSize(size);
	const attributes = await files.attributes(originalKey);
	if (!options || !attributes || attributes.size > maxBytes) return false;
	const content = await files.read(originalKey);
	const bytes = content instanceof Uint8Array ? content : await buffer(content);
	// Loaded on first use: it brings 30 MB of libraries.
	const { default: sharp } = await import('sharp');
	sharp.concurrency(1);
	sharp.cache(false);
	const image = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error', pages: 1 });
	const { format } = await image.metadata();
	const target = formats[format];
	if (!target) return false;
	const thumb = await image
		.autoOrient()
		.resize(options)
		.toFormat(target)
		.timeout({ seconds: maxSeconds })
		.toBuffer();
	await files.put(thumbKey, thumb);
	return true;
}
