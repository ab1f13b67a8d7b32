import type { Apps } from './apps.ts';
import type {
	AgentSwitch,
	CallLog,
	Facts,
	Plans,
	Questions,
	RunBudgets,
	Runs,
} from './runs/index.ts';
import type { AppSecrets } from './secrets/index.ts';
import type { AppRules, AppTypes, Boots } from './draft/index.ts';
import type { Approvals, Intents } from './consent/index.ts';
import type { Backends } from './backends.ts';
import type { Checkpoints } from './checkpoints/index.ts';
import type { Env } from './env.ts';
import type { InstallationBackups } from './installation-backups.ts';
import type { Members, Setup } from './members/index.ts';
import type { Origins } from './web/index.ts';
import type { Preview } from './preview/index.ts';
import type { PreviewRequests } from './preview-tool/index.ts';
import type { SettingsStore } from './settings/index.ts';
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
	readonly intents: Intents;
	readonly rules: AppRules;
	readonly boots: Boots;
	readonly checkpoints: Checkpoints;
	readonly types: AppTypes;
	readonly requests: PreviewRequests;
	readonly facts: Facts;
	readonly plans: Plans;
	readonly agents: AgentSwitch;
	readonly secrets: AppSecrets;
	readonly questions: Questions;
	readonly calls: CallLog;
	readonly budgets: RunBudgets;
	readonly runs: Runs;
	readonly preview: Preview;
	readonly backups: InstallationBackups;
	workspace(slug: string): Workspace;
	/** Somebody is about to make an app: starts what takes long to start. What is not used ends by itself. */
	warm(): void;
	/** Ends what works on an app, then deletes it whole. @throws TinykitError `app_not_found` */
	removeApp(slug: string): Promise<void>;
	readonly log: Log;
	/** Ends runs and streams, waits for writes, closes every database. */
	close(): Promise<void>;
}
