import { z } from 'zod';

export const providerNames = ['anthropic', 'starter'] as const;

export const modelSettings = z.object({
	provider: z.enum(providerNames),
	baseUrl: z.string(),
	model: z.string(),
	/** Write-only: a key is set or not; its value never leaves the server. */
	apiKeySet: z.boolean(),
	/** A key is stored that this installation cannot open, after a restore without the key file: enter it again. */
	apiKeyLost: z.boolean(),
});
export const settings = z.object({
	model: modelSettings,
	backups: z.object({ cron: z.string(), cronMaxKeep: z.number().int() }),
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
			apiKey: z.string().max(1000),
		})
		.partial()
		.optional(),
	backups: z
		.object({ cron: z.string().max(200), cronMaxKeep: z.number().int().min(1).max(1000) })
		.partial()
		.optional(),
});
export type UpdateSettings = z.infer<typeof updateSettings>;

export const setup = z.object({
	code: z.string().max(100),
	email: z.email().max(255),
	password: z.string().min(12).max(71),
});
