import type { FrameMessage, StudioMessage } from '#lib/contracts/index.ts';
import { handOver, type FrameLink } from './frame.ts';

/** The open channels and running timers of the frames, by the frame's key. */
export class FrameLinks {
	readonly #channels = new Map<number, FrameLink>();
	readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

	/** Gives the frame a channel of its own; one that it had before is closed. */
	connect(
		key: number,
		target: Pick<Window, 'postMessage'>,
		origin: string,
		nonce: string,
		onMessage: (message: FrameMessage) => void,
	): void {
		this.#channels.get(key)?.close();
		this.#channels.set(key, handOver(target, origin, nonce, onMessage));
	}

	send(key: number, message: StudioMessage): void {
		this.#channels.get(key)?.send(message);
	}

	/** @param ms milliseconds until `then`, counted anew when called again */
	wait(key: number, ms: number, then: () => void): void {
		clearTimeout(this.#timers.get(key));
		this.#timers.set(key, setTimeout(then, ms));
	}

	drop(key: number): void {
		this.#channels.get(key)?.close();
		this.#channels.delete(key);
		clearTimeout(this.#timers.get(key));
		this.#timers.delete(key);
	}

	close(): void {
		for (const key of new Set([...this.#channels.keys(), ...this.#timers.keys()])) this.drop(key);
	}
}
