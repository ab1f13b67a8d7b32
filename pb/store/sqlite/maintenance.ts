import { Mutex } from '../../lib/index.ts';
import type { Row } from '../store.ts';
import type { Job } from './messages.ts';
import { Thread } from './thread.ts';

/**
 * Work on the whole database, off the main thread and one at a time: checkpoints, snapshots, statistics.
 * `holdWriter` keeps transactions away (they wait, the event loop does not).
 */
export class Maintenance {
	readonly #thread: Thread;
	readonly #turn = new Mutex();
	readonly #holdWriter: () => Promise<() => void>;

	constructor(path: string, holdWriter: () => Promise<() => void>) {
		this.#thread = new Thread(path);
		this.#holdWriter = holdWriter;
	}

	get isBusy(): boolean {
		return this.#turn.isBusy;
	}

	snapshot(target: string): Promise<void> {
		return this.#turn.run(async () => {
			await this.#thread.run({ kind: 'snapshot', target });
		});
	}

	/**
	 * Moves the log into the database. Most of it while writes go on, the rest with the writer held off.
	 * A log that a long reader still needs is left for the next time.
	 * @param truncate whether the log file is cut to nothing, for a daily job or a backup of the directory.
	 */
	checkpoint(truncate: boolean): Promise<void> {
		return this.#turn.run(async () => {
			await this.#thread.run({ kind: 'checkpoint-bulk' });
			await this.#alone({ kind: 'checkpoint-finish', truncate });
		});
	}

	optimize(): Promise<void> {
		return this.#turn.run(async () => {
			await this.#alone({ kind: 'optimize' });
		});
	}

	/** Waits for running work, then ends the thread. */
	close(): Promise<void> {
		return this.#turn.run(() => this.#thread.close());
	}

	async #alone(job: Job): Promise<Row[]> {
		const release = await this.#holdWriter();
		try {
			return await this.#thread.run(job);
		} finally {
			release();
		}
	}
}
