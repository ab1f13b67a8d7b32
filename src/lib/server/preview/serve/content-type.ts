const types: Readonly<Record<string, string>> = {
	html: 'text/html; charset=utf-8',
	htm: 'text/html; charset=utf-8',
	js: 'text/javascript; charset=utf-8',
	mjs: 'text/javascript; charset=utf-8',
	css: 'text/css; charset=utf-8',
	json: 'application/json',
	webmanifest: 'application/manifest+json',
	txt: 'text/plain; charset=utf-8',
	md: 'text/markdown; charset=utf-8',
	csv: 'text/csv; charset=utf-8',
	xml: 'application/xml',
	svg: 'image/svg+xml',
	png: 'image/png',
	jpg: 'image/jpeg',
	jpeg: 'image/jpeg',
	gif: 'image/gif',
	webp: 'image/webp',
	avif: 'image/avif',
	ico: 'image/x-icon',
	woff: 'font/woff',
	woff2: 'font/woff2',
	ttf: 'font/ttf',
	otf: 'font/otf',
	mp3: 'audio/mpeg',
	mp4: 'video/mp4',
	webm: 'video/webm',
	pdf: 'application/pdf',
	wasm: 'application/wasm',
};

/** By the ending of a name; with `nosniff` an unknown one is never run or shown. */
export function contentType(path: string): string {
	const ending = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
	return (Object.hasOwn(types, ending) ? types[ending] : undefined) ?? 'application/octet-stream';
}
