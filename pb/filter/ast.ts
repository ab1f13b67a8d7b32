export const SIGNS = ['=', '!=', '~', '!~', '<', '<=', '>', '>='] as const;
export type Sign = (typeof SIGNS)[number];

export type OperandAst =
	| { readonly kind: 'identifier'; readonly name: string }
	| { readonly kind: 'text'; readonly value: string }
	/** `literal` is the source text: a very long one has no exact value. */
	| { readonly kind: 'number'; readonly value: number; readonly literal: string }
	| { readonly kind: 'call'; readonly name: string; readonly args: readonly OperandAst[] };

export interface ComparisonAst {
	readonly kind: 'comparison';
	readonly left: OperandAst;
	readonly sign: Sign;
	/** `?=` and its kind: one matching value of a list is enough. */
	readonly any: boolean;
	readonly right: OperandAst;
}

/** `and` and `or` have at least two items and never an item of their own kind, unless parentheses made it so. */
export type FilterAst =
	| ComparisonAst
	| { readonly kind: 'and'; readonly items: readonly FilterAst[] }
	| { readonly kind: 'or'; readonly items: readonly FilterAst[] };
