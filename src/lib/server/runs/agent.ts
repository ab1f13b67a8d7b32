import { randomInt } from 'node:crypto';
import type { Run, RunEventBody } from '#lib/contracts/index.ts';
import {
	createProvider,
	createSystemClock,
	runAgent,
	thawRun,
	type Autofixer,
	type FinishedCall,
} from '../agent/index.ts';
import {
	type AppRules,
	type AppTypes,
	type Boots,
	createAppChecks,
	createAppData,
	createAppPreview,
	createAppSchema,
} from '../draft/index.ts';
import {
	type AppSecrets,
	createScrub,
	createScrubbedProvider,
	type Scrub,
	scrubMessages,
} from '../secrets/index.ts';
import type { Approvals, Intents } from '../consent/index.ts';
import type { Apps } from '../apps.ts';
import type { Backends } from '../backends.ts';
import type { Checkpoints } from '../checkpoints/index.ts';
import type { Facts } from './facts.ts';
import type { Origins } from '../web/index.ts';
import type { Plans } from './plans.ts';
import { priceOf, type SettingsStore } from '../settings/index.ts';
import type { Preview } from '../preview/index.ts';
import type { Headless, PreviewRequests } from '../preview-tool/index.ts';
import { answeredLines } from './questions.ts';
import type { RunBudgets } from './budgets.ts';
import type { RunAgent } from './work.ts';
import type { Log } from '../runtime.ts';
import type { Workspace } from '../workspace/index.ts';

export interface RunAgentParts {
	readonly apps: Apps;
	readonly backends: Backends;
	readonly workspace: (slug: string) => Workspace;
	readonly preview: Preview;
	readonly origins: Origins;
	readonly boots: Boots;
	readonly checkpoints: Pick<Checkpoints, 'begin' | 'end'>;
	readonly types: AppTypes;
	/** What studios are asked to do in their preview frame. */
	readonly requests: PreviewRequests;
	readonly headless: Headless;
	readonly approvals: Approvals;
	readonly intents: Intents;
	readonly rules: AppRules;
	readonly facts: Facts;
	readonly autofixer: Autofixer;
	readonly plans: Plans;
	readonly settings: SettingsStore;
	readonly secrets: AppSecrets;
	readonly budgets: RunBudgets;
	/** Keys of the process itself: never told to a model. */
	readonly ownKeys: readonly string[];
	readonly log: Log;
}

/**
 * Joins the agent, which knows none of them, with the one app's workspace, draft and checks. This is all it can
 * reach: no other app, no live data, no secret.
 */
export function createRunAgent(parts: RunAgentParts): RunAgent {
	return async ({ run, options, emit, signal, history, keepBefore, park, resume }) => {
		const app = await parts.apps.get(run.app);
		const workspace = parts.workspace(run.app);
		parts.boots.begin(run.id);
		// The first check finds it ready.
		parts.types.warm();
		const configured = await parts.settings.model();
		// Another model for this message or this app, of the same provider and with the same key.
		const ofApp = app.model === '' ? configured.model : app.model;
		const model = { ...configured, model: options.model ?? ofApp };
		const scrub = createScrubber(parts, model.apiKey);
		const provider = createScrubbedProvider(createProvider(model, globalThis.fetch), scrub);
		const price = priceOf(provider.model, await parts.settings.prices());
		const shared = { app: run.app, run: run.id };
		const sink = {
			emit: async (event: RunEventBody, call?: FinishedCall): Promise<void> => {
				const told =
					event.type === 'stopped' ? await withCheckpoint(event, run, parts.checkpoints) : event;
				await emit((await scrub()).deep(told), call);
			},
		};
		// The state before the turn, so that it can be undone whatever happens in it.
		if (!resume) await keepBefore(await parts.checkpoints.begin(run));
		const parked = resume && thawRun(resume.frozen);
		// Settled for good: it survives each shortening of the conversation. What a run asks that has read text from
		// outside may be that text's own words.
		const isClean = parked?.state.taints.size === 0;
		for (const line of resume && isClean ? answeredLines(resume.asked) : [])
			await parts.facts
				.add(run.app, { kind: 'answer', text: line.slice(0, 500), source: 'run' })
				.catch((cause: unknown) => parts.log('error', `run ${run.id}: a fact`, cause));
		const plan =
			options.plan === undefined ? undefined : await parts.plans.get(run.app, options.plan);
		const outcome = await runAgent({
			app: { slug: app.slug, name: app.name },
			text: run.text,
			history: history.flatMap(({ text, reason, card }) =>
				reason === null ? [] : [{ text, reason, card }],
			),
			workspace,
			schema: createAppSchema({ ...parts, ...shared, emit: sink.emit }),
			checks: createAppChecks({ ...parts, ...shared, emit: sink.emit }),
			data: createAppData({ ...parts, ...shared, emit: sink.emit }),
			preview: createAppPreview({ ...parts, ...shared, emit: sink.emit }),
			facts: {
				list: () => parts.facts.list(run.app),
				add: (fact) => parts.facts.add(run.app, { ...fact, source: 'run' }),
			},
			autofix: parts.autofixer.fix,
			plans: { save: (text) => parts.plans.save(run.app, run.id, text) },
			mode: options.mode ?? 'build',
			...(plan && { plan: plan.text }),
			...(options.view && { view: options.view }),
			secrets: { hostsOf: (name) => parts.secrets.hostsOf(run.app, name) },
			allowance: parts.budgets.of(run.app),
			park: async (waiting) => {
				const clean = await scrub();
				await park({
					...waiting,
					messages: scrubMessages(waiting.messages, clean),
					before: clean.deep(waiting.before),
					after: clean.deep(waiting.after),
				});
			},
			...(resume && parked && { resume: { parked, answer: resume.answer } }),
			sink,
			clock: createSystemClock(),
			random: () => randomInt(2 ** 32) / 2 ** 32,
			provider,
			...(price && { price }),
			signal,
		});
		if (outcome.cause !== undefined)
			parts.log('error', `run ${run.id}: ${outcome.reason}`, outcome.cause);
		await parts.apps.touch(run.app);
	};
}

/** The secrets as they are now; patterns are made anew only when one has changed. */
function createScrubber(
	{ secrets, ownKeys }: Pick<RunAgentParts, 'secrets' | 'ownKeys'>,
	modelKey: string | undefined,
): () => Promise<Scrub> {
	const keys = [...ownKeys, ...(modelKey === undefined ? [] : [modelKey])];
	let known: Awaited<ReturnType<AppSecrets['known']>> | undefined;
	let scrub = createScrub([]);
	return async () => {
		const now = await secrets.known();
		if (now !== known) {
			known = now;
			scrub = createScrub([...now, ...keys.map((value) => ({ name: 'key', value }))]);
		}
		return scrub;
	};
}

/** The end of a turn carries the restore point that was made of it. */
async function withCheckpoint(
	event: Extract<RunEventBody, { type: 'stopped' }>,
	run: Run,
	checkpoints: Pick<Checkpoints, 'end'>,
): Promise<RunEventBody> {
	const id = await checkpoints.end(run, event.reason === 'interrupted' ? 'interrupted' : 'after');
	return event.card && id !== undefined
		? { ...event, card: { ...event.card, checkpoint: id } }
		: event;
}
