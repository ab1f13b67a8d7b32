import { runEvent, type RunEvent } from '#lib/contracts/index.ts';
import { ApiFailure, asFailure, isTransient } from './api-failure.ts';
import { readSse } from './sse.ts';

export interface FollowOptions {
	/** Opens the stream after the event with this number. */
	readonly open: (after: number, signal: AbortSignal) => Promise<Response>;
	/** The last event that is known already; 0 for none. */
	readonly after: number;
	/** Open again when the stream breaks. Without it the log is read once, as it stands. */
	readonly live: boolean;
	readonly signal: AbortSignal;
	readonly onEvent: (event: RunEvent) => void;
	readonly onLink?: (link: 'open' | 'reconnecting') => void;
	/** Waits; ends early when the signal says so. */
	readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
	/** From 0 to 1. */
	readonly random: () => number;
}

/** Milliseconds to wait before the n-th attempt (from 0): 0.5 s doubling to 10 s, with jitter downwards. */
export function backOff(attempt: number, random: () => number): number {
	return Math.min(10_000, 500 * 2 ** attempt) * (0.5 + random() / 2);
}

/**
 * Follows a run's events to `stopped`, each exactly once and in order, over as many connections as it takes.
 * @returns `stopped` when the run told its end, `closed` when the log ended before (not live) or was let go
 * @throws ApiFailure when asking again cannot help: 401, 403, 404
 */
export async function followRun(options: FollowOptions): Promise<'stopped' | 'closed'> {
	const { signal } = options;
	let last = options.after;
	let attempt = 0;
	while (!signal.aborted) {
		try {
			const response = await options.open(last, signal);
			if (!response.body) throw new ApiFailure('bad_response', { status: response.status });
			options.onLink?.('open');
			for await (const message of readSse(response.body)) {
				const event = parseEvent(message.data);
				// Told before (a stream that starts over), or of a kind that this page is too old to know.
				if (!event || event.seq <= last) continue;
				// A hole means events were lost on the way: ask again from the last one that is known.
				if (event.seq > last + 1 && options.live && last > 0) break;
				last = event.seq;
				attempt = 0;
				options.onEvent(event);
				if (event.type === 'stopped') return 'stopped';
			}
			if (!options.live) return 'closed';
		} catch (error) {
			if (isAborted(signal)) break;
			const failure = asFailure(error);
			if (!options.live || !isTransient(failure)) throw failure;
		}
		if (isAborted(signal)) break;
		options.onLink?.('reconnecting');
		await options.sleep(backOff(attempt, options.random), signal);
		attempt += 1;
	}
	return 'closed';
}

// Read through a function: the signal changes while the loop waits.
const isAborted = (signal: AbortSignal) => signal.aborted;

function parseEvent(data: string): RunEvent | undefined {
	try {
		const parsed = runEvent.safeParse(JSON.parse(data));
		return parsed.success ? parsed.data : undefined;
	} catch {
		return undefined;
	}
}

/** A timer that a signal cuts short. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			clearTimeout(timer);
			signal.removeEventListener('abort', done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		signal.addEventListener('abort', done);
	});
}
