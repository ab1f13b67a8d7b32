import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Host } from './hosts.ts';
import { sendResponse, sendText } from './http.ts';
import type { Runtime } from '../runtime.ts';

/** What of an app's backend its own host shows: people, records, files and realtime; nothing that manages it. */
const shown =
	/^\/api\/(?:health$|realtime$|batch$|files\/|oauth2-redirect$|collections\/([^/]+)\/(?:records(?:\/|$)|auth-(?:methods|with-password|with-otp|with-oauth2|refresh)$|request-[a-z-]+$|confirm-[a-z-]+$))/;
const superusers = new Set(['_superusers', 'pbc_3142635823']);

/** Serves one app: its backend at `/_pb/api/…`, its build everywhere else. */
export async function serveApp(
	runtime: Runtime,
	host: Extract<Host, { kind: 'app' }>,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const url = request.url ?? '/';
	const path = url.split('?', 1)[0] ?? '/';
	const app = await runtime.apps.find(host.slug);
	if (!app || !mayEnter(runtime, host, app.capability)) {
		sendText(response, 404, 'There is no such app.\n');
	} else if (request.headers['service-worker'] !== undefined) {
		// Its answers would stand in for the app's pages, without our headers; an uploaded file could be one, too.
		sendText(response, 403, 'A draft has no service worker.\n');
	} else if (path === '/_pb' || path.startsWith('/_pb/')) {
		await serveBackend(runtime, host, request, response, url.slice('/_pb'.length));
	} else if (path === '/tinykit' || path.startsWith('/tinykit/')) {
		sendText(response, 404, 'There is nothing here.\n');
	} else if (host.stage === 'live') {
		sendText(response, 404, 'This app is not published yet.\n');
	} else {
		const asked = { method: request.method ?? 'GET', path, headers: request.headers };
		await sendResponse(response, await runtime.preview.serve(host.slug, asked));
	}
}

/** @param url path and query inside of the backend: `/api/…` */
async function serveBackend(
	runtime: Runtime,
	{ slug, stage }: Extract<Host, { kind: 'app' }>,
	request: IncomingMessage,
	response: ServerResponse,
	url: string,
): Promise<void> {
	const isThere = stage === 'draft' || isPublished(runtime, slug);
	if (!isThere || !isShown(url.split('?', 1)[0] ?? '')) sendNothing(response);
	else await runtime.backends.use(slug, stage, (backend) => backend.node(request, response, url));
}

const isPublished = (runtime: Runtime, slug: string): boolean =>
	runtime.backends.stages(slug).some(({ stage }) => stage === 'live');

function isShown(path: string): boolean {
	let decoded: string;
	try {
		decoded = decodeURIComponent(path);
	} catch {
		return false;
	}
	const match = shown.exec(decoded);
	return match !== null && !superusers.has((match[1] ?? '').toLowerCase());
}

/** Off this machine a draft's name must carry its capability (definitions.md 11). */
function mayEnter(
	runtime: Runtime,
	host: Extract<Host, { kind: 'app' }>,
	capability: string,
): boolean {
	if (host.stage === 'live') return true;
	if (host.capability !== undefined) return host.capability === capability;
	return runtime.origins.plainDrafts;
}

function sendNothing(response: ServerResponse): void {
	response.writeHead(404, {
		'content-type': 'application/json',
		'x-content-type-options': 'nosniff',
	});
	response.end(`{"data":{},"message":"The requested resource wasn't found.","status":404}\n`);
}
