import type { RunEvent } from '#lib/contracts/index.ts';
import type { Browser } from 'playwright-core';
import { ApiError } from '../../src/lib/server/backends.ts';
import { applyCollections, readCollections } from '../../src/lib/server/app-collections.ts';
import { targetOf } from '../../src/lib/server/schema/index.ts';
import {
	applyLastPlan,
	call,
	message,
	type MessagesServer,
	type Step,
} from '../fixtures/messages-server/index.ts';
import { openInstallation, type Installation } from '../src/lib/server/support/installation.ts';
import { lookAt } from './pages.ts';
import type { Solution, Task } from './task.ts';
import { createWorld } from './world.ts';

/** Milliseconds between two looks at a run. */
const look = 15;

/** Brings an app to a solution without an agent. */
export async function put(tinykit: Installation, slug: string, solution: Solution): Promise<void> {
	for (const change of solution.changes)
		await tinykit.runtime.backends.use(slug, 'draft', async (backend) => {
			const { collections, problems } = targetOf(readCollections(backend), change);
			if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
			await applyCollections(backend, collections).catch((error: unknown) => {
				throw error instanceof ApiError ? new Error(JSON.stringify(error.data)) : error;
			});
		});
	const workspace = tinykit.runtime.workspace(slug);
	const there = new Map((await workspace.list()).map(({ path, hash }) => [path, hash]));
	for (const [path, text] of Object.entries(solution.files ?? {}))
		await workspace.write(path, text, { ifMatch: there.get(path) ?? null });
}

/** What a model does that knows the solution. */
export const scriptOf = (solution: Solution): readonly Step[] => [
	...solution.changes.flatMap((change): Step[] => [
		{ reply: message(call('schema_plan', change)) },
		{ reply: applyLastPlan },
	]),
	...Object.entries(solution.files ?? {}).flatMap(([path, content]): Step[] => [
		{ reply: message(call('read', { path })) },
		{ reply: message(call('write', { path, content, confirmShrink: true })) },
	]),
	{ reply: message(call('done', { summary: ['Done'] })) },
];

/** An installation with nobody at a studio, and a run does not wait for somebody either. */
export async function openWorkshop(
	settings: Readonly<Record<string, string>> = {},
): Promise<Installation> {
	const tinykit = await openInstallation(settings);
	tinykit.runtime.boots.isAttached = () => Promise.resolve(false);
	return tinykit;
}

const emptyPage = '<h1>Nothing here yet</h1>\n';

/** A new app in the state a task begins with. */
export async function begin(tinykit: Installation, task: Task): Promise<string> {
	const { slug } = await tinykit.runtime.apps.create(task.id);
	await put(tinykit, slug, {
		changes: task.start?.changes ?? [],
		files: { 'src/App.svelte': emptyPage, ...task.start?.files },
	});
	await task.seed?.(createWorld(tinykit, slug));
	return slug;
}

/**
 * Lets the agent work on a task: accepts whatever changes it asks a person for, and answers none of its questions.
 * @returns what the run told; the last event is `stopped`
 */
export async function run(
	tinykit: Installation,
	slug: string,
	task: Task,
): Promise<readonly RunEvent[]> {
	const { runs, approvals, questions } = tinykit.runtime;
	const { id } = await runs.start(slug, task.prompt);
	// Decided, asked again or over in the meantime: the next look tells.
	const tries = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);
	while ((await runs.get(slug, id)).status !== 'ended') {
		for (const { id: asked, status } of await approvals.list(slug))
			if (status === 'pending') await tries(approvals.decide(slug, asked, true, 'grader'));
		for (const { id: asked, status } of await questions.list(slug))
			if (status === 'open') await tries(runs.decline(slug, asked, 'grader'));
		await new Promise((resolve) => setTimeout(resolve, look));
	}
	const events: RunEvent[] = [];
	const never = new AbortController().signal;
	for await (const event of runs.log(id).follow(0, never)) events.push(event);
	return events;
}

/** Why a run ended. */
export const reasonOf = (events: readonly RunEvent[]): string => {
	const last = events.at(-1);
	return last?.type === 'stopped' ? last.reason : 'none';
};

/**
 * What a grader says about an app: nothing when all is well.
 * @param browser for tasks that are looked at, after what is asked holds
 */
export async function grade(
	tinykit: Installation,
	slug: string,
	task: Task,
	browser?: Browser,
): Promise<readonly string[]> {
	const world = createWorld(tinykit, slug);
	const { look } = task;
	try {
		await task.grade(world);
		if (look && browser && world.failures.length === 0)
			await lookAt(tinykit, browser, { world, slug }, (pages) => look(pages, world));
	} catch (error) {
		return [...world.failures, `the grader could not go on: ${String(error)}`];
	}
	return world.failures;
}

/** Points an installation at a scripted model. */
export async function useModel(tinykit: Installation, model: MessagesServer): Promise<void> {
	await tinykit.runtime.settings.update({
		model: { provider: 'anthropic', baseUrl: model.url, model: 'test-model', apiKey: 'test-key' },
	});
}
