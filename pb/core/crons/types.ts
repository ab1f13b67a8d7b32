import type { CronJob } from '../../lib/index.ts';

/** The scheduled jobs of one data directory. */
export interface Crons {
	/** In the order of the API: the host's by id, then PocketBase's own. */
	jobs(): readonly CronJob[];
	find(id: string): CronJob | undefined;
	/** Adds a job of the host. @throws {CronError} for an invalid expression. */
	add(id: string, expression: string, body: () => Promise<void> | void): void;
	/** Takes over a changed `settings.backups.cron`; to be called after settings were (re)loaded. */
	refresh(): void;
	start(): void;
	stop(): void;
}
