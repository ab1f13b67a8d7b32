import { count } from '#lib/utils/index.ts';
import type { ToolInput } from '../definitions.ts';
import { answer, failure, type ToolAnswer, type ToolContext } from '../context.ts';
import { problemLines } from './checks.ts';

export async function schemaPlan(
	input: ToolInput<'schema_plan'>,
	context: ToolContext,
): Promise<ToolAnswer> {
	const parts = [input.create, input.update, input.delete];
	if (parts.every((part) => part === undefined || part.length === 0))
		return failure('The change is empty: give create, update or delete.', 'empty change');
	const plan = await context.schema.plan(input, { tainted: context.state.taints.size > 0 });
	if (plan.problems.length > 0)
		return failure(
			`This change cannot be applied:\n${problemLines(plan.problems)}`,
			count(plan.problems.length, 'problem'),
			plan.problems.map((problem) => problem.message).join('\n'),
		);
	if (plan.effects.length === 0)
		return answer('Nothing would change: the collections are like this already.', 'no change');
	const effects = plan.effects.map((effect) =>
		effect.level === 'info' ? effect.text : `[${effect.level}] ${effect.text}`,
	);
	context.state.plans.set(plan.id, effects);
	return answer(
		`Plan ${plan.id}:\n${effects.join('\n')}\n${
			plan.needsApproval
				? 'A person has to agree to this; schema_apply asks and waits.'
				: 'It can be applied with schema_apply.'
		}`,
		plan.needsApproval ? 'needs your approval' : count(plan.effects.length, 'effect'),
		effects.join('\n'),
	);
}

export async function schemaApply(
	input: ToolInput<'schema_apply'>,
	context: ToolContext,
): Promise<ToolAnswer> {
	const { schema, state, clock, signal, sink } = context;
	const planned = state.plans.get(input.plan);
	if (planned === undefined)
		return failure(
			`There is no plan ${input.plan} that can be applied in this run. Make one with schema_plan.`,
			'unknown plan',
		);
	// Whatever comes of it: what was planned for this schema is not applied to a later one.
	state.plans.delete(input.plan);
	const start = clock.now();
	const result = await schema.apply(input.plan, signal, { tainted: state.taints.size > 0 });
	if (result.approval !== undefined) state.waitedMs += clock.now() - start;
	if (result.approval === 'rejected') state.declined.push(...planned);
	if (!result.applied)
		return failure(
			result.approval === 'rejected'
				? 'The person declined this change; nothing was changed. Do not ask for the same again: go on without it, or end the turn and say what is missing.'
				: `The change was not applied.\n${result.summary.join('\n')}`,
			result.approval === 'rejected' ? 'declined' : 'not applied',
		);
	state.schemaChanges.push(...result.summary);
	state.checks = undefined;
	await sink.emit({ type: 'schema_changed', summary: [...result.summary] });
	return answer(
		`Applied.\n${result.summary.join('\n')}`,
		count(result.summary.length, 'change'),
		result.summary.join('\n'),
	);
}
