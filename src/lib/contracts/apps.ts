import { z } from 'zod';

/** definitions.md 9: at most 40 characters, words joined by single hyphens. */
export const slugPattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
export const reservedSlugs = ['tinykit', 'www', 'api', 'admin', 'builder', 'localhost'] as const;
export const slug = z
	.string()
	.max(40)
	.regex(slugPattern)
	.refine((value) => !(reservedSlugs as readonly string[]).includes(value))
	.brand<'Slug'>();
export type Slug = z.infer<typeof slug>;

export const app = z.object({
	slug: z.string(),
	name: z.string(),
	/** Id of the model that works on it, of the provider in the settings; empty: the one in the settings. */
	model: z.string(),
	created: z.string(),
	updated: z.string(),
	draftUrl: z.string(),
	liveUrl: z.string().nullable(),
	/** The newest run, if any. */
	run: z
		.object({
			id: z.string(),
			status: z.enum(['running', 'waiting', 'ended']),
			reason: z.string().nullable(),
		})
		.nullable(),
});
export type App = z.infer<typeof app>;

export const createApp = z.object({
	name: z.string().trim().min(1).max(80).optional(),
	prompt: z.string().trim().min(1).max(20_000).optional(),
	template: z.string().max(80).optional(),
});
export type CreateApp = z.infer<typeof createApp>;
export const updateApp = z
	.strictObject({
		name: z.string().trim().min(1).max(80),
		model: z.string().trim().max(200),
	})
	.partial();
export type UpdateApp = z.infer<typeof updateApp>;
export const createdApp = z.object({
	slug: z.string(),
	run: z.object({ id: z.string() }).optional(),
});

export const fileEntry = z.object({ path: z.string(), size: z.number(), hash: z.string() });
export type FileEntry = z.infer<typeof fileEntry>;
export const fileList = z.object({ items: z.array(fileEntry) });

/** The studio's preview frame reports the boot of one build (definitions.md 20). */
export const bootReport = z.object({
	build: z.string().max(100),
	nonce: z.string().max(100),
	errors: z.array(z.string().max(4000)).max(50),
});
export type BootReport = z.infer<typeof bootReport>;
