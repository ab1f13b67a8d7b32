import { scoreOf, type Trial } from './score.ts';

/** Of a group: what was tried, or why nothing was. */
export type Outcome =
	| { readonly group: string; readonly trials: readonly Trial[] }
	| { readonly group: string; readonly notRun: string };

const heads = ['pass@1', '95 %', 'pass^3', 'tokens', 'cached', 'out', 'dollars', 'seconds'];

/** A table of groups. @param title line above it: which model, when, how often */
export function tableOf(title: string, outcomes: readonly Outcome[]): string {
	const isRun = outcomes.some((outcome) => 'trials' in outcome);
	const rows = [
		['group', 'tasks', ...(isRun ? heads : ['result'])],
		...outcomes.map((outcome) => [outcome.group, ...cellsOf(outcome)]),
	];
	const widths = rows.reduce<number[]>(
		(all, row) => row.map((cell, index) => Math.max(cell.length, all[index] ?? 0)),
		[],
	);
	const lines = rows.map((row) =>
		row
			.map((cell, index) => cell.padEnd(widths[index] ?? 0))
			.join('  ')
			.trimEnd(),
	);
	return [title, '', ...lines, ''].join('\n');
}

function cellsOf(outcome: Outcome): readonly string[] {
	if ('notRun' in outcome) return ['-', `not run: ${outcome.notRun}`];
	const score = scoreOf(outcome.trials);
	const [low, high] = score.interval;
	return [
		String(score.tasks),
		percent(score.passAt1),
		`${percent(low)} to ${percent(high)}`,
		score.passHat3 === undefined ? '-' : percent(score.passHat3),
		...[score.inputTokens, score.cachedTokens, score.outputTokens].map(String),
		score.usd === undefined ? 'no price' : score.usd.toFixed(2),
		score.seconds.toFixed(1),
	];
}

const percent = (share: number): string => `${String(Math.round(share * 100))} %`;

/** A line for each trial that did not pass: what the grader found. */
export const failureLines = (trials: readonly Trial[]): readonly string[] =>
	trials.flatMap(({ task, trial, passed, fault, reason, failures }) =>
		passed
			? []
			: [
					`${task} #${String(trial)} (${fault}, ${reason}): ${failures.join('; ') || 'the run ended'}`,
				],
	);
