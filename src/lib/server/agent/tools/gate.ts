import { failure, type ToolAnswer, type ToolContext } from './context.ts';
import { isMutating, toolDefinitions, type ToolDefinition, type ToolName } from './definitions.ts';

/**
 * Why a call is not executed whatever its input says, or undefined. The definitions a model sees are the same in
 * every mode, so that they stay cached; what a mode forbids is refused here.
 */
export function gate(
	name: ToolName,
	{ mode, state }: Pick<ToolContext, 'mode' | 'state'>,
): ToolAnswer | undefined {
	const definition: ToolDefinition = toolDefinitions[name];
	// The plan is what a planning run is for: it is not lost to a limit.
	const isLast = name === 'done' || (mode === 'plan' && name === 'save_plan');
	if (state.closing && !isLast)
		return failure(
			'Not executed: this is the last step of the run. Only done is executed.',
			'last step',
		);
	if (mode === 'plan' && isMutating(definition))
		return failure(
			'Not executed: this run only plans, nothing is changed in it. Put the change into the plan (save_plan); it is made when the person accepts the plan.',
			'only planning',
		);
	const uses = state.uses.get(name) ?? 0;
	if (definition.budget !== undefined && uses >= definition.budget)
		return failure(
			`Not executed: ${name} was called ${uses} times in this run, the most there is. Go on without it, or call done and say what is missing.`,
			`limit of ${definition.budget} calls`,
		);
	state.uses.set(name, uses + 1);
	return undefined;
}
