import { lineDiff } from '../diff.ts';
import type { AgentWorkspace } from '../ports.ts';
import type { RunState } from '../tools/index.ts';

const maxDiff = 20_000;
const maxFileDiff = 4000;
const maxWords = 2000;
const maxListed = 60;

/**
 * What happened in a run so far, from what the run knows, never from what a model remembers: the same facts give
 * the same text.
 *
 * @param words the model's own words so far, oldest first
 * @param withDiff also what changed in each file, line by line
 */
export async function soFar(
	state: RunState,
	workspace: AgentWorkspace,
	words: string,
	withDiff: boolean,
): Promise<string> {
	const changed = [...state.changed].sort();
	const section = (name: string, lines: readonly string[]): string =>
		lines.length === 0
			? ''
			: `${name}:\n${lines
					.slice(0, maxListed)
					.map((line) => `- ${line}`)
					.join('\n')}${lines.length > maxListed ? `\n[${lines.length - maxListed} more]` : ''}`;
	const red = (state.checks ?? []).filter(({ outcome }) => outcome === 'fail');
	return [
		withDiff
			? 'The conversation of this run became too long and begins anew here. Nothing else of it is left: read a file again before you change it.'
			: 'The conversation of this run became long; its beginning was replaced by this. Read a file again before you change it, unless it stands below.',
		section('Collections changed', state.schemaChanges),
		section('Answered by the person', state.answered),
		section('Declined by the person; do not ask for it again', state.declined),
		section('Files changed', changed),
		section(
			'Your list',
			state.todos.map(({ text, done }) => `[${done ? 'x' : ' '}] ${text}`),
		),
		section(
			'Checks now',
			state.checks === undefined
				? ['not run since the last change']
				: state.checks.map(({ name, outcome }) => `${name}: ${outcome}`),
		),
		section(
			'Failing',
			red.flatMap(({ problems }) =>
				problems.map(({ path, line, message }) =>
					[path, line, message].filter((part) => part !== undefined).join(':'),
				),
			),
		),
		words.trim() === '' ? '' : `Your own words, the newest:\n${words.trim().slice(-maxWords)}`,
		withDiff ? await diffs(state, workspace, changed) : '',
	]
		.filter((part) => part !== '')
		.join('\n\n');
}

async function diffs(
	state: RunState,
	workspace: AgentWorkspace,
	changed: readonly string[],
): Promise<string> {
	let left = maxDiff;
	const parts: string[] = [];
	for (const path of changed) {
		const before = state.originals.get(path);
		// Too large to be kept.
		if (before === undefined) continue;
		const now = await workspace.read(path).catch(() => undefined);
		const text = lineDiff(before ?? '', now?.text ?? '', Math.min(left, maxFileDiff));
		if (text === '') continue;
		const what = before === null ? ' (new)' : now === undefined ? ' (deleted)' : '';
		parts.push(`${path}${what}\n${text}`);
		left -= text.length;
		if (left <= 0) break;
	}
	return parts.length === 0 ? '' : `What you changed:\n${parts.join('\n')}`;
}
