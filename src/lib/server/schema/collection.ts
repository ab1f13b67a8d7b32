/** The five rules of a collection, by PocketBase's names. */
export const ruleNames = [
	'listRule',
	'viewRule',
	'createRule',
	'updateRule',
	'deleteRule',
] as const;
export type RuleName = (typeof ruleNames)[number];

/** A field as the collections API writes it. */
export interface PlainField {
	readonly id?: string;
	readonly name: string;
	readonly type: string;
	readonly system?: boolean;
	readonly [option: string]: unknown;
}

/** A collection as the collections API writes it, as far as planning looks at it. */
export interface PlainCollection {
	readonly id?: string;
	readonly name: string;
	readonly type: string;
	readonly system?: boolean;
	readonly fields: readonly PlainField[];
	readonly indexes: readonly string[];
	readonly listRule: string | null;
	readonly viewRule: string | null;
	readonly createRule: string | null;
	readonly updateRule: string | null;
	readonly deleteRule: string | null;
	readonly [option: string]: unknown;
}
