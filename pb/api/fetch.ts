import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Serve } from './app.ts';
import type { ApiReply, ApiRequest, FetchOptions } from './types.ts';

/** Serves a standard request: in process and in tests. */
export async function serveFetch(
	serve: Serve,
	request: Request,
	options?: FetchOptions,
): Promise<Response> {
	const reply = await serve(toApiRequest(request, options?.remoteAddress ?? ''), options);
	return toResponse(reply, request.method === 'HEAD');
}

function toApiRequest(request: Request, remoteAddress: string): ApiRequest {
	const url = new URL(request.url);
	const { body } = request;
	return {
		method: request.method,
		rawPath: url.pathname,
		rawQuery: url.search.slice(1),
		header: (name) => request.headers.get(name) ?? undefined,
		headersForRules: () =>
			Object.fromEntries(
				[...request.headers].map(([name, value]) => [name.replaceAll('-', '_'), value]),
			),
		remoteAddress,
		signal: request.signal,
		hasBody: body !== null && request.headers.get('content-length') !== '0',
		stream: () => (body ? Readable.fromWeb(body as ReadableStream) : Readable.from([])),
	};
}

function toResponse(reply: ApiReply, isHead: boolean): Response {
	const headers = new Headers();
	for (const [name, value] of Object.entries(reply.headers)) {
		if (value === '') continue;
		for (const each of typeof value === 'string' ? [value] : value) headers.append(name, each);
	}
	const { body } = reply;
	if (body instanceof Readable) {
		if (isHead) body.destroy();
		else
			return new Response(Readable.toWeb(body) as globalThis.ReadableStream, {
				status: reply.status,
				headers,
			});
	}
	if (typeof body === 'string') headers.set('content-length', String(Buffer.byteLength(body)));
	const content = isHead || body === undefined ? null : (body as string | Uint8Array<ArrayBuffer>);
	return new Response(content, { status: reply.status, headers });
}
