import { extname } from 'node:path';
import type { FileStorage } from '../core/index.ts';
import type { ApiContext, ApiReply } from './types.ts';

/** Shown in the page; everything else is a download, because it could run as one (tools/filesystem). */
const inlineTypes = new Set(
	`image/png image/jpg image/jpeg image/gif image/webp image/x-icon image/bmp
	video/webm video/mp4 video/3gpp video/quicktime video/x-ms-wmv
	audio/basic audio/aiff audio/mpeg audio/midi audio/mp3 audio/wave audio/wav audio/x-wav
	audio/x-mpeg audio/x-m4a audio/aac application/pdf application/x-pdf`.split(/\s+/),
);

/** Types that are told by the name because their content looks like another. */
const typesByExtension: Readonly<Record<string, string>> = {
	'.svg': 'image/svg+xml',
	'.css': 'text/css',
	'.js': 'text/javascript',
	'.mjs': 'text/javascript',
	'.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
	'.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
	'.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
};

const isTrue = (text: string | null): boolean =>
	['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text ?? '');

export interface ServedFile {
	readonly key: string;
	/** The name it is saved under. */
	readonly name: string;
	/** Where it lies. Default: the uploads. */
	readonly storage?: Pick<FileStorage, 'attributes' | 'read'> &
		Partial<Pick<FileStorage, 'recent'>>;
}

/** Answers with a stored file, whole or the range asked for. `undefined` when there is none. */
export async function serveFile(
	{ core, query, request }: ApiContext,
	{ key, name, storage = core.files }: ServedFile,
): Promise<ApiReply | undefined> {
	const loaded = storage.recent?.(key);
	const attributes = loaded?.attributes ?? (await storage.attributes(key));
	if (!attributes) return undefined;
	const { contentType, size } = attributes;
	// HTTP dates have whole seconds.
	const modified = new Date(Math.floor(attributes.modified.getTime() / 1000) * 1000);
	const isInline = inlineTypes.has(contentType) && !isTrue(query.get('download'));
	const headers: Record<string, string> &
		Record<'content-disposition' | 'content-security-policy', string> = {
		'content-type': typesByExtension[extname(key)] ?? contentType,
		'content-disposition': `${isInline ? 'inline' : 'attachment'}; filename=${quote(name)}`,
		'content-security-policy':
			"default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
		'cache-control': 'max-age=2592000, stale-while-revalidate=86400',
		'last-modified': modified.toUTCString(),
		'accept-ranges': 'bytes',
		// Files may be framed by other pages; an empty value takes the default away.
		'x-frame-options': '',
	};
	const since = Date.parse(request.header('if-modified-since') ?? '');
	if (since >= modified.getTime()) return { status: 304, headers, body: undefined };
	const range = rangeOf(request.header('range'), request.header('if-range'), size, modified);
	if (range === 'unsatisfiable')
		return {
			status: 416,
			headers: {
				'content-disposition': headers['content-disposition'],
				'content-security-policy': headers['content-security-policy'],
				'content-range': `bytes */${size}`,
				'content-type': 'text/plain; charset=utf-8',
				'x-frame-options': '',
			},
			body: 'invalid range: failed to overlap\n',
		};
	const { start, end } = range ?? { start: 0, end: size - 1 };
	headers['content-length'] = String(end - start + 1);
	if (range) headers['content-range'] = `bytes ${start}-${end}/${size}`;
	const isEmpty = request.method === 'HEAD' || size === 0;
	return {
		status: range ? 206 : 200,
		headers,
		body: isEmpty
			? undefined
			: (loaded?.bytes.subarray(start, end + 1) ?? (await storage.read(key, range))),
	};
}

/** Stored names need no quotes, those of foreign data directories may. */
const quote = (name: string): string =>
	/^[\w.-]+$/.test(name) ? name : `"${name.replace(/[^\x20-\x7e]|["\\]/g, '_')}"`;

interface Range {
	readonly start: number;
	/** Inclusive. */
	readonly end: number;
}

/** The one range asked for; `undefined` = the whole file, also for several ranges, as RFC 9110 14.2 allows. */
function rangeOf(
	header: string | undefined,
	ifRange: string | undefined,
	size: number,
	modified: Date,
): Range | 'unsatisfiable' | undefined {
	if (header === undefined) return undefined;
	if (ifRange !== undefined && Date.parse(ifRange) !== modified.getTime()) return undefined;
	const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
	const [, first = '', last = ''] = match ?? [];
	if (!match || (first === '' && last === '')) return undefined;
	const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
	const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
	if (start >= size) return 'unsatisfiable';
	return start > end ? undefined : { start, end };
}
