/** Server-sent events over `fetch`: EventSource cannot send a bearer token. */

export interface SseMessage {
	readonly id: string;
	readonly event: string;
	readonly data: string;
}

/** One message holds at most this many characters; a longer one is a broken or hostile stream. */
const messageLimit = 4_000_000;

/**
 * An incremental parser of the text/event-stream format (WHATWG HTML 9.2.6). Chunks may end anywhere,
 * also inside a line break.
 * @returns feed: takes the next piece of text and gives the messages that it completed
 * @throws RangeError when one message is larger than 4 million characters
 */
export function createSseParser(): (chunk: string) => readonly SseMessage[] {
	let rest = '';
	let id = '';
	let event = '';
	let data: string[] = [];

	return (chunk) => {
		rest += chunk;
		if (rest.length > messageLimit) throw new RangeError('An event is too large.');
		const messages: SseMessage[] = [];
		// A CR at the very end may be the first half of CRLF: it waits for the next chunk.
		const lines = rest.split(/\r\n|\n|\r(?!$)/);
		rest = lines.pop() ?? '';
		for (const line of lines) {
			if (line === '') {
				if (data.length > 0)
					messages.push({ id, event: event || 'message', data: data.join('\n') });
				event = '';
				data = [];
				continue;
			}
			const colon = line.indexOf(':');
			if (colon === 0) continue;
			const field = colon < 0 ? line : line.slice(0, colon);
			const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
			if (field === 'data') data.push(value);
			else if (field === 'event') event = value;
			else if (field === 'id' && !value.includes('\0')) id = value;
		}
		return messages;
	};
}

/** The messages of a response's body, until it ends. */
export async function* readSse(body: ReadableStream<Uint8Array>): AsyncGenerator<SseMessage> {
	const feed = createSseParser();
	const decoder = new TextDecoder();
	const reader = body.getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			yield* feed(decoder.decode(value, { stream: true }));
		}
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}
