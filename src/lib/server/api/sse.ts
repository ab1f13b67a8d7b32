import type { RunEvent } from '#lib/contracts/index.ts';

/** Milliseconds between comments that keep proxies from closing a quiet stream. */
const heartbeat = 15_000;

/**
 * Events as `text/event-stream`: `id` is the sequence number, `data` the event as JSON. One event is asked for
 * when the client has taken the last, so a slow reader costs no memory.
 * @param onEnd called once, however the stream ends
 */
export function eventStreamOf(
	events: AsyncGenerator<RunEvent>,
	onEnd: (() => void) | undefined,
): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	let beat: ReturnType<typeof setInterval> | undefined;
	const end = (): void => {
		clearInterval(beat);
		onEnd?.();
	};
	return new ReadableStream<Uint8Array>(
		{
			start(controller) {
				// The headers go out with the first bytes; a browser shows the stream as open.
				controller.enqueue(encoder.encode(': open\n\n'));
				beat = setInterval(() => {
					if ((controller.desiredSize ?? 0) > 0)
						controller.enqueue(encoder.encode(': still here\n\n'));
				}, heartbeat);
			},
			async pull(controller) {
				const next = await events.next();
				if (next.done === true) {
					end();
					controller.close();
					return;
				}
				controller.enqueue(
					encoder.encode(`id: ${String(next.value.seq)}\ndata: ${JSON.stringify(next.value)}\n\n`),
				);
			},
			async cancel() {
				end();
				await events.return(undefined);
			},
		},
		{ highWaterMark: 2 },
	);
}
