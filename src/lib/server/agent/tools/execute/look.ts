import { RE2JS } from 're2js';
import { count } from '#lib/utils/index.ts';
import type { ToolInput } from '../definitions.ts';
import { answer, failure, type ToolAnswer, type ToolContext } from '../context.ts';
import { numbered } from '../nearest.ts';

const maxLines = 1500;
const maxChars = 60_000;
const maxHits = 100;
const maxHitChars = 300;
/** A search looks at so much of a line, and takes so long: linear patterns can still be slow ones. */
const maxSearchedChars = 5000;
const maxSearchMs = 2000;
const maxListed = 500;

export async function list(_input: ToolInput<'list'>, context: ToolContext): Promise<ToolAnswer> {
	const files = await context.workspace.list();
	if (files.length === 0) return answer('The app has no files yet.', 'no files');
	const lines = files.slice(0, maxListed).map((file) => `${file.path} (${file.size} bytes)`);
	if (files.length > maxListed) lines.push(`[${files.length - maxListed} more files]`);
	return answer(lines.join('\n'), count(files.length, 'file'));
}

export async function read(input: ToolInput<'read'>, context: ToolContext): Promise<ToolAnswer> {
	const file = await context.workspace.read(input.path);
	const { seen, partly } = context.state;
	if ((input.from ?? 1) === 1 && input.to === undefined) partly.delete(file.path);
	else if (seen.get(file.path) !== file.hash) partly.add(file.path);
	seen.set(file.path, file.hash);
	if (file.text === '') return answer(`${file.path} is empty.`, 'empty');
	const lines = file.text.split(/\r?\n/);
	if (lines.at(-1) === '') lines.pop();
	const from = input.from ?? 1;
	if (from > lines.length)
		return failure(`${file.path} has only ${count(lines.length, 'line')}.`, 'past the end');
	const to = Math.min(input.to ?? lines.length, lines.length, from + maxLines - 1);
	if (to < from) return failure('`to` lies before `from`.', 'wrong range');
	const shown: string[] = [];
	let chars = 0;
	for (const line of lines.slice(from - 1, to)) {
		chars += line.length + 1;
		if (chars > maxChars && shown.length > 0) break;
		shown.push(line.length > maxChars ? `${line.slice(0, maxChars)}[line cut]` : line);
	}
	const last = from + shown.length - 1;
	const rest =
		last < lines.length
			? `\n[lines ${from} to ${last} of ${lines.length}; read on with from: ${last + 1}]`
			: '';
	return answer(
		numbered(shown, from) + rest,
		from === 1 && last === lines.length ? count(lines.length, 'line') : `lines ${from}-${last}`,
	);
}

export async function grep(input: ToolInput<'grep'>, context: ToolContext): Promise<ToolAnswer> {
	const matches = createMatcher(input);
	if (typeof matches === 'string') return failure(matches, 'not a valid pattern');
	const deadline = context.clock.now() + maxSearchMs;
	const hits: string[] = [];
	let searched = 0;
	let cut = '';
	for (const entry of await context.workspace.list()) {
		if (cut !== '' || context.signal.aborted) break;
		if (!entry.path.startsWith(input.under ?? '')) continue;
		const file = await context.workspace.read(entry.path).catch(() => undefined);
		if (file === undefined) continue;
		searched += 1;
		for (const [index, line] of file.text.split(/\r?\n/).entries()) {
			if (matches(line.slice(0, maxSearchedChars)))
				hits.push(`${file.path}:${index + 1}|${line.slice(0, maxHitChars)}`);
			if (hits.length > maxHits) cut = `only the first ${maxHits}`;
			else if (context.clock.now() > deadline) cut = 'the search took too long and was ended here';
			if (cut !== '') break;
		}
	}
	const note = cut === '' ? '' : `\n[${cut}; narrow the search]`;
	if (hits.length === 0)
		return answer(`Not found in ${count(searched, 'file')}.${note}`, 'nothing found');
	return answer(
		hits.slice(0, maxHits).join('\n') + note,
		`${hits.length > maxHits ? `more than ${maxHits}` : hits.length} lines`,
	);
}

/** RE2 has no backtracking: a pattern of a model cannot stall the process. */
function createMatcher(input: ToolInput<'grep'>): ((line: string) => boolean) | string {
	if (input.pattern === true)
		try {
			const pattern = RE2JS.compile(
				input.query,
				input.ignoreCase === true ? RE2JS.CASE_INSENSITIVE : 0,
			);
			return (line) => pattern.matcher(line).find();
		} catch (error) {
			const reason = error instanceof Error ? error.message : 'unknown syntax';
			return `The pattern is not valid (RE2 syntax): ${reason}. Leave out pattern to search literally.`;
		}
	if (input.ignoreCase !== true) return (line) => line.includes(input.query);
	const query = input.query.toLowerCase();
	return (line) => line.toLowerCase().includes(query);
}
