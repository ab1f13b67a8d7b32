import { param, slot, sql, text, type SqlNode } from '../sql/index.ts';
import type { Sign } from './ast.ts';
import { likePattern } from './like.ts';
import { patternSlot, type Shape } from './operand.ts';

/**
 * How two kinds of values are compared. Known without their SQL, so that a comparison between constants vanishes.
 */
export type Verdict = { readonly kind: 'constant'; readonly value: boolean } | Comparison;

interface Both<T> {
	readonly left: T;
	readonly right: T;
}

export interface Comparison {
	readonly kind: 'sql';
	node(left: SqlNode, right: SqlNode): SqlNode;
	/** Never true when that side's row is missing. */
	readonly rejects: Both<boolean>;
	/** Never NULL, and true when that side's row is missing. */
	readonly holdsWithout: Both<boolean>;
	/** Set when it is `left = right`; `bare`: that side stands there as it is, so that an index on it serves. */
	readonly equality?: {
		left(node: SqlNode): SqlNode;
		right(node: SqlNode): SqlNode;
		readonly bare: Both<boolean>;
	};
}

const constant = (value: boolean): Verdict => ({ kind: 'constant', value });
const NO: Both<boolean> = { left: false, right: false };
const BOTH: Both<boolean> = { left: true, right: true };

/** The comparison `left sign right` as PocketBase means it (tools/search/filter.go buildResolversExpr). */
export function compare(sign: Sign, left: Shape, right: Shape): Verdict {
	switch (sign) {
		case '=':
			return equal(left, right);
		case '!=':
			return different(left, right);
		case '~':
			return like('LIKE', left, right);
		case '!~':
			return like('NOT LIKE', left, right);
		case '<':
		case '<=':
		case '>':
		case '>=':
			return plain(sign, left, right);
	}
}

/** A comparison that yields NULL, so is never true, when a side is NULL. */
function plain(sign: '=' | '<' | '<=' | '>' | '>=', left: Shape, right: Shape): Verdict {
	if (left.kind === 'null' || right.kind === 'null') return constant(false);
	const [l, r] = [printer(left, right), printer(right, left)];
	return {
		kind: 'sql',
		node: (a, b) => sql`${l(a)} ${text(sign)} ${r(b)}`,
		rejects: { left: isStrict(left), right: isStrict(right) },
		holdsWithout: NO,
		...(sign === '=' && { equality: { left: l, right: r, bare: BOTH } }),
	};
}

function equal(left: Shape, right: Shape): Verdict {
	if (isDisabled(left) || isDisabled(right)) return identical('IS', left, right);
	if (isEmpty(left) && isEmpty(right)) return constant(true);
	if (left.kind === 'literal' && right.kind === 'literal')
		return constant(sameLiteral(left, right));
	if (isSlotAndEmpty(left, right)) return constant(false);
	if (isKnown(left) || isKnown(right) || areLikeColumns(left, right))
		return plain('=', filledIn(left), filledIn(right));
	if (isEmpty(left)) return blank(right, 'right');
	if (isEmpty(right)) return blank(left, 'left');
	const [l, r] = [blankable(left, right), blankable(right, left)];
	return {
		kind: 'sql',
		node: (a, b) => sql`${l(a)} = ${r(b)}`,
		rejects: NO,
		holdsWithout: NO,
		equality: { left: l, right: r, bare: { left: l === asIs, right: r === asIs } },
	};
}

function different(left: Shape, right: Shape): Verdict {
	if (isDisabled(left) || isDisabled(right)) return identical('IS NOT', left, right);
	if (isEmpty(left) && isEmpty(right)) return constant(false);
	if (left.kind === 'literal' && right.kind === 'literal')
		return constant(!sameLiteral(left, right));
	if (isSlotAndEmpty(left, right)) return constant(true);
	const known = isKnown(left) || isKnown(right);
	if (!known && isEmpty(left)) return filled(right, 'right');
	if (!known && isEmpty(right)) return filled(left, 'left');
	const [l, r] = known
		? [printer(left, right), printer(right, left)]
		: [blankable(left, right), blankable(right, left)];
	return {
		kind: 'sql',
		node: (a, b) => sql`${l(a)} IS NOT ${r(b)}`,
		rejects: NO,
		holdsWithout: {
			left: isValue(right) && isStrict(left),
			right: isValue(left) && isStrict(right),
		},
	};
}

/** IS and IS NOT: how json values and function results compare, without a word for NULL. */
function identical(operator: 'IS' | 'IS NOT', left: Shape, right: Shape): Verdict {
	const [l, r] = [printer(left, right), printer(right, left)];
	const known = {
		left: isStrict(left) && isValue(right),
		right: isStrict(right) && isValue(left),
	};
	const missing = {
		left: isStrict(left) && right.kind === 'null',
		right: isStrict(right) && left.kind === 'null',
	};
	return {
		kind: 'sql',
		node: (a, b) => sql`${l(a)} ${text(operator)} ${r(b)}`,
		rejects: operator === 'IS' ? known : missing,
		holdsWithout: operator === 'IS' ? missing : known,
	};
}

const pick = (side: 'left' | 'right', a: SqlNode, b: SqlNode): SqlNode => (side === 'left' ? a : b);

/** `value = ''`, NULL included. */
function blank(shape: Shape, side: 'left' | 'right'): Verdict {
	const nullable = mayBeNull(shape);
	const other = (): SqlNode => sql`''`;
	return {
		kind: 'sql',
		node: (a, b) => {
			const value = pick(side, a, b);
			return nullable ? sql`(${value} = '' OR ${value} IS NULL)` : sql`${value} = ''`;
		},
		rejects: NO,
		holdsWithout: { left: isStrict(shape), right: isStrict(shape) },
		...(!nullable && {
			equality: {
				left: side === 'left' ? asIs : other,
				right: side === 'right' ? asIs : other,
				bare: { left: side === 'left', right: side === 'right' },
			},
		}),
	};
}

/** `value != ''`, NULL excluded. */
function filled(shape: Shape, side: 'left' | 'right'): Verdict {
	const nullable = mayBeNull(shape);
	return {
		kind: 'sql',
		node: (a, b) => {
			const value = pick(side, a, b);
			return nullable
				? sql`(${value} IS NOT '' AND ${value} IS NOT NULL)`
				: sql`${value} IS NOT ''`;
		},
		rejects: {
			left: side === 'left' && isStrict(shape),
			right: side === 'right' && isStrict(shape),
		},
		holdsWithout: NO,
	};
}

function like(operator: 'LIKE' | 'NOT LIKE', left: Shape, right: Shape): Verdict {
	if (left.kind === 'null' || right.kind === 'null') return constant(false);
	// LIKE compares texts: `1.0` is the text of a number, also beside a number column.
	const l = printer(left, isNumber(left) ? left : right);
	const fixed = patternOf(right);
	return {
		kind: 'sql',
		node: (a, b) =>
			sql`${l(a)} ${text(operator)} ${fixed ?? sql`('%' || ${b} || '%')`} ESCAPE '\\'`,
		rejects: { left: isStrict(left), right: isStrict(right) },
		holdsWithout: NO,
	};
}

/** What LIKE is given for a value of the request. */
function patternOf(shape: Shape): SqlNode | undefined {
	if (shape.kind === 'literal') return param(likePattern(shape.pattern));
	return shape.kind === 'slot' ? slot(patternSlot(shape.name)) : undefined;
}

const asIs = (node: SqlNode): SqlNode => node;

/**
 * A number is a REAL there, and a TEXT column sees `1.0` of it; the driver binds whole numbers as integers.
 * Beside a number column both are the same, and the plain parameter is easier on the planner.
 */
function printer(shape: Shape, beside: Shape): (node: SqlNode) => SqlNode {
	if (isEmpty(shape) && isKnown(beside)) return () => sql`''`;
	if (!isNumber(shape)) return asIs;
	const numeric = beside.kind === 'column' && beside.affinity === 'numeric';
	return numeric ? asIs : (node) => sql`(${node} + 0.0)`;
}

const isNumber = (shape: Shape): boolean => shape.kind === 'literal' && shape.type === 'real';

/** Beside a value that is known NULL is the empty text. */
const filledIn = (shape: Shape): Shape =>
	shape.kind === 'null' ? { kind: 'literal', type: 'text', value: '', pattern: '' } : shape;

function blankable(shape: Shape, beside: Shape): (node: SqlNode) => SqlNode {
	// COALESCE takes a column's affinity away; leaving it out is only the same when both sides agree on it.
	if (!mayBeNull(shape) && haveSameAffinity(shape, beside)) return asIs;
	return (node) => sql`COALESCE(${node}, '')`;
}

/** NULL when the row it is read from is missing. */
export const isStrict = (shape: Shape): boolean =>
	shape.kind === 'column' || (shape.kind === 'computed' && shape.strict);

const isDisabled = (shape: Shape): boolean =>
	shape.kind === 'computed' && shape.fallback === 'disabled';

const isEmpty = (shape: Shape): boolean =>
	shape.kind === 'null' || (shape.kind === 'literal' && shape.value === '');

/** It stands in the expression or the request, not in a row. */
const isValue = (shape: Shape): boolean => shape.kind === 'literal' || shape.kind === 'slot';

/** As between two literals, the answer is known before the statement. */
const isSlotAndEmpty = (a: Shape, b: Shape): boolean =>
	(a.kind === 'slot' && b.kind === 'literal' && isEmpty(b)) ||
	(b.kind === 'slot' && a.kind === 'literal' && isEmpty(a));

/** Surely neither NULL nor empty. */
const isKnown = (shape: Shape): boolean =>
	(shape.kind === 'literal' && shape.value !== '') ||
	shape.kind === 'slot' ||
	(shape.kind === 'computed' && shape.given === true && shape.fallback === 'auto');

const mayBeNull = (shape: Shape): boolean =>
	shape.kind === 'computed' || (shape.kind === 'column' && shape.nullable);

const haveSameAffinity = (a: Shape, b: Shape): boolean =>
	a.kind === 'column' &&
	b.kind === 'column' &&
	a.affinity !== 'unknown' &&
	a.affinity === b.affinity;

const areLikeColumns = (a: Shape, b: Shape): boolean =>
	haveSameAffinity(a, b) && !mayBeNull(a) && !mayBeNull(b);

type Literal = Extract<Shape, { kind: 'literal' }>;

/** SQLite's `=` between values without affinity: a number never equals a text. */
const sameLiteral = (a: Literal, b: Literal): boolean =>
	typeof a.value === 'string' && typeof b.value === 'string'
		? a.value.toWellFormed() === b.value.toWellFormed()
		: a.value === b.value;
