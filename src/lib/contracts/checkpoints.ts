import { z } from 'zod';

/** What can be brought back. `rules` alone leaves tables and fields as they are; `schema` includes the rules. */
export const checkpointParts = ['code', 'schema', 'rules', 'data'] as const;
export const checkpointPart = z.enum(checkpointParts);
export type CheckpointPart = z.infer<typeof checkpointPart>;

export const checkpointKinds = ['before', 'after', 'interrupted', 'manual', 'restore'] as const;

/** One moment of an app's draft: code, schema with rules, and data. */
export const checkpoint = z.object({
	id: z.string(),
	/**
	 * `before` and `after` a turn, `interrupted`: what a turn left that did not come to its end, `manual`,
	 * `restore`: made right before a restore, so that it can be undone.
	 */
	kind: z.enum(checkpointKinds),
	created: z.string(),
	/** The turn it belongs to. */
	run: z.string().nullable(),
	note: z.string(),
	/** Kept when old checkpoints go. */
	bookmarked: z.boolean(),
	/** Commit in the app's git history. */
	code: z.string(),
	/** Its rows are still kept; without them code, schema and rules can be restored. */
	hasData: z.boolean(),
	/** Bytes of the rows and uploads that are kept; checkpoints between which nothing was written share them. */
	bytes: z.number(),
	/** Rows by name of the collection. */
	rows: z.record(z.string(), z.number()),
	/** The checkpoint whose restore undoes this turn. */
	undo: z.string().nullable(),
});
export type Checkpoint = z.infer<typeof checkpoint>;

export const checkpointPage = z.object({
	page: z.number(),
	perPage: z.number(),
	totalItems: z.number(),
	items: z.array(checkpoint),
});
export type CheckpointPage = z.infer<typeof checkpointPage>;

const note = z.string().trim().max(200);
export const createCheckpoint = z.strictObject({ note: note.optional() });
export const updateCheckpoint = z.strictObject({
	note: note.optional(),
	bookmarked: z.boolean().optional(),
});
export type UpdateCheckpoint = z.infer<typeof updateCheckpoint>;

const diffLine = z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() });
export const fileDiff = z.object({
	path: z.string(),
	change: z.enum(['added', 'removed', 'changed']),
	/** Lines. */
	added: z.number(),
	removed: z.number(),
	/** Why there are no hunks. */
	omitted: z.enum(['binary', 'too_large']).nullable(),
	hunks: z.array(
		z.object({
			/** Line numbers from 1; of an empty side, the line before. */
			oldStart: z.number(),
			newStart: z.number(),
			lines: z.array(diffLine),
		}),
	),
});
export type FileDiff = z.infer<typeof fileDiff>;

const effect = z.object({
	level: z.enum(['info', 'widens', 'destroys']),
	text: z.string(),
	before: z.string().optional(),
	after: z.string().optional(),
	rows: z.number().optional(),
});

/** What lies between two checkpoints, or between one and now. */
export const checkpointDiff = z.object({
	from: z.string(),
	/** `now` for the draft as it is. */
	to: z.string(),
	files: z.array(fileDiff),
	/** Changes of tables and fields, in words. */
	schema: z.array(effect),
	/** Changes of who may do what, in words. */
	rules: z.array(effect),
	/** Collections whose number of rows differs. */
	rows: z.array(z.object({ collection: z.string(), before: z.number(), after: z.number() })),
});
export type CheckpointDiff = z.infer<typeof checkpointDiff>;

export const restoreRequest = z
	.strictObject({
		parts: z.array(checkpointPart).min(1).max(4),
		/** Only these files; `parts` is `['code']` then. */
		files: z.array(z.string().min(1).max(500)).min(1).max(100).optional(),
		/** Says what would happen; nothing changes. */
		dryRun: z.boolean().optional(),
		/** Also files that were changed since. */
		force: z.boolean().optional(),
	})
	.refine(({ parts, files }) => !files || parts.every((part) => part === 'code'), {
		message: 'files are restored with parts ["code"] only',
		path: ['files'],
	});
export type RestoreRequest = z.infer<typeof restoreRequest>;

export const restoreResult = z.object({
	/** The checkpoint that was, or would be, restored. */
	checkpoint: z.string(),
	dryRun: z.boolean(),
	parts: z.array(checkpointPart),
	/** The checkpoint that was made first: its restore undoes this one. Null in a dry run. */
	undo: z.string().nullable(),
	/** Files that change; `changedSince`: differs from the newest checkpoint, most often by hand. */
	files: z.array(
		z.object({
			path: z.string(),
			change: z.enum(['added', 'removed', 'changed']),
			changedSince: z.boolean(),
		}),
	),
	schema: z.array(effect),
	rules: z.array(effect),
	collections: z.array(
		z.object({
			name: z.string(),
			/** Rows that come back, or go back to what they were. */
			restored: z.number(),
			/** Rows written since that stay. */
			carried: z.number(),
			/** Rows written since that do not fit: kept in the quarantine. */
			setAside: z.number(),
		}),
	),
	/** Where the rows that were set aside are. */
	quarantine: z.string().nullable(),
});
export type RestoreResult = z.infer<typeof restoreResult>;

/** Why a row was set aside. */
export const setAsideReasons = [
	/** Its table is not in the restored schema. */
	'collection',
	/** It holds values of fields that are not in the restored schema. */
	'field',
	/** A unique value of it is another row's. */
	'unique',
	/** The restored schema does not accept its values. */
	'invalid',
	/** The agent wrote it. */
	'agent',
] as const;
export const setAsideReason = z.enum(setAsideReasons);
export type SetAsideReason = z.infer<typeof setAsideReason>;

/** Rows that one restore set aside. */
export const quarantine = z.object({
	id: z.string(),
	created: z.string(),
	checkpoint: z.string(),
	rows: z.number(),
	bytes: z.number(),
	collections: z.array(z.object({ name: z.string(), reason: setAsideReason, rows: z.number() })),
});
export type Quarantine = z.infer<typeof quarantine>;
export const quarantineList = z.object({ items: z.array(quarantine) });
