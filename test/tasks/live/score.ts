import type { Group } from '../task.ts';

/** One attempt of a model at a task. */
export interface Trial {
	readonly task: string;
	readonly group: Group;
	/** From 1. */
	readonly trial: number;
	readonly passed: boolean;
	/** `agent`: the model did not get there. Else what kept it from trying, or the grader from grading. */
	readonly fault: 'none' | 'agent' | 'provider' | 'harness';
	readonly failures: readonly string[];
	/** Why the run ended. */
	readonly reason: string;
	readonly inputTokens: number;
	readonly cachedTokens: number;
	readonly outputTokens: number;
	/** Undefined when the price of the model is not known. */
	readonly usd: number | undefined;
	readonly seconds: number;
}

export interface Score {
	readonly tasks: number;
	readonly trials: number;
	/** Share of trials that pass, mean of the tasks. */
	readonly passAt1: number;
	/** 95 % interval of Wilson for the share of all trials. */
	readonly interval: readonly [low: number, high: number];
	/** How likely three trials of one task pass, all of them; undefined below three trials. */
	readonly passHat3: number | undefined;
	readonly inputTokens: number;
	readonly cachedTokens: number;
	readonly outputTokens: number;
	readonly usd: number | undefined;
	/** Mean of a trial. */
	readonly seconds: number;
}

/** @param trials of one group, one at least */
export function scoreOf(trials: readonly Trial[]): Score {
	const tasks = [...Map.groupBy(trials, ({ task }) => task).values()];
	const passed = (list: readonly Trial[]): number => list.filter((trial) => trial.passed).length;
	const sum = (of: (trial: Trial) => number): number =>
		trials.reduce((total, trial) => total + of(trial), 0);
	const isPriced = trials.every(({ usd }) => usd !== undefined);
	return {
		tasks: tasks.length,
		trials: trials.length,
		passAt1: mean(tasks.map((list) => passed(list) / list.length)),
		interval: wilson(passed(trials), trials.length),
		passHat3: tasks.every((list) => list.length >= 3)
			? mean(tasks.map((list) => choose3(passed(list)) / choose3(list.length)))
			: undefined,
		inputTokens: sum((trial) => trial.inputTokens),
		cachedTokens: sum((trial) => trial.cachedTokens),
		outputTokens: sum((trial) => trial.outputTokens),
		usd: isPriced ? sum((trial) => trial.usd ?? 0) : undefined,
		seconds: mean(trials.map((trial) => trial.seconds)),
	};
}

const mean = (values: readonly number[]): number =>
	values.reduce((total, value) => total + value, 0) / values.length;
const choose3 = (n: number): number => (n * (n - 1) * (n - 2)) / 6;

/** @returns the interval in which the true share lies with 95 % certainty */
function wilson(passed: number, all: number): readonly [number, number] {
	const z = 1.96;
	const share = passed / all;
	const middle = share + z ** 2 / (2 * all);
	const half = z * Math.sqrt((share * (1 - share)) / all + z ** 2 / (4 * all ** 2));
	const scale = 1 + z ** 2 / all;
	return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}
