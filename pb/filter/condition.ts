import type { SqlNode } from '../sql/index.ts';
import type { Join, Names } from './operand.ts';

/** One comparison (or half of one), ready to be printed once its joins have names. */
export interface Term {
	readonly kind: 'term';
	/** Joins it reads that stand outside it. */
	readonly joins: readonly Join[];
	/** Those of them without whose row the term is never true. */
	readonly rejects: readonly Join[];
	render(names: Names): SqlNode;
	/** It reads the base row itself. */
	readonly readsBase: boolean;
	/** Set when the term finds rows by an index: `indexed column = value`. */
	readonly finds?: Join | 'base' | undefined;
	/** Set when the term is `a = b`: with the sides in different rows a set look-up can serve it. */
	readonly sides?: readonly [Side, Side] | undefined;
	/** Set when it contains a subquery for each row: whether that reads a whole table. */
	readonly scans?: boolean;
}

export interface Side {
	readonly joins: readonly Join[];
	readonly readsBase: boolean;
	/** It stands there as a column that an index begins with. */
	readonly isIndexed: boolean;
	render(names: Names): SqlNode;
}

/** A rule or filter with its names resolved. Monotone: there is no negation above a term. */
export type Condition =
	| { readonly kind: 'constant'; readonly value: boolean }
	| { readonly kind: 'and' | 'or'; readonly items: readonly Condition[] }
	| Term;

export const NEVER: Condition = { kind: 'constant', value: false };

/** AND of the items, flat, constants gone. */
export function all(items: readonly Condition[]): Condition {
	return combine('and', items, true);
}

/** OR of the items, flat, constants gone. */
export function some(items: readonly Condition[]): Condition {
	return combine('or', items, false);
}

function combine(kind: 'and' | 'or', items: readonly Condition[], neutral: boolean): Condition {
	const out: Condition[] = [];
	for (const item of items) {
		if (item.kind === 'constant') {
			if (item.value !== neutral) return item;
		} else if (item.kind === kind) out.push(...item.items);
		else out.push(item);
	}
	if (out.length === 1 && out[0]) return out[0];
	return out.length === 0 ? { kind: 'constant', value: neutral } : { kind, items: out };
}

/** Every join that the condition reads. */
export function joinsOf(condition: Condition): readonly Join[] {
	switch (condition.kind) {
		case 'constant':
			return [];
		case 'term':
			return condition.joins;
		case 'and':
		case 'or':
			return condition.items.flatMap(joinsOf);
	}
}

/** The joins without whose row the condition is never true. */
export function rejectsOf(condition: Condition): readonly Join[] {
	switch (condition.kind) {
		case 'constant':
			return [];
		case 'term':
			return condition.rejects;
		case 'and':
			return condition.items.flatMap(rejectsOf);
		case 'or': {
			const [first, ...rest] = condition.items.map(rejectsOf);
			return (first ?? []).filter((join) => rest.every((other) => other.includes(join)));
		}
	}
}

/** True when the condition reads these joins and nothing else of the statement. */
export function readsOnly(condition: Condition, joins: ReadonlySet<Join>): boolean {
	switch (condition.kind) {
		case 'constant':
			return true;
		case 'term':
			return !condition.readsBase && condition.joins.every((join) => joins.has(join));
		case 'and':
		case 'or':
			return condition.items.every((item) => readsOnly(item, joins));
	}
}
