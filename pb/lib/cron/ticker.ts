import type { Clock } from '../clock.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

export interface CronJob {
	readonly id: string;
	readonly expression: string;
	/** Runs the job now; its errors go to the ticker's `onError`. */
	run(): Promise<void>;
}

export interface CronOptions {
	readonly now: Clock;
	/** Told when a job throws; the ticker goes on. */
	readonly onError: (id: string, error: unknown) => void;
}

const MINUTE = 60_000;

/**
 * Runs jobs at the minutes of their schedules, in UTC. Each minute is handled at most once, also when the
 * clock jumps back, and a job that still runs is not started a second time by the ticker.
 */
export class Cron {
	readonly #now: Clock;
	readonly #onError: CronOptions['onError'];
	readonly #jobs = new Map<string, CronJob & { readonly schedule: Schedule }>();
	readonly #running = new Set<string>();
	#timer: NodeJS.Timeout | undefined;
	/** Number of the last minute that was handled. */
	#handled = Number.NEGATIVE_INFINITY;

	constructor(options: CronOptions) {
		this.#now = options.now;
		this.#onError = options.onError;
	}

	/**
	 * Adds a job, replacing one of the same id.
	 * @throws {CronError} when `expression` is invalid; an existing job stays.
	 */
	add(id: string, expression: string, body: () => Promise<void> | void): void {
		const schedule = parseSchedule(expression);
		const run = async (): Promise<void> => {
			try {
				await body();
			} catch (error) {
				this.#onError(id, error);
			}
		};
		this.#jobs.delete(id);
		this.#jobs.set(id, { id, expression: schedule.expression, schedule, run });
	}

	remove(id: string): void {
		this.#jobs.delete(id);
	}

	find(id: string): CronJob | undefined {
		return this.#jobs.get(id);
	}

	jobs(): readonly CronJob[] {
		return [...this.#jobs.values()];
	}

	/** Starts ticking; the timer does not keep the process alive. Does nothing when started already. */
	start(): void {
		if (this.#timer === undefined) this.#arm();
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	/** Runs what is due at `date`, unless that minute (or a later one) was handled. Resolves when the jobs ended. */
	async tick(date: Date): Promise<void> {
		const minute = Math.floor(date.getTime() / MINUTE);
		if (minute <= this.#handled) return;
		this.#handled = minute;
		const due = [...this.#jobs.values()].filter((job) => job.schedule.isDue(date));
		await Promise.all(due.map((job) => this.#runOnce(job)));
	}

	async #runOnce(job: CronJob): Promise<void> {
		if (this.#running.has(job.id)) return;
		this.#running.add(job.id);
		try {
			await job.run();
		} finally {
			this.#running.delete(job.id);
		}
	}

	#arm(): void {
		const wait = MINUTE - (this.#now().getTime() % MINUTE);
		this.#timer = setTimeout(() => {
			this.#arm();
			void this.tick(this.#now());
		}, wait);
		this.#timer.unref();
	}
}
