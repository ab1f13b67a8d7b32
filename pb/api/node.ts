import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Serve } from './app.ts';
import type { ApiReply, ApiRequest, FetchOptions } from './types.ts';

/** A Node request as the API sees it, read in place: no copies, nothing is built that nobody asks for. */
class NodeRequest implements ApiRequest {
	readonly method: string;
	readonly rawPath: string;
	readonly rawQuery: string;
	readonly remoteAddress: string;
	readonly #request: IncomingMessage;
	readonly #response: ServerResponse;
	#abort: AbortController | undefined;

	constructor(request: IncomingMessage, response: ServerResponse, url: string, address?: string) {
		const mark = url.indexOf('?');
		this.method = request.method ?? 'GET';
		this.rawPath = mark < 0 ? url : url.slice(0, mark);
		this.rawQuery = mark < 0 ? '' : url.slice(mark + 1);
		this.remoteAddress = address ?? request.socket.remoteAddress ?? '';
		this.#request = request;
		this.#response = response;
	}

	header(name: string): string | undefined {
		const value = this.#request.headers[name];
		return Array.isArray(value) ? value.join(', ') : value;
	}

	headersForRules(): Record<string, string> {
		const { headers } = this.#request;
		const named: Record<string, string> = {};
		for (const name in headers) {
			const value = headers[name];
			if (value !== undefined)
				named[name.replaceAll('-', '_')] = Array.isArray(value) ? value.join(', ') : value;
		}
		return named;
	}

	get signal(): AbortSignal {
		if (!this.#abort) {
			const abort = new AbortController();
			this.#abort = abort;
			if (this.#response.destroyed) abort.abort();
			else
				// A response that has gone out closes as well; an abort of nothing costs a DOMException.
				this.#response.once('close', () => {
					if (!this.#response.writableFinished) abort.abort();
				});
		}
		return this.#abort.signal;
	}

	get hasBody(): boolean {
		const { headers } = this.#request;
		const length = headers['content-length'];
		return length === undefined ? headers['transfer-encoding'] !== undefined : Number(length) > 0;
	}

	stream(): Readable {
		return this.#request;
	}
}

/**
 * Serves a Node request.
 * @param url Path and query without the mount prefix, percent-encoded.
 */
export async function serveNode(
	serve: Serve,
	request: IncomingMessage,
	response: ServerResponse,
	url: string,
	options?: FetchOptions,
): Promise<void> {
	const reply = await serve(
		new NodeRequest(request, response, url, options?.remoteAddress),
		options,
	);
	if (response.destroyed) {
		if (reply.body instanceof Readable) reply.body.destroy();
		return;
	}
	await send(reply, response, request.method === 'HEAD');
}

async function send(reply: ApiReply, response: ServerResponse, isHead: boolean): Promise<void> {
	const { body } = reply;
	const headers: Record<string, string | number | string[]> = {};
	for (const name in reply.headers) {
		const value = reply.headers[name];
		// An empty value takes a default header away (files may be framed).
		if (value !== undefined && value !== '')
			headers[name] = typeof value === 'string' ? value : [...value];
	}
	if (body instanceof Readable) {
		response.writeHead(reply.status, headers);
		if (isHead) {
			body.destroy();
			response.end();
			return;
		}
		// The status line goes out now: a client of an event stream waits for it, not for the first event.
		response.flushHeaders();
		// A client that leaves in the middle is no error of ours.
		await pipeline(body, response).catch(() => undefined);
		return;
	}
	if (body !== undefined)
		headers['content-length'] =
			typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
	response.writeHead(reply.status, headers);
	endTogether(response, isHead ? undefined : body);
}

interface Ending {
	readonly response: ServerResponse;
	readonly body: string | Uint8Array | undefined;
}

/** Most responses that wait for each other. */
const atOnce = 8;
const endings: Ending[] = [];

/**
 * Ends the responses of one turn of the event loop right after one another: the first wakes a client (or a proxy), the
 * next find it awake. At 64 clients that is a tenth of the CPU of a request.
 */
function endTogether(response: ServerResponse, body: Ending['body']): void {
	endings.push({ response, body });
	if (endings.length === 1) setImmediate(endAll);
	else if (endings.length >= atOnce) endAll();
}

function endAll(): void {
	for (const { response, body } of endings.splice(0))
		try {
			response.end(body);
		} catch (error) {
			response.destroy(error instanceof Error ? error : undefined);
		}
}
