import type { SchemaChange } from '#lib/contracts/index.ts';
import type { AppView, SourceFile } from './app-view.ts';
import { editCalls, type EditCall, type Splice } from './edits.ts';

/** What a follow-up does to an app, worked out before anything is touched. */
export interface Change {
	readonly schema?: SchemaChange;
	/** Takes the schema part back, where that destroys nothing. */
	readonly inverse?: SchemaChange;
	readonly calls: readonly EditCall[];
	/** Files that are made anew. */
	readonly added: readonly string[];
	readonly summary: readonly string[];
	readonly notDone?: readonly string[];
	readonly next?: readonly string[];
}

/** Why it is not done, as the end of a sentence: `there is no table "cars"`. */
export interface Declined {
	readonly declined: string;
}
export const decline = (declined: string): Declined => ({ declined });

/** Edits by path and whole new files, as calls. */
export function callsFor(
	{ files }: AppView,
	splices: ReadonlyMap<string, readonly Splice[]>,
	fresh: readonly SourceFile[] = [],
): Pick<Change, 'calls' | 'added'> {
	return {
		calls: [
			...fresh.map(({ path, text }): EditCall => ({
				name: 'write',
				input: { path, content: text },
			})),
			...[...splices].flatMap(([path, list]) => {
				const file = files.find((each) => each.path === path);
				return file ? editCalls(file, list) : [];
			}),
		],
		added: fresh.map(({ path }) => path),
	};
}
