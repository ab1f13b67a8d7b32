import type { BuiltFile } from '../built-app.ts';
import type { Builds } from '../builds.ts';
import type { PreviewRequest } from '../types.ts';
import { draftHeaders } from './headers.ts';
import { appPage, emptyPage, problemsPage } from './pages.ts';

const forEver = 'public, max-age=31536000, immutable';

/** @returns `undefined` when it cannot be decoded or would say something else than it seems to */
function decodePath(path: string): string | undefined {
	try {
		const decoded = decodeURIComponent(path.replace(/[?#].*$/s, ''));
		return decoded.startsWith('/') && !/[\0\\]/.test(decoded) ? decoded : undefined;
	} catch {
		return undefined;
	}
}

/** `/about` is a place in the app, `/about.png` a file, `/.git/config` something that is never here. */
function isPage(path: string): boolean {
	return !path.slice(path.lastIndexOf('/') + 1).includes('.') && !path.includes('/.');
}

/** Answers one request to a draft host. */
export async function serveDraft(
	builds: Builds,
	slug: string,
	request: PreviewRequest,
	builderOrigin: string,
): Promise<Response> {
	const common = draftHeaders(builderOrigin, String(request.headers['sec-fetch-dest'] ?? ''));
	const isHead = request.method === 'HEAD';
	const respond = (status: number, body: string | Uint8Array, headers: Record<string, string>) => {
		const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body);
		const length = { 'content-length': String(bytes.byteLength) };
		const all = { ...common, ...headers, ...(status === 304 ? {} : length) };
		return new Response(isHead || status === 304 ? null : bytes, { status, headers: all });
	};
	const say = (status: number, words: string, headers: Record<string, string> = {}) =>
		respond(status, `${words}\n`, {
			'content-type': 'text/plain; charset=utf-8',
			'cache-control': 'no-store',
			...headers,
		});
	const page = (status: number, html: string) =>
		respond(status, html, {
			'content-type': 'text/html; charset=utf-8',
			'cache-control': 'no-store',
		});
	const file = ({ bytes, type, hash }: BuiltFile, cacheControl: string) => {
		const etag = `"${hash}"`;
		const headers = { 'content-type': type, 'cache-control': cacheControl, etag };
		const isKnown = request.headers['if-none-match'] === etag;
		return isKnown ? respond(304, '', headers) : respond(200, bytes, headers);
	};

	if (request.method !== 'GET' && !isHead) {
		return say(405, 'Only GET and HEAD are answered here.', { allow: 'GET, HEAD' });
	}
	const path = decodePath(request.path);
	if (path === undefined) return say(400, 'This is no path.');
	if (path.startsWith('/assets/')) {
		const asset = await builds.findAsset(slug, path);
		if (asset) return file(asset, forEver);
	}
	const published = (await builds.serving(slug))?.files.get(path);
	if (published) return file(published, 'no-cache');
	if (!isPage(path)) return say(404, 'There is no such file.');

	const { answer, outcome } = await builds.build(slug);
	// The last good build stays when this one is not good; the studio shows what is wrong.
	const app = outcome.ok ? outcome.app : await builds.serving(slug);
	if (app) return page(200, appPage(app, builderOrigin));
	const boot = builds.boot?.[0] ?? '';
	if (!outcome.ok && outcome.isEmpty)
		return page(200, emptyPage(answer.build, builderOrigin, boot));
	return page(422, problemsPage(answer.build, answer.problems, builderOrigin, boot));
}
