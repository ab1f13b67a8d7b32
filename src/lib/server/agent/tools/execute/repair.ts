import { TinykitError, type CheckResult } from '#lib/contracts/index.ts';
import type { Fixed } from '../../autofix/index.ts';
import { lineDiff } from '../../diff.ts';
import type { ToolContext } from '../context.ts';
import { readIfThere, writeSeen } from './files.ts';

/** Files looked at after one failed compilation. */
const maxFiles = 10;
/** Characters of difference shown for one file. */
const maxDiff = 1500;

/** The text of a file as it should be written, when something in it can be repaired mechanically. */
export async function autofixed(
	context: ToolContext,
	path: string,
	text: string,
): Promise<Fixed | undefined> {
	const files = new Set((await context.workspace.list()).map((file) => file.path));
	return context.autofix({ path, text, files: files.add(path) });
}

/**
 * After a compilation that failed: repairs what is mechanical in the files it names, without a model. Only files
 * this run wrote, and only as it wrote them: what a person changed since is left alone.
 *
 * @returns what was done, one line each
 */
export async function repair(
	results: readonly CheckResult[],
	context: ToolContext,
): Promise<readonly string[]> {
	const { state } = context;
	if (context.mode === 'plan') return [];
	const paths = new Set(
		results
			.filter(({ name, outcome }) => name === 'compile' && outcome === 'fail')
			.flatMap(({ problems }) =>
				problems.flatMap(({ path }) => (path === undefined ? [] : [path])),
			),
	);
	const done: string[] = [];
	for (const path of [...paths].filter((name) => state.changed.has(name)).slice(0, maxFiles)) {
		const file = await readIfThere(context, path).catch((error: unknown) => {
			// A problem may name what is no file of the app.
			if (error instanceof TinykitError) return undefined;
			throw error;
		});
		if (file === undefined || state.seen.get(path) !== file.hash) continue;
		const fixed = await autofixed(context, path, file.text);
		// Stopped meanwhile: nothing more is changed.
		if (fixed === undefined || context.signal.aborted) continue;
		const lost = await writeSeen(context, path, fixed.text, file);
		if (lost !== undefined) continue;
		const diff = lineDiff(file.text, fixed.text, maxDiff);
		done.push(`${path}: ${fixed.notes.join(' ')}\n${diff}`);
	}
	return done;
}
