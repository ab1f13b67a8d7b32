import { TinykitError } from '#lib/contracts/index.ts';
import type { AgentFile } from '../../ports.ts';
import { failure, type ToolAnswer, type ToolContext } from '../context.ts';
import { numbered } from '../nearest.ts';

/** A whole file goes into an answer up to this many characters. */
const wholeFile = 20_000;

/** The file, or undefined when there is none. Other refusals of the workspace pass through. */
export async function readIfThere(
	context: ToolContext,
	path: string,
): Promise<AgentFile | undefined> {
	try {
		return await context.workspace.read(path);
	} catch (error) {
		if (error instanceof TinykitError && error.code === 'file_not_found') return undefined;
		throw error;
	}
}

/**
 * The answer that refuses a change because the file is not as this run last read it, or undefined.
 * A file that changed under the run is shown as it is now, and counts as read from then on.
 */
export function refuseUnseen(context: ToolContext, file: AgentFile): ToolAnswer | undefined {
	const seen = context.state.seen.get(file.path);
	if (seen === file.hash) return undefined;
	if (seen === undefined)
		return failure(`${file.path} has not been read in this run. Read it first.`, 'not read yet');
	return changedUnderneath(context, file);
}

/** The answer that refuses to take away lines which the run has never been shown, or undefined. */
export const refusePartly = (
	{ state }: ToolContext,
	{ path }: AgentFile,
): ToolAnswer | undefined =>
	state.partly.has(path)
		? failure(
				`Only a part of ${path} has been read as it is now; nothing was changed. Use edit, or read it without from and to first.`,
				'not read whole',
			)
		: undefined;

/** Somebody else wrote the file: nothing of theirs is overwritten. */
export function changedUnderneath(context: ToolContext, file: AgentFile): ToolAnswer {
	context.state.seen.set(file.path, file.hash);
	context.state.partly.add(file.path);
	return failure(
		`${file.path} has been changed by somebody else since it was read; nothing was written. ${asItIs(context, file)}`,
		'changed by somebody else',
	);
}

/** "It is now:" with the numbered text, or the advice to read it when it is long. */
export function asItIs({ state }: ToolContext, file: AgentFile): string {
	if (file.text.length > wholeFile) return 'Read it again: it is too long to show here.';
	state.partly.delete(file.path);
	return `It is now:\n${numbered(file.text.split(/\r?\n/), 1)}`;
}

/**
 * Writes and remembers; a race with another writer becomes an answer.
 * @param before the file as it is now; undefined: it must not exist
 */
export async function writeSeen(
	context: ToolContext,
	path: string,
	text: string,
	before: AgentFile | undefined,
): Promise<ToolAnswer | undefined> {
	try {
		const ifMatch = before?.hash ?? null;
		const entry = await context.workspace.write(path, text, { ifMatch });
		await rememberChange(context, entry.path, entry.hash, before?.text ?? null);
		return undefined;
	} catch (error) {
		if (!(error instanceof TinykitError)) throw error;
		if (error.code !== 'file_changed' && error.code !== 'file_exists') throw error;
		const file = await readIfThere(context, path);
		// Taken by another spelling of the name: there is nothing at this one to show.
		if (file === undefined && error.code === 'file_exists') throw error;
		return file === undefined
			? failure(`${path} has been deleted by somebody else; nothing was written.`, 'deleted')
			: changedUnderneath(context, file);
	}
}

/** So much of a file is kept to tell later what a run changed in it. */
const maxOriginal = 64_000;

/**
 * @param hash null when the file is gone
 * @param before its text until now; null when it was not there
 */
export async function rememberChange(
	context: ToolContext,
	path: string,
	hash: string | null,
	before: string | null,
): Promise<void> {
	const { state } = context;
	if (!state.changed.has(path) && (before?.length ?? 0) <= maxOriginal)
		state.originals.set(path, before);
	if (hash === null) {
		state.seen.delete(path);
		state.partly.delete(path);
	} else state.seen.set(path, hash);
	state.misses.delete(path);
	state.changed.add(path);
	state.checks = undefined;
	await context.sink.emit({ type: 'file_changed', path, hash });
}

/** `+11 −2`: lines that are only in the new text, and only in the old one. */
export function lineChanges(before: string, after: string): string {
	const rest = new Map<string, number>();
	const old = linesOf(before);
	for (const line of old) rest.set(line, (rest.get(line) ?? 0) + 1);
	let added = 0;
	let kept = 0;
	for (const line of linesOf(after)) {
		const left = rest.get(line) ?? 0;
		if (left === 0) added += 1;
		else {
			kept += 1;
			rest.set(line, left - 1);
		}
	}
	return `+${added} −${old.length - kept}`;
}

const linesOf = (text: string): readonly string[] =>
	text === '' ? [] : text.replace(/\n$/, '').split('\n');
