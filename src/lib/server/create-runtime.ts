import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TinykitError } from '#lib/contracts/index.ts';
import { createApprovals } from './approvals.ts';
import { createApps } from './apps.ts';
import { settleAppBackend, settleBuilderBackend } from './accounts.ts';
import { backupTools, openBackends } from './backends.ts';
import { recoverInstallation } from './backup/index.ts';
import { createBoots } from './boots.ts';
import type { Env } from './env.ts';
import { createInstallationBackups } from './installation-backups.ts';
import { createMembers } from './members.ts';
import type { Origins } from './origins.ts';
import { createPreview } from './preview/index.ts';
import { createRunAgent } from './run-agent.ts';
import { createRunLogs } from './run-log.ts';
import { createRunRows } from './run-rows.ts';
import { createRuns } from './runs.ts';
import type { Log, Runtime } from './runtime.ts';
import { createSecretBox, loadSecretKey } from './secrets.ts';
import { createSettings } from './settings.ts';
import { createSetup } from './setup.ts';
import { createTables } from './tables.ts';
import { createWorkspace, type Workspace } from './workspace/index.ts';

export interface RuntimeParts {
	readonly env: Env;
	readonly origins: Origins;
	readonly now: () => Date;
	readonly log: Log;
	/** Shows a setup code to whoever sees the terminal. */
	readonly showCode: (code: string) => void;
}

/**
 * Opens everything a process of tinykit holds, in the order it depends on each other.
 * @throws TinykitError `env_invalid`, `data_dir_unwritable` with a sentence for the operator
 */
export async function createRuntime(parts: RuntimeParts): Promise<Runtime> {
	const { env, origins, now, log } = parts;
	const box = createSecretBox(loadSecretKey(env));
	await mkdir(env.workspaceDir, { recursive: true }).catch((cause: unknown) => {
		throw new TinykitError('data_dir_unwritable', {
			message: `The workspace directory ${env.workspaceDir} cannot be made.`,
			cause,
		});
	});
	// A restore that a crash cut off is finished or undone before anything is opened.
	await recoverInstallation({ tools: backupTools, ...env });

	// The builder's schedule makes installation backups; they need the backends that are opened here.
	let scheduled: () => Promise<void> = () => Promise.resolve();
	const backends = await openBackends({
		dataDir: env.dataDir,
		durability: env.durability,
		now,
		onCreated: settleAppBackend,
		// The builder's pages are its only ones: no CORS headers (definitions.md 14).
		builder: { origins: [], autoBackup: () => scheduled() },
		log,
	});
	const { builder } = backends;
	const { store } = builder.app;
	await settleBuilderBackend(builder);
	await createTables(store);

	const workspaces = new Map<string, Workspace>();
	const workspace = (slug: string): Workspace => {
		const known = workspaces.get(slug) ?? createWorkspace({ root: env.workspaceDir, slug });
		workspaces.set(slug, known);
		return known;
	};
	const approvals = createApprovals(store, now);
	const boots = createBoots();
	const settings = createSettings(builder, box, env.model, now);
	const apps = createApps(store, backends, env, now);
	const preview = createPreview({
		workspaceOf: workspace,
		cacheDir: join(env.dataDir, 'previews'),
		builderOrigin: origins.builder,
		onError: (message, cause) => log('error', message, cause),
	});
	const runs = createRuns({
		rows: createRunRows(store, now),
		logs: createRunLogs(store, now),
		approvals,
		runAgent: createRunAgent({
			apps,
			backends,
			workspace,
			preview,
			boots,
			approvals,
			settings,
			log,
		}),
		log,
	});
	await runs.recover();
	const backups = createInstallationBackups({ env, backends, apps, now, log });
	scheduled = () => backups.createScheduled(builder.app.settings.backups.cronMaxKeep);
	builder.start();

	return {
		env,
		origins,
		backends,
		members: createMembers(builder),
		setup: createSetup(builder, now, parts.showCode),
		apps,
		settings,
		approvals,
		boots,
		runs,
		preview,
		backups,
		workspace,
		async removeApp(slug) {
			await apps.remove(slug, async () => {
				await runs.stopAll(slug);
				workspaces.delete(slug);
			});
			await preview.forget(slug);
		},
		log,
		async close() {
			await runs.close();
			await preview.close();
			await backends.close();
		},
	};
}
