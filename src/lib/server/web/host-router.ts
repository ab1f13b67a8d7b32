import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveApp } from './app-host.ts';
import { createBuilderHost, type Pages } from './builder-host.ts';
import { resolveHost } from './hosts.ts';
import { publicError } from '../api/reply.ts';
import { sendText } from './http.ts';
import type { Runtime } from '../runtime.ts';

/** The first thing every request meets: its host decides who serves it. Never throws. */
export function createHostRouter(
	runtime: Runtime,
	pages: Pages,
): (request: IncomingMessage, response: ServerResponse) => void {
	const builder = createBuilderHost(runtime, pages);
	const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		// `*`, an absolute address or anything else that is no path: nothing here speaks proxy.
		if (request.url?.startsWith('/') !== true) {
			sendText(response, 400, 'That is not a path.\n');
			return;
		}
		const host = resolveHost(request.headers.host, runtime.origins.names);
		switch (host.kind) {
			case 'builder':
				return builder(request, response, false);
			case 'loopback':
				return builder(request, response, true);
			case 'app':
				return serveApp(runtime, host, request, response);
			case 'unknown':
				sendText(response, 421, 'This server does not answer for that host name.\n');
		}
	};
	return (request, response) => {
		serve(request, response).catch((cause: unknown) => {
			const shown = publicError(cause);
			// Without the query: it may hold a token.
			if (shown.code === 'internal_error')
				runtime.log('error', `${request.method ?? ''} ${pathOf(request)}`, cause);
			if (response.headersSent) response.destroy();
			else sendText(response, shown.status, `${shown.message}\n`);
		});
	};
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?', 1)[0] ?? '';
