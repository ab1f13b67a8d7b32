import { z } from 'zod';

/** `GET /tinykit/api/status`, the one call without a token. */
export const status = z.object({
	/** Nobody has set the builder up yet: ask for the setup code. */
	setupOpen: z.boolean(),
});
export type BuilderStatus = z.infer<typeof status>;

export const roles = ['owner', 'editor', 'viewer'] as const;
export const me = z.object({ id: z.string(), email: z.string(), role: z.enum(roles) });
export type Me = z.infer<typeof me>;

/** One installation backup: every backend, every app, the workspace. */
export const backupEntry = z.object({
	key: z.string(),
	size: z.number(),
	created: z.string(),
	/** Opened and checked after it was written. */
	verified: z.boolean(),
});
export type BackupEntry = z.infer<typeof backupEntry>;
export const backupList = z.object({ items: z.array(backupEntry) });
