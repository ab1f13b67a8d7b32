import { z } from 'zod';
import { agentBudgets, agentStatus } from './agent.ts';

export const providerNames = ['anthropic', 'openai', 'starter'] as const;

/** US dollars per million tokens. `model` is an id, or the beginning of ids when it ends in `*`. */
export const modelPrice = z.strictObject({
	model: z.string().min(1).max(200),
	input: z.number().min(0).max(10_000),
	output: z.number().min(0).max(10_000),
	cacheRead: z.number().min(0).max(10_000),
	cacheWrite: z.number().min(0).max(10_000),
});
export type ModelPriceRow = z.infer<typeof modelPrice>;
export const priceList = z.array(modelPrice).max(200);

export const modelSettings = z.object({
	provider: z.enum(providerNames),
	baseUrl: z.string(),
	model: z.string(),
	/** Of an OpenAI-compatible model: calls as part of the protocol, or written as text by one that knows no tools. */
	protocol: z.enum(['tools', 'text']),
	/** Write-only: a key is set or not; its value never leaves the server. */
	apiKeySet: z.boolean(),
	/** A key is stored that this installation cannot open, after a restore without the key file: enter it again. */
	apiKeyLost: z.boolean(),
});
export const settings = z.object({
	model: modelSettings,
	prices: priceList,
	backups: z.object({ cron: z.string(), cronMaxKeep: z.number().int() }),
	/** Whether agents may work, and what they may spend. */
	agent: agentStatus.extend({ budgets: agentBudgets }),
});
export type BuilderSettings = z.infer<typeof settings>;

export const updateSettings = z.object({
	model: z
		.object({
			provider: z.enum(providerNames),
			/** Everybody here may read it: no names and passwords in it. */
			baseUrl: z
				.url({ protocol: /^https?$/ })
				.max(500)
				.refine((url) => URL.canParse(url) && !/@/.test(url.split(/[/?#]/)[2] ?? ''))
				.or(z.literal('')),
			model: z.string().max(200),
			protocol: z.enum(['tools', 'text']),
			apiKey: z.string().max(1000),
			/** A key is tried before it is kept; true keeps it also when the provider does not answer well. */
			untested: z.boolean(),
		})
		.partial()
		.optional(),
	prices: priceList.optional(),
	backups: z
		.object({ cron: z.string().max(200), cronMaxKeep: z.number().int().min(1).max(1000) })
		.partial()
		.optional(),
	/** What agents may spend; only what is named changes. */
	budgets: agentBudgets.partial().optional(),
});
export type UpdateSettings = z.infer<typeof updateSettings>;

export const setup = z.object({
	code: z.string().max(100),
	email: z.email().max(255),
	password: z.string().min(12).max(71),
});
