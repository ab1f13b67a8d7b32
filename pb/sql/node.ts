/** What a driver accepts as a bound value. Whole numbers are bound as integers, all others as reals. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/**
 * A piece of SQL. A closed union: whoever compiles it for another dialect has to answer for every kind.
 * Values have one way out (`param`, `slot`) and names one (`ident`), so injection cannot be written.
 */
export type SqlNode =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'param'; readonly value: SqlValue }
	/** A value that is given when the compiled shape is bound, so that one compilation serves many requests. */
	| { readonly kind: 'slot'; readonly name: string }
	| { readonly kind: 'ident'; readonly path: readonly string[] }
	| { readonly kind: 'seq'; readonly parts: readonly SqlNode[] }
	/** Always true; gives the store a chance to end a long query. Depends on every alias, see `guard`. */
	| {
			readonly kind: 'guard';
			readonly tables: readonly string[];
			readonly views: readonly string[];
	  };

/** Statement text with `?` placeholders and the values for them, in order. */
export interface CompiledSql {
	readonly sql: string;
	readonly params: readonly SqlValue[];
}

/** A compiled statement whose slots are still open: cacheable by whatever decides its text. */
export interface SqlShape {
	readonly sql: string;
	/** Names of the slots, each once. */
	readonly slots: readonly string[];
	/** @throws {Error} when a slot of the statement has no value. */
	bind(values: Readonly<Record<string, SqlValue>>): CompiledSql;
}
