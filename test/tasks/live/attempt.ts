import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { RunEvent } from '#lib/contracts/index.ts';
import { readCollections } from '../../../src/lib/server/app-collections.ts';
import type { Installation } from '../../src/lib/server/support/installation.ts';
import { begin, grade, reasonOf, run } from '../play.ts';
import type { Task } from '../task.ts';
import type { Trial } from './score.ts';
import type { createRecorder } from './transcript.ts';

export interface Workshop {
	readonly tinykit: Installation;
	/** For tasks that are looked at. */
	readonly browser: Browser | undefined;
	readonly recorder: ReturnType<typeof createRecorder>;
	/** Where transcripts are kept. */
	readonly dir: string;
}

/** Why a run ended that says nothing about the model's work. */
const providerReasons = ['provider_error', 'provider_overloaded', 'key_missing', 'key_rejected'];

/** Lets the model of an installation try a task once, and keeps all that was said, done and left. */
export async function attempt(
	{ tinykit, browser, recorder, dir }: Workshop,
	task: Task,
	number: number,
): Promise<Trial> {
	const slug = await begin(tinykit, task);
	try {
		const started = performance.now();
		const events = await run(tinykit, slug, task);
		const seconds = (performance.now() - started) / 1000;
		const left = await leftIn(tinykit, slug);
		const failures = await grade(tinykit, slug, task, browser);
		const reason = reasonOf(events);
		const trial: Trial = {
			task: task.id,
			group: task.group,
			trial: number,
			passed: failures.length === 0,
			fault: faultOf(reason, failures),
			failures,
			reason,
			...spent(events),
			seconds,
		};
		const lines = [
			{ type: 'task', id: task.id, prompt: task.prompt },
			...(await recorder.take()).map((exchange) => ({ type: 'exchange', ...exchange })),
			...events.map((event) => ({ type: 'event', event })),
			{ type: 'left', ...left },
			{ type: 'trial', ...trial },
		];
		await mkdir(dir, { recursive: true });
		const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
		await writeFile(join(dir, `${task.id}-${String(number)}.jsonl`), text);
		return trial;
	} finally {
		await tinykit.runtime.removeApp(slug);
	}
}

function faultOf(reason: string, failures: readonly string[]): Trial['fault'] {
	if (failures.length === 0) return 'none';
	if (providerReasons.includes(reason)) return 'provider';
	return failures.some((words) => words.startsWith('the grader could not')) ? 'harness' : 'agent';
}

function spent(
	events: readonly RunEvent[],
): Pick<Trial, 'inputTokens' | 'cachedTokens' | 'outputTokens' | 'usd'> {
	const answers = events.flatMap((event) => (event.type === 'usage' ? [event] : []));
	const sum = (of: (answer: (typeof answers)[number]) => number): number =>
		answers.reduce((total, answer) => total + of(answer), 0);
	return {
		inputTokens: sum(({ inputTokens }) => inputTokens),
		cachedTokens: sum(({ cachedTokens }) => cachedTokens),
		outputTokens: sum(({ outputTokens }) => outputTokens),
		usd: answers.every(({ usd }) => usd !== undefined) ? sum(({ usd }) => usd ?? 0) : undefined,
	};
}

/** The app as the model left it. */
async function leftIn(tinykit: Installation, slug: string): Promise<object> {
	const workspace = tinykit.runtime.workspace(slug);
	const files = await Promise.all(
		(await workspace.list()).map(async ({ path }) => {
			const text = await workspace.read(path).then(
				(file) => file.text,
				() => null,
			);
			return [path, text] as const;
		}),
	);
	const collections = await tinykit.runtime.backends.use(slug, 'draft', async (backend) =>
		readCollections(backend).filter(({ system }) => system !== true),
	);
	return { files: Object.fromEntries(files), collections };
}
