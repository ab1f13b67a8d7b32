import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TinykitError } from '#lib/contracts/index.ts';
import {
	createCallLog,
	createFacts,
	createPlans,
	createQuestions,
	createRunAgent,
	createRunBudgets,
	createRunLogs,
	createRunQueue,
	createRunRows,
	createRuns,
	openAgentSwitch,
} from './runs/index.ts';
import { createAppRules, createAppTypes, createBoots } from './draft/index.ts';
import { createAppSecrets, createSecretBox, loadSecretKey } from './secrets/index.ts';
import { createApprovals, createIntents } from './consent/index.ts';
import { createApps } from './apps.ts';
import {
	createMembers,
	createSetup,
	settleAppBackend,
	settleBuilderBackend,
} from './members/index.ts';
import { createAutofixer } from './agent/index.ts';
import { backupTools, openBackends } from './backends.ts';
import { recoverInstallation } from './backup/index.ts';
import { createCheckpoints } from './checkpoints/index.ts';
import type { Env } from './env.ts';
import { createInstallationBackups } from './installation-backups.ts';
import type { Origins } from './web/index.ts';
import { createPreview } from './preview/index.ts';
import { createHeadless, createPreviewRequests, findChromium } from './preview-tool/index.ts';
import type { Log, Runtime } from './runtime.ts';
import { createSettings } from './settings/index.ts';
import { sweepExpired } from './schema-log/index.ts';
import { createTables } from './tables/index.ts';
import { createWorkspace, loadGit, type Workspace } from './workspace/index.ts';

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
	const intents = createIntents(store, now);
	const rules = createAppRules({ backends, intents });
	const boots = createBoots();
	const requests = createPreviewRequests();
	const types = createAppTypes({ backends, workspace, log });
	const isRoot = process.getuid?.() === 0;
	const headless = createHeadless(findChromium(env.chromium, isRoot), randomUUID);
	const facts = createFacts(store, now);
	const autofixer = createAutofixer();
	const plans = createPlans(store, now);
	const settings = createSettings(builder, box, env.model, now);
	const apps = createApps(store, backends, env, now);
	const preview = createPreview({
		workspaceOf: workspace,
		cacheDir: join(env.dataDir, 'previews'),
		builderOrigin: origins.builder,
		onError: (message, cause) => log('error', message, cause),
	});
	const checkpoints = createCheckpoints({
		...{ store, backends, workspace, dataDir: env.dataDir, now, log },
		// It uses the app as a person would.
		rowWriters: ['preview'],
	});
	const rows = createRunRows(store, now);
	const agents = await openAgentSwitch(store, now);
	const secrets = createAppSecrets(store, box, now);
	const questions = createQuestions(store, now);
	const calls = createCallLog(store, now);
	const budgets = createRunBudgets(store, now);
	const runs = createRuns({
		store,
		rows,
		logs: createRunLogs(store, now),
		queue: createRunQueue(store, rows, now),
		questions,
		approvals,
		calls,
		budgets,
		agents,
		restore: async (app, checkpoint) => {
			await checkpoints.restore(app, checkpoint, { parts: ['code', 'schema', 'data'] });
		},
		runAgent: createRunAgent({
			apps,
			backends,
			workspace,
			preview,
			origins,
			boots,
			checkpoints,
			types,
			requests,
			headless,
			approvals,
			intents,
			rules,
			facts,
			autofixer,
			plans,
			settings,
			secrets,
			budgets,
			ownKeys: ownKeysOf(env),
			log,
		}),
		log,
	});
	const backups = createInstallationBackups({ env, backends, apps, now, log });
	scheduled = () => backups.createScheduled(builder.app.settings.backups.cronMaxKeep);
	builder.start();
	const sweep = (): void =>
		void sweepExpired(backends, now()).catch((cause: unknown) =>
			log('error', 'values in quarantine past their time', cause),
		);
	sweep();
	const sweeping = setInterval(sweep, 6 * 3_600_000).unref();
	await checkpoints.recover();
	// Last: what waited begins to work now.
	await runs.recover();

	return {
		env,
		origins,
		backends,
		members: createMembers(builder),
		setup: createSetup(builder, now, parts.showCode),
		apps,
		settings,
		approvals,
		intents,
		rules,
		boots,
		checkpoints,
		types,
		requests,
		facts,
		plans,
		agents,
		secrets,
		questions,
		calls,
		budgets,
		runs,
		preview,
		backups,
		workspace,
		warm() {
			// Not the type checker: it takes 250 MB, and is needed only once there is something to check.
			preview.warm();
			loadGit().catch((cause: unknown) => log('error', 'git could not be loaded', cause));
		},
		async removeApp(slug) {
			await apps.remove(slug, async () => {
				await runs.stopAll(slug);
				await checkpoints.settle(slug);
				workspaces.delete(slug);
			});
			await preview.forget(slug);
		},
		log,
		async close() {
			clearInterval(sweeping);
			await runs.close();
			await autofixer.close();
			await Promise.all([preview.close(), types.close(), headless.close()]);
			await backends.close();
		},
	};
}

/** What the operator gave this process; none of it may reach a model. */
const ownKeysOf = ({ model, secretKey }: Env): readonly string[] =>
	[model.anthropic.apiKey, model.openai.apiKey, secretKey?.toString('base64')].filter(
		(key) => key !== undefined,
	);
