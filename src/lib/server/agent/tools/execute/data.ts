import type { RulesReport, Surprise } from '#lib/contracts/index.ts';
import { count } from '#lib/utils/index.ts';
import type { LogLine } from '../../ports.ts';
import type { ToolInput } from '../definitions.ts';
import { answer, clip, failure, type ToolAnswer, type ToolContext } from '../context.ts';
import { untrusted } from '../untrusted.ts';

const maxChars = 20_000;
/** Characters of one value of a record. */
const maxValue = 500;
const defaultRows = 20;
const defaultLines = 50;
const defaultMinutes = 60;

export async function rulesCheck(
	input: ToolInput<'rules_check'>,
	{ data, signal }: ToolContext,
): Promise<ToolAnswer> {
	const report = await data.rules(signal);
	const wanted = (name: string): boolean =>
		input.collection === undefined || input.collection === name;
	const shown = report.collections.filter(({ name }) => wanted(name));
	if (shown.length === 0)
		return failure(
			`There is no collection "${input.collection ?? ''}". They are: ${report.collections.map(({ name }) => name).join(', ')}.`,
			'unknown collection',
		);
	const surprises = report.surprises.filter(({ collection }) => wanted(collection));
	const failed = surprises.filter(({ level }) => level === 'fail').length;
	const matrix = shown.map(
		({ name, lines }) => `${name}\n${lines.map((line) => `  ${line}`).join('\n')}`,
	);
	const text = [...matrix, ...surprises.map(surpriseLine), sampledLine(report)].join('\n');
	return answer(
		clip(text, maxChars),
		failed > 0 ? count(failed, 'surprise') : 'no surprise',
		surprises.map(surpriseLine).join('\n'),
	);
}

const words = { fail: 'FAILS', agreed: 'agreed to by a person', note: 'worth knowing' } as const;
const surpriseLine = ({ level, text, request }: Surprise): string =>
	`[${words[level]}] ${text}\n  ${request}`;

const sampledLine = ({ sampled, incomplete }: RulesReport): string =>
	`Tried ${sampled.requests} requests on ${sampled.records} made-up records of ${sampled.collections} collections as ${sampled.identities.join(', ')}.${incomplete === undefined ? '' : ` Not everything was tried: ${incomplete}`}`;

export async function query(input: ToolInput<'query'>, context: ToolContext): Promise<ToolAnswer> {
	const { filter, sort, fields } = input;
	const found = await context.data.query(
		{
			collection: input.collection,
			as: input.as,
			...(filter !== undefined && { filter }),
			...(sort !== undefined && { sort }),
			...(fields && { fields }),
			limit: input.limit ?? defaultRows,
		},
		context.signal,
	);
	if (found.kind === 'refused') return failure(`The backend refused: ${found.message}`, 'refused');
	context.state.waitedMs += found.waitedMs;
	if (found.kind === 'declined')
		return failure(
			'The person does not want records to be read in this turn. Go on without them; do not ask again.',
			'declined',
		);
	const { records, total } = found;
	if (records.length === 0) return answer(`No records (${total} in all).`, 'no records');
	const source = `records of ${input.collection} as ${input.as}`;
	const lines = records.map((record) => JSON.stringify(record, shorten)).join('\n');
	return answer(
		`${records.length} of ${total} records, one a line.\n${await untrusted(context, source, clip(lines, maxChars))}`,
		`${records.length} of ${total} records`,
	);
}

const shorten = (_key: string, value: unknown): unknown =>
	typeof value === 'string' && value.length > maxValue
		? `${value.slice(0, maxValue)}[${value.length - maxValue} more]`
		: value;

export async function logs(input: ToolInput<'logs'>, context: ToolContext): Promise<ToolAnswer> {
	const { search } = input;
	const minutes = input.minutes ?? defaultMinutes;
	const lines = await context.data.logs({
		level: input.level ?? 'info',
		minutes,
		...(search !== undefined && { search }),
		limit: input.limit ?? defaultLines,
	});
	if (lines.length === 0)
		return answer(`Nothing was logged in the last ${minutes} minutes that fits.`, 'no entries');
	// The newest are kept when it is too much.
	let text = lines.map(logLine).join('\n');
	if (text.length > maxChars) text = `[older entries left out]\n${text.slice(-maxChars)}`;
	return answer(
		await untrusted(context, 'log of the draft backend', text),
		count(lines.length, 'entry', 'entries'),
	);
}

const logLine = ({ at, level, text, denied }: LogLine): string =>
	`${at} ${level} ${text}${denied === undefined ? '' : ` | refused by ${denied}`}`;
