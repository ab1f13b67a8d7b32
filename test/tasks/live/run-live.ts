import { join } from 'node:path';
import { openBrowser } from '../../e2e/support/browser.ts';
import { chromiumPath } from '../../run/chromium.ts';
import { openWorkshop } from '../play.ts';
import { attachGroup, type Task } from '../task.ts';
import { attempt } from './attempt.ts';
import type { Trial } from './score.ts';
import { failureLines, tableOf, type Outcome } from './table.ts';
import { createRecorder } from './transcript.ts';

export interface LiveOptions {
	/** Attempts at each task. */
	readonly trials: number;
	readonly model?: string | undefined;
	/** Directory for transcripts. */
	readonly out?: string | undefined;
}

const settingNames = [
	'ANTHROPIC_API_KEY',
	'ANTHROPIC_BASE_URL',
	'OPENAI_API_KEY',
	'OPENAI_BASE_URL',
	'TINYKIT_MODEL',
] as const;

/**
 * Lets the model whose key is in the environment try tasks, one after another.
 * @returns the exit code
 */
export async function runLive(
	tasks: readonly Task[],
	options: LiveOptions,
	env: Readonly<Record<string, string | undefined>>,
	say: (line: string) => void,
): Promise<number> {
	const { trials } = options;
	const names = [...new Set(tasks.map(({ group }) => group))];
	const started = new Date();
	const dir = options.out ?? join('test-results/tasks', started.toISOString().replaceAll(':', '-'));
	const chromium = chromiumPath();
	const recorder = createRecorder(globalThis.fetch);
	globalThis.fetch = recorder.fetch;
	const tinykit = await openWorkshop({
		...Object.fromEntries(settingNames.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
		...(options.model !== undefined && { TINYKIT_MODEL: options.model }),
		...(chromium !== undefined && {
			TINYKIT_CHROMIUM: chromium,
			TINYKIT_CHROMIUM_SANDBOX: 'off',
		}),
	});
	const isLooked = names.includes(attachGroup) && chromium !== undefined;
	const browser = isLooked ? await openBrowser() : undefined;
	try {
		const { provider, model } = await tinykit.runtime.settings.model();
		if (model === '') {
			say('Name a model with --model.');
			return 2;
		}
		const tried: Trial[] = [];
		const outcomes: Outcome[] = [];
		for (const group of names) {
			if (group === attachGroup && !browser) {
				outcomes.push({ group, notRun: 'no chromium' });
				continue;
			}
			const own: Trial[] = [];
			for (const task of tasks.filter((task) => task.group === group))
				for (let number = 1; number <= trials; number++) {
					const trial = await attempt({ tinykit, browser, recorder, dir }, task, number);
					own.push(trial);
					const verdict = trial.passed ? 'pass' : 'FAIL';
					say(`${verdict} ${task.id} #${String(number)} ${trial.seconds.toFixed(1)} s`);
				}
			tried.push(...own);
			outcomes.push({ group, trials: own });
		}
		const day = started.toISOString().slice(0, 10);
		say('');
		say(tableOf(`${model} (${provider}), ${day}, ${String(trials)} trials a task`, outcomes));
		for (const line of failureLines(tried)) say(line);
		say(`Transcripts: ${dir}`);
		return 0;
	} finally {
		await browser?.close();
		await tinykit.close();
	}
}
