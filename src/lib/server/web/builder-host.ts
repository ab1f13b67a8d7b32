import type { IncomingMessage, ServerResponse } from 'node:http';
import { slug as slugSchema, TinykitError, type Me } from '#lib/contracts/index.ts';
import { createApi } from '../api/router.ts';
import { errorReply, publicError } from '../api/reply.ts';
import { routes } from '../api/routes.ts';
import { builderHeaders } from '../headers.ts';
import type { Stage } from './hosts.ts';
import { sendResponse, sendText, toRequest } from './http.ts';
import type { Runtime } from '../runtime.ts';

/** Kit's handler in production, Vite's middleware in development. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves the builder's host: its API, its backend, the backends of apps for members, and the pages. */
export function createBuilderHost(
	runtime: Runtime,
	pages: Pages,
): (request: IncomingMessage, response: ServerResponse, loopback: boolean) => Promise<void> {
	const api = createApi(routes, runtime);
	// Once the builder is reached by https, browsers keep to it.
	const isSecure = runtime.origins.builder.startsWith('https:');
	const headers = {
		...builderHeaders,
		...(isSecure && { 'strict-transport-security': 'max-age=31536000' }),
	};
	return async (request, response, loopback) => {
		const url = request.url ?? '/';
		const path = url.split('?', 1)[0] ?? '/';
		for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
		if (isCrossSite(request) && (path.startsWith('/_pb/') || path.startsWith('/tinykit/api/'))) {
			await sendResponse(response, errorReply(new TinykitError('cross_site')));
			return;
		}
		if (path.startsWith('/_pb/@')) return appBackend(runtime, request, response, url);
		if (path.startsWith('/_pb/')) {
			await runtime.backends.builder.node(request, response, url.slice('/_pb'.length));
			return;
		}
		if (path.startsWith('/tinykit/api/')) {
			// Not even a `Request` can be made of the others.
			if (/^(?:CONNECT|TRACE|TRACK)$/i.test(request.method ?? '')) {
				await sendResponse(response, errorReply(new TinykitError('not_available')));
				return;
			}
			const answer = await api(
				toRequest(request, response, runtime.origins.builder),
				path.slice('/tinykit/api'.length),
			);
			await sendResponse(response, answer);
			return;
		}
		if (loopback) redirect(response, runtime.origins.builder + url);
		else if (path === '/') redirect(response, '/tinykit');
		else pages(request, response);
	};
}

/** `/_pb/@<slug>[--draft]/api/…`: an app's backend with a superuser's rights, for members (definitions.md 4). */
async function appBackend(
	runtime: Runtime,
	request: IncomingMessage,
	response: ServerResponse,
	url: string,
): Promise<void> {
	try {
		const [, name = '', rest = ''] = /^\/_pb\/@([^/]+)(\/.*)$/.exec(url) ?? [];
		const stage: Stage = name.endsWith('--draft') ? 'draft' : 'live';
		const slug = slugSchema.safeParse(stage === 'draft' ? name.slice(0, -'--draft'.length) : name);
		const member = await runtime.members.authenticate(request.headers.authorization);
		if (!mayCall(member, request.method ?? 'GET')) throw new TinykitError('role_too_low');
		if (!slug.success || !(await runtime.apps.find(slug.data)))
			throw new TinykitError('app_not_found');
		// The builder's token means nothing to the app's backend, and must not reach its log.
		delete request.headers.authorization;
		// On its own host the app lets other pages read; on the builder's host nothing does.
		delete request.headers.origin;
		await runtime.backends.use(slug.data, stage, (backend) =>
			backend.node(request, response, rest, { as: 'superuser' }),
		);
	} catch (error) {
		await sendResponse(response, errorReply(publicError(error)));
	}
}

const mayCall = (member: Me, method: string): boolean =>
	member.role !== 'viewer' || method === 'GET' || method === 'HEAD';

/** Another site's page is calling. Tokens are bearer only, so this is the second lock, not the first. */
function isCrossSite(request: IncomingMessage): boolean {
	const { origin, host } = request.headers;
	const site = request.headers['sec-fetch-site'];
	if (site === 'cross-site' || site === 'same-site') return true;
	return origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host);
}

function redirect(response: ServerResponse, location: string): void {
	sendText(response, 302, '', { location });
}
