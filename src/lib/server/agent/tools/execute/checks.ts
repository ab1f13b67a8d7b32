import { createHash } from 'node:crypto';
import type { CheckResult, Problem } from '#lib/contracts/index.ts';
import { count } from '#lib/utils/index.ts';
import type { ToolInput } from '../definitions.ts';
import { answer, clip, failure, type ToolAnswer, type ToolContext } from '../context.ts';
import { untrusted } from '../untrusted.ts';
import { repair } from './repair.ts';

const maxProblems = 20;
const maxChars = 10_000;

/** Results with how they came about. */
interface Checked {
	readonly results: readonly CheckResult[];
	/** Nothing changed since they were made: they were not made again. */
	readonly unchanged: boolean;
	/** What was repaired without the model before they were made. */
	readonly fixes: readonly string[];
}

export async function check(_input: ToolInput<'check'>, context: ToolContext): Promise<ToolAnswer> {
	const checked = await currentChecks(context, true);
	const { results, unchanged } = checked;
	const failed = results.filter((result) => result.outcome === 'fail');
	const note = unchanged
		? failed.length > 0
			? 'Nothing changed since the last check: unchanged, same failure. It was not run again; change what it names first.\n'
			: 'Nothing changed since the last check, so its result stands.\n'
		: '';
	const text = `${fixLines(checked.fixes)}${note}${await describeAll(results, context)}`;
	const summary = results.map((result) => `${result.name}: ${words[result.outcome]}`).join(', ');
	return failed.length > 0
		? { ...failure(text, summary), signature: checkSignature(failed) }
		: answer(text, summary);
}

export async function done(input: ToolInput<'done'>, context: ToolContext): Promise<ToolAnswer> {
	const { state } = context;
	const report = {
		summary: input.summary,
		notDone: input.notDone ?? [],
		next: input.next ?? [],
	};
	state.report = report;
	if (context.mode === 'plan' && !state.planned && !state.closing)
		return failure(
			'Not done: this run writes a plan, and none is saved. Call save_plan first.',
			'no plan',
		);
	const open = state.todos.filter((item) => !item.done);
	// Told once; who calls done again means it, and the card says what stayed open.
	if (open.length > 0 && !state.todosReminded && !state.closing) {
		state.todosReminded = true;
		return failure(
			`Not done: ${open.length} of your items are open:\n${open.map(({ text }) => `- ${text}`).join('\n')}\nDo them, or tick them off with todo if they are done. If they cannot be done, call done again with them in notDone.`,
			`${count(open.length, 'item')} open`,
		);
	}
	const failed = await checkOutcome(context);
	if (failed.length > 0)
		return {
			...failure(
				`Not done: checks fail. Repair this first, or say in plain words why it cannot be repaired.\n${await describeAll(failed, context)}`,
				`refused: ${failed.map((result) => result.name).join(', ')} fails`,
			),
			signature: checkSignature(failed),
		};
	state.done = report;
	return answer('The turn is over.', 'accepted');
}

/**
 * The required checks that fail. What this run never changed needs no proof; what changed since the last
 * check, by whomever, needs a new one.
 */
export async function checkOutcome(context: ToolContext): Promise<readonly CheckResult[]> {
	const { state } = context;
	const mutated = state.changed.size > 0 || state.schemaChanges.length > 0;
	if (!mutated && state.checkedInputs === undefined) return [];
	const { results } = await currentChecks(context);
	return results.filter((result) => result.outcome === 'fail');
}

/**
 * The results for the app as it is now: those there are when it is as they saw it, else new ones.
 * @param again what could not be completed is tried again, unless something else is red anyway
 */
async function currentChecks(context: ToolContext, again = false): Promise<Checked> {
	const { state } = context;
	const inputs = await inputsHash(context);
	const isOpen = state.checks?.some(({ outcome }) => outcome === 'not_run') === true;
	const canStand = !again || !isOpen || isRed(state.checks ?? []);
	if (state.checks !== undefined && state.checkedInputs === inputs && canStand)
		return { results: state.checks, unchanged: true, fixes: [] };
	const first = await runChecks(context);
	const fixes = await repair(first, context);
	if (fixes.length === 0) {
		remember(context, first, inputs);
		return { results: first, unchanged: false, fixes };
	}
	const after = await inputsHash(context);
	const results = await runChecks(context);
	remember(context, results, after);
	return { results, unchanged: false, fixes };
}

function remember({ state }: ToolContext, results: readonly CheckResult[], inputs: string): void {
	state.checks = results;
	state.checkedInputs = inputs;
}
const isRed = (results: readonly CheckResult[]): boolean =>
	results.some(({ outcome }) => outcome === 'fail');

/** Runs all checks and tells the log. */
async function runChecks(context: ToolContext): Promise<readonly CheckResult[]> {
	const results = await context.checks.run(context.signal);
	for (const result of results) await context.sink.emit({ type: 'check', check: result });
	return results;
}

/** Files and collections as they are now, also as a person changed them meanwhile. */
async function inputsHash({ workspace, schema }: ToolContext): Promise<string> {
	const files = await workspace.list();
	const { text } = await schema.describe();
	return createHash('sha256')
		.update(JSON.stringify([files.map(({ path, hash }) => [path, hash]), text]))
		.digest('hex');
}

/** What fails, without where and without the source around it. */
const checkSignature = (failed: readonly CheckResult[]): string =>
	failed
		.flatMap(({ name, detail, problems }) =>
			problems.length === 0
				? [`${name} ${detail ?? ''}`]
				: problems.map(({ path, code, message }) => `${name} ${path ?? ''} ${code} ${message}`),
		)
		.sort()
		.join('\n');

export const fixLines = (fixes: readonly string[]): string =>
	fixes.length === 0 ? '' : `Repaired without you:\n${fixes.map((fix) => `- ${fix}\n`).join('')}`;

const words = { pass: 'pass', fail: 'fail', not_run: 'not run' } as const;

/** What the page itself said (errors of its boot) is fenced: it may quote records. */
async function describeAll(results: readonly CheckResult[], context: ToolContext): Promise<string> {
	const texts: string[] = [];
	for (const result of results) {
		const text = describe(result, context.state.told);
		const [head = '', ...said] = text.split('\n');
		texts.push(
			result.name === 'boot' && said.length > 0
				? `${head}\n${await untrusted(context, 'console of the app', said.join('\n'))}`
				: text,
		);
	}
	return texts.join('\n');
}

/**
 * A result in words. A problem that was told before is one short line: its surroundings are known.
 * @param told what has been told in this run; grows
 */
function describe(result: CheckResult, told: Set<string>): string {
	const { name, outcome, problems } = result;
	const detail = result.detail === undefined ? '' : ` (${result.detail})`;
	// Not where: lines move with each edit.
	const keyOf = ({ path, code, message }: Problem): string =>
		[name, path ?? '', code, message].join(' ');
	const fresh = problems.filter((problem) => !told.has(keyOf(problem)));
	const known = problems.filter((problem) => told.has(keyOf(problem)));
	for (const problem of problems) told.add(keyOf(problem));
	return [
		`${name}: ${words[outcome]}${detail}`,
		problemLines(fresh),
		known.length === 0 ? '' : `As before:\n${problemLines(known.map(shortened))}`,
	]
		.filter((line) => line !== '')
		.join('\n');
}

const maxKnown = 200;
const shortened = ({ frame: _, message, ...problem }: Problem): Problem => ({
	...problem,
	message: (message.split('\n', 1)[0] ?? '').slice(0, maxKnown),
});

/** `src/App.svelte:12:5 message` with the code frame below. */
export function problemLines(problems: readonly Problem[]): string {
	const lines = problems.slice(0, maxProblems).map((problem) => {
		const place = [problem.path, problem.line, problem.column]
			.filter((part) => part !== undefined)
			.join(':');
		const frame = problem.frame === undefined ? '' : `\n${problem.frame}`;
		return `${place === '' ? '' : `${place} `}${problem.message} [${problem.code}]${frame}`;
	});
	if (problems.length > maxProblems) lines.push(`[${problems.length - maxProblems} more problems]`);
	return clip(lines.join('\n'), maxChars);
}
