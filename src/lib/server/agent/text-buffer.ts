import type { Clock, RunSink } from './ports.ts';

const flushChars = 200;
const flushMs = 80;

/** Gathers small pieces of text, so that the log holds a line per moment and not one per token. */
export class TextBuffer {
	readonly #sink: RunSink;
	readonly #clock: Clock;
	#held = '';
	#since = 0;

	constructor(sink: RunSink, clock: Clock) {
		this.#sink = sink;
		this.#clock = clock;
	}

	async add(delta: string): Promise<void> {
		if (delta === '') return;
		if (this.#held === '') this.#since = this.#clock.now();
		this.#held += delta;
		if (this.#held.length >= flushChars || this.dueInMs() === 0) await this.flush();
	}

	/** Milliseconds until what is held should be shown; undefined when nothing is held. */
	dueInMs(): number | undefined {
		if (this.#held === '') return undefined;
		return Math.max(0, this.#since + flushMs - this.#clock.now());
	}

	/** @param final nothing comes after it: also half a character goes out */
	async flush(final = false): Promise<void> {
		// Half of a surrogate pair waits for the other half.
		const kept = !final && /[\uD800-\uDBFF]$/.test(this.#held) ? 1 : 0;
		const delta = this.#held.slice(0, this.#held.length - kept);
		this.#held = this.#held.slice(this.#held.length - kept);
		this.#since = this.#clock.now();
		if (delta !== '') await this.#sink.emit({ type: 'text', delta });
	}
}
