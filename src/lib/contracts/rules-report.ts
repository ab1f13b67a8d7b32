import { z } from 'zod';

/** What a rule is for. `file`: the address of a file that is not marked as protected. */
export const ruleActions = ['list', 'view', 'create', 'update', 'delete', 'file'] as const;
export const ruleAction = z.enum(ruleActions);
export type RuleAction = z.infer<typeof ruleAction>;

/** Kinds of surprise; `docs/decisions/009-data-changes-and-rules.md` says when each is found. */
export const surpriseCodes = [
	'open_update',
	'open_delete',
	'other_update',
	'other_delete',
	'owner_forged',
	'owner_moved',
	'self_promotion',
	'auth_listing',
	'auth_fields',
	'email_leak',
	'hidden_leak',
	'list_leak',
	'expand_leak',
	'view_leak',
	'file_url',
	'realtime_leak',
	'beyond_intent',
	'never',
	'note',
] as const;
export const surpriseCode = z.enum(surpriseCodes);
export type SurpriseCode = z.infer<typeof surpriseCode>;

export const surprise = z.object({
	code: surpriseCode,
	/** `fail` lets the check fail, `agreed` was agreed to by a person, `note` is only said. */
	level: z.enum(['fail', 'agreed', 'note']),
	collection: z.string(),
	action: ruleAction,
	/** One sentence: `Anybody can delete posts.` */
	text: z.string(),
	/** The request that shows it: `DELETE /api/collections/posts/records/<post of A> as a visitor -> 204`. */
	request: z.string(),
});
export type Surprise = z.infer<typeof surprise>;

export const rulesReport = z.object({
	/** Who can do what, as tried. */
	collections: z.array(z.object({ name: z.string(), lines: z.array(z.string()) })),
	surprises: z.array(surprise),
	sampled: z.object({
		collections: z.number().int(),
		records: z.number().int(),
		identities: z.array(z.string()),
		requests: z.number().int(),
	}),
	/** Why something was not tried; absent: all was. */
	incomplete: z.string().optional(),
});
export type RulesReport = z.infer<typeof rulesReport>;

/** Who a person wants to be able to do something. `rule`: whoever the rule lets, which was agreed to as it stands. */
export const audience = z.enum(['nobody', 'owner', 'users', 'everyone', 'rule']);
export type Audience = z.infer<typeof audience>;

/** What a person has confirmed for one action of one collection. */
export const accessIntent = z.object({
	/** Id of the collection: a rename changes nothing. */
	collection: z.string(),
	action: ruleAction,
	audience,
	/** With `rule`: the text that was agreed to. */
	rule: z.string().optional(),
});
export type AccessIntent = z.infer<typeof accessIntent>;
export const intentList = z.object({ items: z.array(accessIntent) });
export const intentUpdate = z.strictObject({
	collection: z.string().min(1).max(100),
	action: ruleAction,
	audience: z.enum(['nobody', 'owner', 'users', 'everyone']),
});
