import { TinykitError } from '#lib/contracts/index.ts';
import type { Workspace } from '../workspace/index.ts';
import { readBytes } from './body.ts';
import { json, noContent, text } from './reply.ts';
import { param, type Call, type Route } from './router.ts';

/** One byte more than a file may have, so that a file that is too large is told so, not cut. */
const bodyLimit = 1024 * 1024 + 1;

export const fileRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/apps/:slug/files',
		access: 'viewer',
		handle: async (call) => json({ items: await (await workspaceOf(call)).list() }),
	},
	{
		method: 'GET',
		path: '/apps/:slug/files/*',
		access: 'viewer',
		handle: async (call) => {
			const file = await (await workspaceOf(call)).read(filePath(call));
			return text(file.text, { etag: `"${file.hash}"` });
		},
	},
	{
		method: 'PUT',
		path: '/apps/:slug/files/*',
		access: 'editor',
		handle: async (call) => {
			const workspace = await workspaceOf(call);
			const path = filePath(call);
			const bytes = await readBytes(call.request, bodyLimit).catch(tooLarge);
			const entry = await workspace.write(path, decode(bytes), { ifMatch: ifMatch(call.request) });
			await call.runtime.apps.touch(workspace.slug);
			return json(entry);
		},
	},
	{
		method: 'DELETE',
		path: '/apps/:slug/files/*',
		access: 'editor',
		handle: async (call) => {
			const workspace = await workspaceOf(call);
			await workspace.delete(filePath(call), { ifMatch: ifMatch(call.request) ?? undefined });
			return noContent();
		},
	},
];

async function workspaceOf(call: Call): Promise<Workspace> {
	const { slug } = await call.runtime.apps.get(param(call, 'slug'));
	return call.runtime.workspace(slug);
}

/** The path as the client wrote it, decoded once; `WorkspacePath` refuses whatever is still encoded. */
function filePath(call: Call): string {
	try {
		return decodeURIComponent(param(call, '*'));
	} catch (cause) {
		throw new TinykitError('path_invalid', { cause });
	}
}

function decode(bytes: Buffer): string {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch (cause) {
		throw new TinykitError('file_not_text', { cause });
	}
}

/** The hash a file must have: `if-match: "<sha-256>"`; null = it must not exist (`if-none-match: *`). */
function ifMatch(request: Request): string | null | undefined {
	if (request.headers.get('if-none-match') === '*') return null;
	const header = request.headers.get('if-match');
	if (header === null) return undefined;
	return header.trim().replace(/^W\//, '').replace(/^"|"$/g, '');
}

function tooLarge(error: unknown): never {
	if (error instanceof TinykitError && error.code === 'body_too_large')
		throw new TinykitError('file_too_large');
	throw error;
}
