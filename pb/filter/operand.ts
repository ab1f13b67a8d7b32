import { param, slot, text, type SqlNode } from '../sql/index.ts';

/**
 * One more source of rows that a path leads through, seen as `LEFT JOIN source ON on`. Paths that share a join
 * mean the same row of it, so identity matters: one object for each distinct path.
 */
export interface Join {
	/** What it hangs on; `undefined`: the row the rule is about (or nothing, when `constant`). */
	readonly parent: Join | undefined;
	/** At most one row for each row of the parent. */
	readonly single: boolean;
	/** Reads nothing outside itself: `@collection.*`, `@request.auth.*`. */
	readonly constant: boolean;
	/** What a guard needs to know: a view and a JSON list have no rowid. */
	readonly kind: 'table' | 'view' | 'json';
	source(parent: string): SqlNode;
	on(self: string, parent: string): SqlNode | undefined;
	/** Its rows are found through an index, by `on`. */
	readonly bounded?: boolean;
	/** The equality `column = outer` that `on` consists of, when it is just that. */
	readonly link?: {
		column(self: string): SqlNode;
		outer(parent: string): SqlNode;
	};
}

/** Alias of a join, or of the base row. */
export interface Names {
	of(join: Join | undefined): string;
	/** A name that is not taken anywhere in the statement. */
	fresh(): string;
	/** The statement looks at few base rows, found by their ids. */
	readonly isNarrow: boolean;
}

export type Affinity = 'text' | 'numeric' | 'unknown';

/**
 * What is known of a value. It decides how NULL and empty are treated (tools/search/filter.go resolveEqualExpr):
 * `auto` treats NULL as '', `disabled` compares by IS, `enforced` never trusts the value to be there.
 */
export type Shape =
	| { readonly kind: 'null' }
	| {
			readonly kind: 'literal';
			readonly type: 'text' | 'real' | 'int';
			readonly value: string | number;
			/** What `~` looks for. */
			readonly pattern: string;
	  }
	/** Neither NULL nor empty; what it is is only known when the statement is bound. */
	| { readonly kind: 'slot'; readonly name: string }
	| { readonly kind: 'column'; readonly affinity: Affinity; readonly nullable: boolean }
	| {
			readonly kind: 'computed';
			readonly fallback: 'auto' | 'disabled' | 'enforced';
			/** NULL when the row it is read from is missing. */
			readonly strict: boolean;
			/** Made of values of the request: trusted to be there, unless `enforced`. */
			readonly given?: boolean;
	  };

/** One side of a comparison, resolved. */
export interface Operand {
	readonly shape: Shape;
	/** Every join whose row it reads; their parents are implied. */
	readonly joins: readonly Join[];
	/** Its path crosses a list, so that a plain operator must hold for every value. */
	readonly every: boolean;
	/** It reads the base row itself. */
	readonly readsBase: boolean;
	/** The row its path starts from, when that is a joined one: the list rule of a crossed collection. */
	readonly root?: Join | undefined;
	render(names: Names): SqlNode;
	/** Has to hold beside any comparison with it: an e-mail address is visible. */
	readonly visible?: ((names: Names) => SqlNode) | undefined;
	/** It is a column that an index begins with. */
	readonly isIndexed?: boolean;
}

/** Gives a path of the language its meaning. */
export interface FieldResolver {
	/** @throws {FilterError} when the name means nothing or may not be read */
	resolve(name: string): Operand;
}

/** True when the join can stand in the main FROM clause without multiplying its rows. */
export const isPlain = (join: Join): boolean =>
	!join.constant && join.single && (join.parent === undefined || isPlain(join.parent));

/** The join and what it hangs on, outermost first. */
export function chain(join: Join): Join[] {
	const out: Join[] = [];
	for (let at: Join | undefined = join; at; at = at.parent) out.unshift(at);
	return out;
}

/** SQL NULL: a missing part of a request. */
export function nothing(): Operand {
	return {
		shape: { kind: 'null' },
		joins: [],
		every: false,
		readsBase: false,
		render: () => text('NULL'),
	};
}

/** 1 or 0 as a word of the statement. */
export function flag(value: boolean): Operand {
	const digit = value ? '1' : '0';
	return {
		shape: { kind: 'literal', type: 'int', value: Number(value), pattern: digit },
		joins: [],
		every: false,
		readsBase: false,
		render: () => text(digit),
	};
}

/** A value that differs from request to request, so that one statement serves them all: a slot of that name. */
export const later = (name: string): Operand => ({
	shape: { kind: 'slot', name },
	joins: [],
	every: false,
	readsBase: false,
	render: () => slot(name),
});

/** Name of the slot that takes `likePattern` of another slot's value. */
export const patternSlot = (name: string): string => `${name} LIKE`;

/** A value of the request or of the expression's author: always a parameter. */
export function literal(
	value: string | number,
	type: 'text' | 'real' | 'int',
	pattern = String(value),
): Operand {
	return {
		shape: { kind: 'literal', type, value, pattern },
		joins: [],
		every: false,
		readsBase: false,
		render: () => param(value),
	};
}
