import type { Message } from './messages.ts';
import type { Stop } from './stop.ts';
import type { ToolContext } from './tools/index.ts';
import { checkOutcome } from './tools/index.ts';

/** Shorter words are no plan. */
const leastPlan = 200;

/**
 * A model that ends its turn without `done`, also when told: what it did is checked as `done` would have
 * checked it, and the run ends by what the checks say, not by what the model says.
 */
export async function finishWithoutDone(
	context: ToolContext,
	messages: readonly Message[],
): Promise<Stop> {
	if (context.mode === 'plan' && !context.state.planned) return planOf(context, messages);
	const failed = await checkOutcome(context);
	return failed.length > 0
		? { reason: 'checks_failing' }
		: { reason: 'done', message: 'The model ended its turn without a report.' };
}

/** A plan that was said and not saved is saved. */
async function planOf(context: ToolContext, messages: readonly Message[]): Promise<Stop> {
	const said = messages
		.filter((message) => message.role === 'assistant')
		.map(({ content }) =>
			content.flatMap((block) => (block.type === 'text' ? [block.text.trim()] : [])).join('\n\n'),
		)
		.reduce((longest, text) => (text.length > longest.length ? text : longest), '');
	if (said.length < leastPlan)
		return { reason: 'done', message: 'The model ended its turn without a plan.' };
	const { id } = await context.plans.save(said);
	context.state.planned = true;
	await context.sink.emit({ type: 'plan_saved', planId: id });
	return { reason: 'done', message: 'The model said its plan; it was saved from its words.' };
}
