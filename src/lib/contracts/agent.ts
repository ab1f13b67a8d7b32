import { z } from 'zod';

const tokens = z.number().int().min(0).max(1_000_000_000_000);
const usd = z.number().min(0).max(1_000_000);

/** What agents may spend; checked before each model call. `null`: no limit. */
export const agentBudgets = z.object({
	/** All runs of one app, ever. */
	appTokens: tokens.nullable(),
	appUsd: usd.nullable(),
	/** All apps together, per day in UTC. */
	dayTokens: tokens.nullable(),
	dayUsd: usd.nullable(),
});
export type AgentBudgets = z.infer<typeof agentBudgets>;

export const agentStatus = z.object({
	/** All runs were stopped, and none starts until an owner switches agents on again. */
	stopped: z.boolean(),
	/** Since when, when stopped. */
	since: z.string().nullable(),
});
export type AgentStatus = z.infer<typeof agentStatus>;

/** Spent so far; tokens of all kinds together. */
export const agentSpent = z.object({ tokens: z.number(), usd: z.number() });
export type AgentSpent = z.infer<typeof agentSpent>;
export const appSpent = z.object({
	app: agentSpent,
	/** Of all apps, today (UTC). */
	today: agentSpent,
	budgets: agentBudgets,
});
