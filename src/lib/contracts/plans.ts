import { z } from 'zod';

/** Characters of a plan. */
export const maxPlanText = 20_000;
const planText = z.string().trim().min(1).max(maxPlanText);

/** What a planning run wrote down instead of changing the app. A person edits it, then lets it be built. */
export const plan = z.object({
	id: z.string(),
	app: z.string(),
	runId: z.string(),
	/** Markdown. */
	text: z.string(),
	status: z.enum(['open', 'accepted']),
	created: z.string(),
	updated: z.string(),
});
export type Plan = z.infer<typeof plan>;
export const planList = z.object({ items: z.array(plan) });
export const updatePlan = z.strictObject({ text: planText });
/** Starts the run that builds it; `text` is said in addition. */
export const acceptPlan = z.strictObject({
	text: z.string().trim().min(1).max(20_000).optional(),
});
