/** What a driver accepts as a bound value. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/**
 * A piece of SQL. A closed union: whoever compiles it for another dialect has to answer for every kind.
 * Values have one way out (`param`) and names one (`ident`), so injection cannot be written.
 */
export type SqlNode =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'param'; readonly value: SqlValue }
	| { readonly kind: 'ident'; readonly path: readonly string[] }
	| { readonly kind: 'seq'; readonly parts: readonly SqlNode[] };

/** Statement text with `?` placeholders and the values for them, in order. */
export interface CompiledSql {
	readonly sql: string;
	readonly params: readonly SqlValue[];
}
