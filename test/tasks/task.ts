import type { SchemaChange } from '#lib/contracts/index.ts';
import type { Pages } from './pages.ts';
import type { World } from './world.ts';

/** The groups of tasks; five or more in each. */
export const groups = [
	'collections',
	'relations',
	'owner rules',
	'role rules',
	'membership rules',
	'field hiding',
	'files',
	'realtime',
] as const;
/** Apps that keep everything in memory until they get a backend. */
export const attachGroup = 'attach a backend';
export type Group = (typeof groups)[number] | typeof attachGroup;

/** What an agent leaves behind: changes of the collections, in their order, and files. */
export interface Solution {
	readonly changes: readonly SchemaChange[];
	readonly files?: Readonly<Record<string, string>>;
}

/**
 * A small piece of work with a grader that runs requests. The agent sees the prompt only; the grader must accept the
 * solution and reject each of the wrong ones.
 */
export interface Task {
	readonly id: string;
	readonly group: Group;
	readonly prompt: string;
	/** What is there before the agent begins. */
	readonly start?: Solution;
	/** Records that are there before. */
	readonly seed?: (world: World) => Promise<void>;
	readonly solution: Solution;
	/** By what is wrong with them: three, each plausible. */
	readonly wrong: Readonly<Record<string, Solution>>;
	/** Asks and notes with `world.check` what does not hold. */
	readonly grade: (world: World) => Promise<void>;
	/** What is done and seen in a browser, after `grade`. */
	readonly look?: (pages: Pages, world: World) => Promise<void>;
}
