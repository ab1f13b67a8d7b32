import type { Apps } from './apps.ts';
import type { AgentSwitch } from './kill-switch.ts';
import type { AppSecrets } from './app-secrets.ts';
import type { AppTypes } from './app-types.ts';
import type { AppRules } from './app-rules.ts';
import type { Approvals } from './approvals.ts';
import type { Backends } from './backends.ts';
import type { Boots } from './boots.ts';
import type { Checkpoints } from './checkpoints/index.ts';
import type { CallLog } from './call-log.ts';
import type { Env } from './env.ts';
import type { Facts } from './facts.ts';
import type { InstallationBackups } from './installation-backups.ts';
import type { Intents } from './intents.ts';
import type { Members } from './members.ts';
import type { Origins } from './origins.ts';
import type { Plans } from './plans.ts';
import type { Preview } from './preview/index.ts';
import type { PreviewRequests } from './preview-tool/index.ts';
import type { Questions } from './questions.ts';
import type { RunBudgets } from './run-budgets.ts';
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
