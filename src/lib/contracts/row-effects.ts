import { z } from 'zod';

/** What a change of the schema does to the rows of one field, as it was rehearsed on a copy. */
export const rowEffect = z.object({
	/** The collection as it is called after the change; one that goes, as before. */
	collection: z.string(),
	/** The field likewise; `*`: the whole collection goes. */
	field: z.string(),
	/** Rows that were looked at. */
	rows: z.number().int(),
	/** Rows whose value stays as it is. */
	kept: z.number().int(),
	/** Rows whose value is written in another form and says the same. */
	coerced: z.number().int(),
	/** Rows whose value becomes empty. */
	nulled: z.number().int(),
	/** Rows that lose what they hold, or a part of it. */
	lost: z.number().int(),
	/** Rows that can no longer be saved as they are, by what is wrong with them. */
	violating: z.array(z.object({ code: z.string(), rows: z.number().int() })),
});
export type RowEffect = z.infer<typeof rowEffect>;

/** An applied change of a draft's schema, which can be taken back. */
export const schemaChangeEntry = z.object({
	id: z.string(),
	/** Empty when no run made it: a change that took another one back. */
	run: z.string(),
	created: z.string(),
	/** Values that went are kept until then. */
	expires: z.string(),
	summary: z.array(z.string()),
	/** Rows whose values are kept. */
	kept: z.number().int(),
	status: z.enum(['applied', 'undone']),
	/** Nothing has changed since: it can be taken back now. */
	undoable: z.boolean(),
});
export type SchemaChangeEntry = z.infer<typeof schemaChangeEntry>;
export const schemaChangeList = z.object({ items: z.array(schemaChangeEntry) });

export const schemaUndone = z.object({
	/** Rows whose values are back. */
	restored: z.number().int(),
	/** Rows that could not be put back, because what is there now does not let them; they stay in quarantine. */
	left: z.number().int(),
	/** Plain-words lines of what changed. */
	summary: z.array(z.string()),
});
export type SchemaUndone = z.infer<typeof schemaUndone>;
