import type { RunEvent } from '#lib/contracts/index.ts';

/** Milliseconds between comments that keep proxies from closing a quiet stream. */
const heartbeat = 15_000;

/**
 * Events as `text/event-stream`: `id` is the sequence number, `data` the event as JSON. One event is asked for
 * when the client has taken the last, so a slow reader costs no memory.
 * @param follow starts the events; its signal aborts when nobody reads any more
 * @param onEnd called once, however the stream ends
 */
export function eventStreamOf(
	follow: (signal: AbortSignal) => AsyncGenerator<RunEvent>,
	onEnd: () => void,
): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	const gone = new AbortController();
	const events = follow(gone.signal);
	let beat: ReturnType<typeof setInterval> | undefined;
	let isOver = false;
	const end = (): void => {
		if (isOver) return;
		isOver = true;
		clearInterval(beat);
		gone.abort();
		onEnd();
	};
	return new ReadableStream<Uint8Array>(
		{
			start(controller) {
				// The headers go out with the first bytes; a browser shows the stream as open.
				controller.enqueue(encoder.encode(': open\n\n'));
				beat = setInterval(() => {
					if ((controller.desiredSize ?? 0) > 0)
						controller.enqueue(encoder.encode(': still here\n\n'));
				}, heartbeat).unref();
			},
			async pull(controller) {
				try {
					const next = await events.next();
					// The client may have left meanwhile: then the stream is closed already.
					if (isOver) return;
					if (next.done === true) {
						end();
						controller.close();
						return;
					}
					controller.enqueue(
						encoder.encode(
							`id: ${String(next.value.seq)}\ndata: ${JSON.stringify(next.value)}\n\n`,
						),
					);
				} catch (error) {
					end();
					throw error;
				}
			},
			cancel: end,
		},
		{ highWaterMark: 2 },
	);
}
