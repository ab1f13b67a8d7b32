import type { Stop } from './stop.ts';
import type { ToolContext } from './tools/index.ts';
import { checkOutcome } from './tools/index.ts';

/**
 * A model that ends its turn without `done`, also when told: what it did is checked as `done` would have
 * checked it, and the run ends by what the checks say, not by what the model says.
 */
export async function finishWithoutDone(context: ToolContext): Promise<Stop> {
	const failed = await checkOutcome(context);
	return failed.length > 0
		? { reason: 'checks_failing' }
		: { reason: 'done', message: 'The model ended its turn without a report.' };
}
