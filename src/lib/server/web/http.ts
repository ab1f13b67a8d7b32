import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeStream } from 'node:stream/web';

/** Node's request as a `Request`; its body is read on demand, its signal ends with the connection. */
export function toRequest(
	message: IncomingMessage,
	response: ServerResponse,
	origin: string,
): Request {
	const aborted = new AbortController();
	response.once('close', () => {
		if (!response.writableEnded) aborted.abort();
	});
	const headers = new Headers();
	for (const [name, value] of Object.entries(message.headers)) {
		if (value !== undefined && !name.startsWith(':'))
			headers.set(name, Array.isArray(value) ? value.join(', ') : value);
	}
	const method = message.method ?? 'GET';
	const hasBody = method !== 'GET' && method !== 'HEAD';
	return new Request(new URL(message.url ?? '/', origin), {
		method,
		headers,
		signal: aborted.signal,
		...(hasBody && { body: bodyOf(message), duplex: 'half' }),
	});
}

/**
 * The body, read as it is asked for. Cancelling lets the rest run by unread: ending the connection instead would
 * take the answer from a client that still sends, and the next request from one that does not.
 */
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array> {
	let chunks: NodeJS.AsyncIterator<Uint8Array> | undefined;
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				chunks ??= message.iterator({ destroyOnReturn: false });
				const next = await chunks.next();
				if (next.done === true) controller.close();
				else controller.enqueue(next.value);
			},
			async cancel() {
				await chunks?.return?.();
				message.resume();
			},
		},
		{ highWaterMark: 0 },
	);
}

/** Writes a `Response` as it comes: streams are not buffered, and are cancelled when the client goes away. */
export async function sendResponse(target: ServerResponse, response: Response): Promise<void> {
	target.writeHead(response.status, Object.fromEntries(response.headers));
	if (!response.body || target.req.method === 'HEAD') {
		target.end();
		// A stream that nobody will read must not go on behind the answer.
		await response.body?.cancel();
		return;
	}
	target.flushHeaders();
	try {
		await pipeline(Readable.fromWeb(response.body as NodeStream), target);
	} catch (error) {
		// The client left or the source broke: nobody is there to be told, and the process goes on.
		if (!target.destroyed) target.destroy(error instanceof Error ? error : undefined);
	}
}

/** A text answer of the server itself. */
export function sendText(
	target: ServerResponse,
	status: number,
	text: string,
	headers: Record<string, string> = {},
): void {
	target.writeHead(status, {
		'content-type': 'text/plain; charset=utf-8',
		'x-content-type-options': 'nosniff',
		'cache-control': 'no-store',
		...headers,
	});
	target.end(text);
}
