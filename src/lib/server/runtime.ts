import type { Apps } from './apps.ts';
import type { Approvals } from './approvals.ts';
import type { Backends } from './backends.ts';
import type { Boots } from './boots.ts';
import type { Env } from './env.ts';
import type { InstallationBackups } from './installation-backups.ts';
import type { Members } from './members.ts';
import type { Origins } from './origins.ts';
import type { Preview } from './preview/index.ts';
import type { Runs } from './runs.ts';
import type { SettingsStore } from './settings.ts';
import type { Setup } from './setup.ts';
import type { Workspace } from './workspace/index.ts';

export type Log = (level: 'error' | 'info', message: string, cause?: unknown) => void;

/** The one object of a process that holds everything open. Made by `createRuntime`, handed on as an argument. */
export interface Runtime {
	readonly env: Env;
	readonly origins: Origins;
	readonly backends: Backends;
	readonly members: Members;
	readonly setup: Setup;
	readonly apps: Apps;
	readonly settings: SettingsStore;
	readonly approvals: Approvals;
	readonly boots: Boots;
	readonly runs: Runs;
	readonly preview: Preview;
	readonly backups: InstallationBackups;
	workspace(slug: string): Workspace;
	/** Ends what works on an app, then deletes it whole. @throws TinykitError `app_not_found` */
	removeApp(slug: string): Promise<void>;
	readonly log: Log;
	/** Ends runs and streams, waits for writes, closes every database. */
	close(): Promise<void>;
}
