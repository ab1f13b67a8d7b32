import { z } from 'zod';

/** The name of an app's secret, as code and agents say it. */
export const secretName = z
	.string()
	.regex(/^[A-Z][A-Z0-9_]{0,62}$/, 'capital letters, digits and _, beginning with a letter');

/** A host a secret may be sent to: a name, with a port where it is not the usual one. No address, no wildcard. */
export const secretHost = z
	.string()
	.max(253)
	.regex(
		/^(?=[^:]*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]{1,5})?$/,
		'a host name in lower case',
	);

/** The value is written and never read again. What is shorter could not be recognised in a text. */
export const putSecret = z.strictObject({
	value: z.string().min(8, 'at least 8 characters').max(8000),
	/** Where it may be sent. Left out: the hosts it has, or that were asked for. */
	hosts: z.array(secretHost).max(10).optional(),
});

export const secretEntry = z.object({
	name: z.string(),
	hosts: z.array(z.string()),
	updated: z.string(),
	/** Stored, and this installation cannot open it: enter it again. */
	lost: z.boolean(),
});
export type SecretEntry = z.infer<typeof secretEntry>;
export const secretList = z.object({ items: z.array(secretEntry) });
