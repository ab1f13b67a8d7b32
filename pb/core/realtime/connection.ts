import { Readable } from 'node:stream';
import type { AuthRecord } from '../records/record.ts';
import type { RealtimeConnection } from './types.ts';

/** Milliseconds without an event after which a stream ends; the client opens another. */
const idleTimeout = 5 * 60_000;
/** Milliseconds after which any stream ends, so that no right outlives it for long. */
const maxTimeout = 30 * 60_000;
/** Bytes that may wait for a client that does not read; then it is dropped. */
const maxBuffered = 1 << 20;

/** A stream of server-sent events with its limits. */
export class Connection implements RealtimeConnection {
	readonly id: string;
	readonly ip: string;
	readonly stream: Readable;
	auth: AuthRecord | undefined;
	readonly #idle: NodeJS.Timeout;
	readonly #max: NodeJS.Timeout;

	constructor(id: string, ip: string, onClose: (connection: Connection) => void) {
		this.id = id;
		this.ip = ip;
		this.stream = new Readable({ read: () => undefined });
		this.#idle = setTimeout(() => this.close(), idleTimeout).unref();
		this.#max = setTimeout(() => this.close(), maxTimeout).unref();
		this.stream.once('close', () => {
			clearTimeout(this.#idle);
			clearTimeout(this.#max);
			onClose(this);
		});
		// Whoever reads hears of the error too; unheard it would end the process.
		this.stream.on('error', () => undefined);
	}

	/** @param event The event without its id line, ended by an empty line. */
	send(event: string): void {
		if (this.stream.destroyed || this.stream.readableEnded) return;
		// The SDK reads its client id from this line (`lastEventId`).
		this.stream.push(`id:${this.id}\n${event}`);
		if (this.stream.readableLength > maxBuffered) this.stream.destroy();
		else this.#idle.refresh();
	}

	close(): void {
		if (this.stream.destroyed) return;
		this.stream.push(null);
		// Nobody may be reading any more; what was pushed before has then no way out either.
		if (this.stream.readableLength > 0) setTimeout(() => this.stream.destroy(), 1000).unref();
		else setImmediate(() => this.stream.destroy());
	}
}

/** An event of a stream. Line breaks end a line of the format, so a name never has one. */
export const formatEvent = (name: string, data: string): string =>
	`event:${name.replace(/[\r\n]/g, ' ')}\ndata:${data}\n\n`;
