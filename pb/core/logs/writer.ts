import { formatDate } from '../../lib/index.ts';
import { join, sql } from '../../sql/index.ts';
import type { Store } from '../../store/index.ts';
import type { Logger, Random } from '../core.ts';
import type { Settings } from '../settings/types.ts';

export interface LogOptions {
	readonly auxiliary: () => Store;
	readonly settings: () => Settings;
	readonly now: () => Date;
	readonly random: Random;
}

export interface LogWriter extends Logger {
	/** Starts writing what comes in every few seconds. */
	start(): void;
	/** Writes what has come in. Never throws. */
	flush(): Promise<void>;
	/** Stops the timer and writes the rest. */
	close(): Promise<void>;
}

interface Entry {
	readonly id: string;
	readonly level: number;
	readonly message: string;
	readonly data: string;
	readonly created: string;
}

/** Milliseconds. */
const flushInterval = 3000;
const flushSize = 200;
/** Entries kept while the disk does not take them; older ones go first. */
const maxWaiting = 5000;

/**
 * Collects log entries and writes them to `_logs` in batches: a request never waits for its log, and a log that
 * cannot be written never fails one.
 */
export function createLogWriter(options: LogOptions): LogWriter {
	const waiting: Entry[] = [];
	let writing: Promise<void> | undefined;
	let timer: NodeJS.Timeout | undefined;

	const flush = (): Promise<void> => {
		writing ??= drain(options.auxiliary, waiting).finally(() => (writing = undefined));
		return writing;
	};

	return {
		write(level, message, data = {}) {
			const { maxDays, minLevel } = options.settings().logs;
			if (maxDays === 0 || level < minLevel) return;
			waiting.push({
				id: options.random.text(15, 'abcdefghijklmnopqrstuvwxyz0123456789'),
				level,
				message,
				data: encode(data),
				created: formatDate(options.now()),
			});
			if (waiting.length > maxWaiting) waiting.shift();
			if (timer && waiting.length >= flushSize) void flush();
		},
		start() {
			timer ??= setInterval(() => void flush(), flushInterval).unref();
		},
		flush,
		async close() {
			clearInterval(timer);
			timer = undefined;
			await flush();
		},
	};
}

/** A value that cannot be encoded (a cycle, a bigint) costs its log entry the data, never the request. */
function encode(data: Readonly<Record<string, unknown>>): string {
	try {
		return JSON.stringify(data);
	} catch {
		return '{}';
	}
}

async function drain(auxiliary: () => Store, waiting: Entry[]): Promise<void> {
	while (waiting.length > 0) {
		const batch = waiting.splice(0, flushSize);
		const rows = batch.map(
			(each) => sql`(${each.id}, ${each.level}, ${each.message}, ${each.data}, ${each.created})`,
		);
		const insert = sql`INSERT INTO _logs (id, level, message, data, created) VALUES ${join(rows, ', ')}`;
		try {
			await auxiliary().write((tx) => tx.run(insert));
		} catch {
			// Tried again with the next flush; there is nowhere else to say so.
			waiting.unshift(...batch);
			waiting.splice(0, waiting.length - maxWaiting);
			return;
		}
	}
}
