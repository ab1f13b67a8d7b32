import type { ToolInput } from '../definitions.ts';
import { answer, failure, type ToolAnswer, type ToolContext } from '../context.ts';
import { lineDiff } from '../../diff.ts';
import { findPlaceholder } from '../placeholder.ts';
import { fixLines } from './checks.ts';
import { autofixed } from './repair.ts';
import {
	lineChanges,
	readIfThere,
	refusePartly,
	refuseUnseen,
	rememberChange,
	writeSeen,
} from './files.ts';

/** Below this many characters a file may shrink as it likes. */
const smallFile = 400;

export async function write(input: ToolInput<'write'>, context: ToolContext): Promise<ToolAnswer> {
	const given = withoutFence(input.path, input.content);
	const file = await readIfThere(context, input.path);
	const refused = file && (refuseUnseen(context, file) ?? refusePartly(context, file));
	if (refused !== undefined) return refused;
	const placeholder = findPlaceholder(given, file?.text ?? '');
	if (placeholder !== undefined)
		return failure(
			`The line \`${placeholder}\` stands for text left out; nothing was written. Write the whole file, or use edit for a part of it.`,
			'not complete',
		);
	if (file !== undefined && input.confirmShrink !== true && shrinks(file.text, given))
		return failure(
			`${file.path} would shrink from ${file.text.length} to ${given.length} characters; nothing was written. If this is meant, set confirmShrink to true.`,
			'would lose half of the file',
		);
	const fixed = await autofixed(context, input.path, given);
	const content = fixed?.text ?? given;
	if (file?.text === content)
		return answer(`${input.path} has exactly this content already.`, 'no change');
	const lost = await writeSeen(context, input.path, content, file);
	return (
		lost ??
		answer(
			`${file === undefined ? 'Created' : 'Wrote'} ${input.path}.${fixed === undefined ? '' : `\n${fixLines(fixed.notes)}What differs from what you wrote:\n${lineDiff(given, content)}`}`,
			lineChanges(file?.text ?? '', content),
		)
	);
}

const shrinks = (before: string, after: string): boolean =>
	before.length > smallFile && after.length < before.length / 2;

/** Models wrap whole files in a Markdown fence now and then; in code it is never meant. */
function withoutFence(path: string, content: string): string {
	if (path.endsWith('.md')) return content;
	const fenced = /^\s*```[\w-]*\r?\n([\s\S]*?)\r?\n?```\s*$/.exec(content);
	return fenced?.[1] === undefined ? content : `${fenced[1]}\n`;
}

export async function remove(
	input: ToolInput<'delete'>,
	context: ToolContext,
): Promise<ToolAnswer> {
	const file = await context.workspace.read(input.path);
	const refused = refuseUnseen(context, file) ?? refusePartly(context, file);
	if (refused !== undefined) return refused;
	await context.workspace.delete(file.path, { ifMatch: file.hash });
	await rememberChange(context, file.path, null, file.text);
	return answer(`Deleted ${file.path}.`, lineChanges(file.text, ''));
}

export async function rename(
	input: ToolInput<'rename'>,
	context: ToolContext,
): Promise<ToolAnswer> {
	const file = await context.workspace.read(input.from);
	const entry = await context.workspace.rename(file.path, input.to, { ifMatch: file.hash });
	const { partly, seen: known } = context.state;
	const seen = known.get(file.path) === file.hash;
	const isPart = partly.has(file.path);
	await rememberChange(context, file.path, null, file.text);
	await rememberChange(context, entry.path, entry.hash, null);
	// Moving a file is not reading it.
	if (!seen) known.delete(entry.path);
	if (isPart) partly.add(entry.path);
	return answer(`Renamed ${file.path} to ${entry.path}.`, entry.path);
}
