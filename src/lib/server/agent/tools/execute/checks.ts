import type { CheckResult, Problem } from '#lib/contracts/index.ts';
import type { ToolInput } from '../definitions.ts';
import { answer, clip, failure, type ToolAnswer, type ToolContext } from '../context.ts';

const maxProblems = 20;
const maxChars = 10_000;

export async function check(_input: ToolInput<'check'>, context: ToolContext): Promise<ToolAnswer> {
	const results = await runChecks(context);
	const failed = results.filter((result) => result.outcome === 'fail');
	const text = results.map(describe).join('\n');
	const summary = results.map((result) => `${result.name}: ${words[result.outcome]}`).join(', ');
	return failed.length > 0 ? failure(text, summary) : answer(text, summary);
}

export async function done(input: ToolInput<'done'>, context: ToolContext): Promise<ToolAnswer> {
	const { state } = context;
	const failed = await checkOutcome(context);
	if (failed.length > 0)
		return failure(
			`Not done: checks fail. Repair this first, or say in plain words why it cannot be repaired.\n${failed.map(describe).join('\n')}`,
			`refused: ${failed.map((result) => result.name).join(', ')} fails`,
		);
	state.done = {
		summary: input.summary,
		notDone: input.notDone ?? [],
		next: input.next ?? [],
	};
	return answer('The turn is over.', 'accepted');
}

/**
 * The required checks that fail. What was never changed needs no proof; what was changed since the last
 * check needs a new one.
 */
export async function checkOutcome(context: ToolContext): Promise<readonly CheckResult[]> {
	const { state } = context;
	const mutated = state.changed.size > 0 || state.schemaChanges.length > 0;
	const results = state.checks ?? (mutated ? await runChecks(context) : []);
	return results.filter((result) => result.outcome === 'fail');
}

/** Runs all checks and tells the log. The results stand until something changes. */
async function runChecks(context: ToolContext): Promise<readonly CheckResult[]> {
	const results = await context.checks.run(context.signal);
	for (const result of results) await context.sink.emit({ type: 'check', check: result });
	context.state.checks = results;
	return results;
}

const words = { pass: 'pass', fail: 'fail', not_run: 'not run' } as const;

function describe(result: CheckResult): string {
	const detail = result.detail === undefined ? '' : ` (${result.detail})`;
	const problems = result.problems.length === 0 ? '' : `\n${problemLines(result.problems)}`;
	return `${result.name}: ${words[result.outcome]}${detail}${problems}`;
}

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
