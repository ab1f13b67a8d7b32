import { z } from 'zod';

/** Names of collections and fields: they end up in SQL, in rules and in code (reference: security G19). */
const identifier = z
	.string()
	.regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, 'letters, digits and _, beginning with a letter');

/** `null`: only superusers. `''`: everybody, signed in or not. Else an expression of the rule language. */
const rule = z.string().max(2000).nullable();

/** The five rules; what is left out is `null`: nobody but superusers. */
export const collectionRules = z.strictObject({
	list: rule.optional(),
	view: rule.optional(),
	create: rule.optional(),
	update: rule.optional(),
	delete: rule.optional(),
});
export type CollectionRules = z.infer<typeof collectionRules>;

const common = {
	name: identifier,
	required: z.boolean().optional(),
	hidden: z.boolean().optional(),
};
const count = z.number().int().min(0);

/** One field of a collection. `id` exists by itself and is never listed. */
export const schemaField = z.discriminatedUnion('type', [
	z.strictObject({
		...common,
		type: z.literal('text'),
		min: count.optional(),
		max: count.optional(),
		/** Regular expression the whole value must match. */
		pattern: z.string().max(500).optional(),
	}),
	z.strictObject({
		...common,
		type: z.literal('number'),
		min: z.number().optional(),
		max: z.number().optional(),
		onlyInt: z.boolean().optional(),
	}),
	z.strictObject({ ...common, type: z.literal('bool') }),
	z.strictObject({ ...common, type: z.literal('email') }),
	z.strictObject({ ...common, type: z.literal('url') }),
	/** Rich text (HTML). */
	z.strictObject({ ...common, type: z.literal('editor') }),
	z.strictObject({ ...common, type: z.literal('date') }),
	z.strictObject({
		...common,
		type: z.literal('autodate'),
		onCreate: z.boolean().optional(),
		onUpdate: z.boolean().optional(),
	}),
	z.strictObject({
		...common,
		type: z.literal('select'),
		values: z.array(z.string().min(1).max(200)).min(1).max(200),
		/** More than 1: the value is a list. */
		maxSelect: count.optional(),
	}),
	z.strictObject({
		...common,
		type: z.literal('relation'),
		/** Name of the collection the ids belong to; it may be created by the same change. */
		collection: identifier,
		maxSelect: count.optional(),
		/** Delete this record when the one it points to is deleted. */
		cascadeDelete: z.boolean().optional(),
	}),
	z.strictObject({
		...common,
		type: z.literal('file'),
		maxSelect: count.optional(),
		/** Bytes of one file. */
		maxSize: count.optional(),
		mimeTypes: z.array(z.string().max(100)).max(50).optional(),
	}),
	z.strictObject({ ...common, type: z.literal('json') }),
	z.strictObject({ ...common, type: z.literal('geoPoint') }),
]);
export type SchemaField = z.infer<typeof schemaField>;

const index = z.strictObject({
	fields: z.array(identifier).min(1).max(8),
	unique: z.boolean().optional(),
});

export const newCollection = z.strictObject({
	name: identifier,
	/** `auth`: a collection of people with e-mail and password. Every app has one already: `users`. */
	type: z.enum(['base', 'auth']).optional(),
	fields: z.array(schemaField).max(100),
	rules: collectionRules.optional(),
	indexes: z.array(index).max(20).optional(),
});
export type NewCollection = z.infer<typeof newCollection>;

export const collectionPatch = z.strictObject({
	/** The collection as it is called now. */
	name: identifier,
	rename: identifier.optional(),
	addFields: z.array(schemaField).max(100).optional(),
	/** Whole new definitions of existing fields, found by name. */
	changeFields: z.array(schemaField).max(100).optional(),
	renameFields: z
		.array(z.strictObject({ from: identifier, to: identifier }))
		.max(100)
		.optional(),
	/** Destroys the data in them. */
	removeFields: z.array(identifier).max(100).optional(),
	/** Only the rules named here change. */
	rules: collectionRules.optional(),
	addIndexes: z.array(index).max(20).optional(),
});
export type CollectionPatch = z.infer<typeof collectionPatch>;

/**
 * A change of an app's collections as the agent writes it. Applied in the order update, create, delete,
 * in one transaction. Field types without an entry here (password) are the backend's own.
 */
export const schemaChange = z.strictObject({
	create: z.array(newCollection).max(30).optional(),
	update: z.array(collectionPatch).max(30).optional(),
	/** Names; destroys their records. */
	delete: z.array(identifier).max(30).optional(),
});
export type SchemaChange = z.infer<typeof schemaChange>;
