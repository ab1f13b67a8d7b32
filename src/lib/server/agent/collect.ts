import type { AssistantBlock } from './messages.ts';
import type { Clock, RunSink } from './ports.ts';
import {
	ProviderError,
	type AnswerEnd,
	type ModelRequest,
	type Provider,
	type ProviderEvent,
	type Usage,
} from './providers/types.ts';
import { RunawayWatch } from './runaway.ts';
import { TextBuffer } from './text-buffer.ts';

/** A connection that gives no content for so long is given up; pings are no content. Thinking may be silent for long. */
const stallMs = 240_000;
/** So long a complete answer's connection may take to end by itself; then the next answer uses it again. */
const drainMs = 100;

export type Collected = { readonly usage: Usage } & (
	| {
			readonly kind: 'answer';
			readonly blocks: readonly AssistantBlock[];
			readonly end: AnswerEnd;
			readonly detail: string | undefined;
	  }
	/** `text`: what had been shown before it broke. */
	| { readonly kind: 'failed'; readonly error: ProviderError; readonly text: string }
	| { readonly kind: 'aborted' }
	| { readonly kind: 'runaway' }
);

export interface CollectPorts {
	readonly sink: RunSink;
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

const noUsage: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };

/**
 * Streams one answer: text goes to the log while it comes, blocks are handed out only once the answer is
 * complete. An abort returns at once and closes the provider's connection.
 */
export async function collect(
	provider: Provider,
	request: ModelRequest,
	{ sink, clock, signal }: CollectPorts,
): Promise<Collected> {
	const own = new AbortController();
	const iterator = provider
		.stream(request, AbortSignal.any([signal, own.signal]))
		[Symbol.asyncIterator]();
	const buffer = new TextBuffer(sink, clock);
	const watch = new RunawayWatch();
	const blocks: AssistantBlock[] = [];
	let usage = noUsage;
	let text = '';

	try {
		let pending = settle(iterator.next());
		let contentAt = clock.now();
		for (;;) {
			const stallIn = Math.max(0, contentAt + stallMs - clock.now());
			const next = await race(
				pending,
				Math.min(buffer.dueInMs() ?? stallIn, stallIn),
				clock,
				signal,
			);
			if (next === 'aborted') {
				await buffer.flush(true);
				return { kind: 'aborted', usage };
			}
			if (next === 'timer') {
				if (clock.now() < contentAt + stallMs) {
					await buffer.flush();
					continue;
				}
				await buffer.flush(true);
				const error = new ProviderError('connection', 'The provider stopped sending.');
				return { kind: 'failed', error, text, usage };
			}
			if ('error' in next || next.result.done === true) {
				await buffer.flush(true);
				if (signal.aborted) return { kind: 'aborted', usage };
				return { kind: 'failed', error: asProviderError(next), text, usage };
			}
			contentAt = clock.now();
			const event = next.result.value;
			switch (event.type) {
				case 'text':
					text += event.delta;
					await buffer.add(event.delta);
					if (!watch.add('text', event.delta)) break;
					await buffer.flush(true);
					return { kind: 'runaway', usage };
				case 'hidden':
					if (!watch.add('hidden', event.delta)) break;
					await buffer.flush(true);
					return { kind: 'runaway', usage };
				case 'block':
					blocks.push(event.block);
					break;
				case 'usage':
					usage = event.usage;
					break;
				case 'end':
					await Promise.race([settle(iterator.next()), clock.sleep(drainMs, signal)]);
					await buffer.flush(true);
					return { kind: 'answer', blocks, end: event.end, detail: event.detail, usage };
			}
			pending = settle(iterator.next());
		}
	} finally {
		// Closes the connection, whatever happened; what the provider says to that is of no interest.
		own.abort();
		void iterator.return?.().then(undefined, () => undefined);
	}
}

type Settled = { readonly result: IteratorResult<ProviderEvent> } | { readonly error: unknown };
const settle = (next: Promise<IteratorResult<ProviderEvent>>): Promise<Settled> =>
	next.then(
		(result) => ({ result }),
		(error: unknown) => ({ error }),
	);

async function race(
	pending: Promise<Settled>,
	ms: number,
	clock: Clock,
	signal: AbortSignal,
): Promise<Settled | 'timer' | 'aborted'> {
	const over = new AbortController();
	const stop = AbortSignal.any([signal, over.signal]);
	try {
		return await Promise.race([
			pending,
			clock.sleep(ms, stop).then(() => (signal.aborted ? 'aborted' : 'timer')),
		]);
	} finally {
		over.abort();
	}
}

function asProviderError(
	next: { readonly error: unknown } | { readonly result: unknown },
): ProviderError {
	if (!('error' in next))
		return new ProviderError('connection', 'The answer ended before it was complete.');
	if (next.error instanceof ProviderError) return next.error;
	throw next.error;
}
