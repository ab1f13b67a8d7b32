import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const types: Readonly<Record<string, string>> = {
	'.avif': 'image/avif',
	'.css': 'text/css; charset=utf-8',
	'.gif': 'image/gif',
	'.html': 'text/html; charset=utf-8',
	'.ico': 'image/x-icon',
	'.jpeg': 'image/jpeg',
	'.jpg': 'image/jpeg',
	'.js': 'text/javascript; charset=utf-8',
	'.json': 'application/json',
	'.map': 'application/json',
	'.mjs': 'text/javascript; charset=utf-8',
	'.mp4': 'video/mp4',
	'.pdf': 'application/pdf',
	'.png': 'image/png',
	'.svg': 'image/svg+xml',
	'.txt': 'text/plain; charset=utf-8',
	'.wasm': 'application/wasm',
	'.webmanifest': 'application/manifest+json',
	'.webp': 'image/webp',
	'.woff2': 'font/woff2',
	'.xml': 'text/xml; charset=utf-8',
};

export interface StaticOptions {
	readonly dir: string;
	/** A path without a file gets the index page: for single page apps. */
	readonly indexFallback: boolean;
}

const headers = {
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'SAMEORIGIN',
	'x-xss-protection': '1; mode=block',
} as const;

/**
 * Serves a directory to GET and HEAD (apis/base.go Static): index pages of directories, redirects to the canonical
 * path, optionally the index page for everything else.
 * @returns false when there is nothing to serve.
 */
export async function serveStatic(
	options: StaticOptions,
	request: IncomingMessage,
	response: ServerResponse,
	path: string,
): Promise<boolean> {
	if (request.method !== 'GET' && request.method !== 'HEAD') return false;
	const name = decodePath(path);
	if (name === undefined) return false;
	const target = await find(options.dir, name.replace(/\/+$/, ''));
	if (target?.kind === 'file' && name.endsWith('/') && name !== '/')
		return redirect(response, name.replace(/\/+$/, ''));
	if (target?.kind === 'file' && name.endsWith('/index.html'))
		return redirect(response, name.slice(0, -'index.html'.length));
	if (target?.kind === 'directory' && !name.endsWith('/')) return redirect(response, name + '/');
	const file = target?.kind === 'directory' ? await find(options.dir, name + 'index.html') : target;
	const served =
		file ?? (options.indexFallback ? await find(options.dir, '/index.html') : undefined);
	if (served?.kind !== 'file') return false;
	await send(served, request, response);
	return true;
}

interface Target {
	readonly kind: 'file' | 'directory';
	readonly path: string;
	readonly size: number;
	readonly modified: Date;
}

/** The decoded path, always below the root; undefined for one that is malformed or climbs out. */
function decodePath(path: string): string | undefined {
	try {
		const decoded = decodeURIComponent(path);
		if (decoded.includes('\0') || decoded.includes('\\')) return undefined;
		const clean = normalize(decoded);
		return clean.split(sep).includes('..') ? undefined : clean;
	} catch {
		return undefined;
	}
}

async function find(dir: string, name: string): Promise<Target | undefined> {
	const path = join(dir, name);
	try {
		const info = await stat(path);
		const kind = info.isDirectory() ? 'directory' : info.isFile() ? 'file' : undefined;
		return kind && { kind, path, size: info.size, modified: info.mtime };
	} catch {
		return undefined;
	}
}

/** Two slashes at the start would name another host. */
function redirect(response: ServerResponse, to: string): true {
	const location = '/' + encodeURI(to).replace(/^[/\\]+/, '');
	response.writeHead(301, { ...headers, location }).end();
	return true;
}

async function send(
	{ path, size, modified }: Target,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const seconds = Math.floor(modified.getTime() / 1000) * 1000;
	const common = { ...headers, 'last-modified': new Date(seconds).toUTCString() };
	if (Date.parse(request.headers['if-modified-since'] ?? '') >= seconds) {
		response.writeHead(304, common).end();
		return;
	}
	const type = types[extname(path).toLowerCase()] ?? 'application/octet-stream';
	response.writeHead(200, { ...common, 'content-type': type, 'content-length': size });
	if (request.method === 'HEAD' || size === 0) {
		response.end();
		return;
	}
	// A client that leaves in the middle is no error of ours.
	await pipeline(createReadStream(path, { end: size - 1 }), response).catch(() => undefined);
}
