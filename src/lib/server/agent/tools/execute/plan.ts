import type { ToolInput } from '../definitions.ts';
import { answer, failure, type ToolAnswer, type ToolContext } from '../context.ts';

/** Saves the plan of a run that only plans. Called again, it replaces it. */
export async function savePlan(
	input: ToolInput<'save_plan'>,
	{ state, plans, mode, sink }: ToolContext,
): Promise<ToolAnswer> {
	if (mode !== 'plan')
		return failure(
			'No plan is asked for in this run: make the change itself. For your own list use todo.',
			'not a planning run',
		);
	const { id } = await plans.save(input.text);
	state.planned = true;
	await sink.emit({ type: 'plan_saved', planId: id });
	return answer('The plan is saved; the person reads, changes and accepts it. Call done.', 'saved');
}
