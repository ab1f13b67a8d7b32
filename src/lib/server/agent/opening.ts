import type { AgentRun } from './loop.ts';
import type { Message } from './messages.ts';
import { appPrompt, firstMessage, globalPrompt, soFar } from './prompt/index.ts';
import { untrusted, type RunState } from './tools/index.ts';

const designFile = 'app.json';

/** What a conversation begins with: the system prompt in its two cached parts, and the first message. */
export interface Opened {
	readonly system: readonly string[];
	readonly first: Message;
}

/** @param summary what happened so far, when the conversation begins anew within its run */
export async function open(run: AgentRun, state: RunState, summary?: string): Promise<Opened> {
	const { workspace, view } = run;
	const files = await workspace.list();
	// One that cannot be read (not text, gone meanwhile) does not keep the run from beginning.
	const text = async (path: string): Promise<string | undefined> =>
		files.some((file) => file.path === path)
			? (await workspace.read(path).catch(() => undefined))?.text
			: undefined;
	if (view?.selection !== undefined || (view?.errors?.length ?? 0) > 0)
		await untrusted({ state, sink: run.sink }, 'the preview', '');
	const schema = await run.schema.describe();
	return {
		system: [
			globalPrompt,
			appPrompt(run.app, schema, await text('AGENTS.md'), await text(designFile)),
		],
		first: firstMessage({
			text: run.text,
			history: run.history,
			files,
			facts: await run.facts.list(),
			mode: run.mode ?? 'build',
			plan: run.plan,
			view,
			now: run.clock.now(),
			...(summary !== undefined && { summary }),
		}),
	};
}

/** The same after a conversation became too long. */
export const reopen =
	(run: AgentRun, state: RunState) =>
	async (words: string, withDiff: boolean): Promise<Opened> =>
		open(run, state, await soFar(state, run.workspace, words, withDiff));
