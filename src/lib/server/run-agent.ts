import { randomInt } from 'node:crypto';
import type { RunEventBody } from '#lib/contracts/index.ts';
import { createProvider, createSystemClock, runAgent } from './agent/index.ts';
import { createAppChecks } from './app-checks.ts';
import { createAppSchema } from './app-schema.ts';
import type { Approvals } from './approvals.ts';
import type { Apps } from './apps.ts';
import type { Backends } from './backends.ts';
import type { Boots } from './boots.ts';
import type { Facts } from './facts.ts';
import type { Plans } from './plans.ts';
import { priceOf } from './prices.ts';
import type { Preview } from './preview/index.ts';
import type { RunAgent } from './runs.ts';
import type { Log } from './runtime.ts';
import type { SettingsStore } from './settings.ts';
import type { Workspace } from './workspace/index.ts';

export interface RunAgentParts {
	readonly apps: Apps;
	readonly backends: Backends;
	readonly workspace: (slug: string) => Workspace;
	readonly preview: Preview;
	readonly boots: Boots;
	readonly approvals: Approvals;
	readonly facts: Facts;
	readonly plans: Plans;
	readonly settings: SettingsStore;
	readonly log: Log;
}

/**
 * Joins the agent, which knows none of them, with the one app's workspace, draft and checks. This is all it can
 * reach: no other app, no live data, no secret.
 */
export function createRunAgent(parts: RunAgentParts): RunAgent {
	return async ({ run, emit, signal, history }) => {
		const app = await parts.apps.get(run.app);
		const workspace = parts.workspace(run.app);
		const provider = createProvider(await parts.settings.model(), globalThis.fetch);
		const price = priceOf(provider.model, await parts.settings.prices());
		const shared = { app: run.app, run: run.id };
		const sink = {
			emit: async (event: RunEventBody): Promise<void> => {
				await emit(
					event.type === 'stopped'
						? await withCheckpoint(event, workspace, run.text, parts.log)
						: event,
				);
			},
		};
		// The state before the turn, so that it can be undone whatever happens in it.
		await workspace.snapshot(`Before: ${firstLine(run.text)}`);
		const outcome = await runAgent({
			app: { slug: app.slug, name: app.name },
			text: run.text,
			history: history.flatMap(({ text, reason, card }) =>
				reason === null ? [] : [{ text, reason, card }],
			),
			workspace,
			schema: createAppSchema({ ...parts, ...shared, emit: sink.emit }),
			checks: createAppChecks({ ...parts, ...shared, emit: sink.emit }),
			facts: {
				list: () => parts.facts.list(run.app),
				add: (fact) => parts.facts.add(run.app, { ...fact, source: 'run' }),
			},
			plans: { save: (text) => parts.plans.save(run.app, run.id, text) },
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

/** The end of a turn carries the restore point that was made of it. */
async function withCheckpoint(
	event: Extract<RunEventBody, { type: 'stopped' }>,
	workspace: Workspace,
	text: string,
	log: Log,
): Promise<RunEventBody> {
	try {
		const { id } = await workspace.snapshot(firstLine(text));
		return event.card ? { ...event, card: { ...event.card, checkpoint: id } } : event;
	} catch (cause) {
		log('error', `no restore point for ${workspace.slug}`, cause);
		return event;
	}
}

const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').slice(0, 100);
