import { sql, text, type SqlNode } from '../sql/index.ts';
import type { ComparisonAst, FilterAst, OperandAst, Sign } from './ast.ts';
import { callFunction } from './calls.ts';
import { compare, type Comparison } from './compare.ts';
import { all, NEVER, some, type Condition, type Side, type Term } from './condition.ts';
import { FilterError, quoted } from './errors.ts';
import { exists, isUnbounded, SubScope } from './exists.ts';
import { noneOf } from './semijoin.ts';
import { isMacro, macroValue } from './macros.ts';
import {
	chain,
	flag,
	isPlain,
	later,
	literal,
	nothing,
	type FieldResolver,
	type Join,
	type Operand,
	type Shape,
} from './operand.ts';

export interface AnalyzeContext {
	readonly resolver: FieldResolver;
	/** `later`: one meaning for all times, the macros are slots. */
	readonly now: Date | 'later';
}

/**
 * Gives an expression its meaning: names resolved, values coerced, list semantics spelled out.
 * @throws {FilterError} for whatever the resolver or a function refuses
 */
export function analyze(ast: FilterAst, context: AnalyzeContext): Condition {
	switch (ast.kind) {
		case 'comparison':
			return analyzeComparison(ast, context);
		case 'and':
			return all(ast.items.map((item) => analyze(item, context)));
		case 'or':
			return some(ast.items.map((item) => analyze(item, context)));
	}
}

function analyzeComparison(ast: ComparisonAst, context: AnalyzeContext): Condition {
	const left = side(ast.left, 'left', context);
	const right = side(ast.right, 'right', context);
	return compareOperands(ast, left, right);
}

function side(ast: OperandAst, name: 'left' | 'right', context: AnalyzeContext): Operand {
	try {
		return resolveOperand(ast, context);
	} catch (error) {
		if (!(error instanceof FilterError)) throw error;
		const source = ast.kind === 'identifier' || ast.kind === 'call' ? ast.name : '';
		throw new FilterError(
			error.code,
			`invalid ${name} operand ${quoted(source)} - ${error.message}`,
		);
	}
}

const KEYWORDS = new Map<string, Operand>([
	['null', nothing()],
	['true', flag(true)],
	['false', flag(false)],
]);

/** @throws {FilterError} when it has no meaning */
function resolveOperand(ast: OperandAst, context: AnalyzeContext): Operand {
	switch (ast.kind) {
		case 'text':
			return literal(ast.value, 'text');
		case 'number':
			return literal(ast.value, 'real');
		case 'call':
			return callFunction(ast.name, ast.args, (arg) => resolveOperand(arg, context));
		case 'identifier': {
			const macro = macroOperand(ast.name, context.now);
			if (macro) return macro;
			try {
				return context.resolver.resolve(ast.name);
			} catch (error) {
				// A field may be called `true`; only where there is none do these words mean themselves.
				const keyword = KEYWORDS.get(ast.name.toLowerCase());
				if (keyword && error instanceof FilterError) return keyword;
				throw error;
			}
		}
	}
}

function macroOperand(name: string, now: Date | 'later'): Operand | undefined {
	if (now === 'later') return isMacro(name) ? later(name) : undefined;
	const value = macroValue(name, now);
	return value === undefined
		? undefined
		: literal(value, typeof value === 'string' ? 'text' : 'int');
}

/** `left sign right` over the joins of both sides, with the match-all half where a list is compared. */
export function compareOperands(
	how: Pick<ComparisonAst, 'sign' | 'any'>,
	left: Operand,
	right: Operand,
): Condition {
	const verdict = compare(how.sign, left.shape, right.shape);
	if (verdict.kind === 'constant') return verdict.value ? visible(left, right, []) : NEVER;
	if (how.any || !(left.every || right.every))
		return visible(left, right, [mainTerm(verdict, left, right)]);

	// Between a list and one value, "no value breaks it" says it all when an empty list keeps it too.
	const implied =
		left.every !== right.every &&
		seenByList(left) === left.shape &&
		seenByList(right) === right.shape &&
		verdict.holdsWithout[left.every ? 'left' : 'right'];
	const every = everyTerm(how.sign, left, right);
	return visible(left, right, implied ? [every] : [mainTerm(verdict, left, right), every]);
}

function visible(left: Operand, right: Operand, parts: readonly Condition[]): Condition {
	const extra = [left, right].flatMap((operand): Condition[] =>
		operand.visible
			? [
					{
						kind: 'term',
						joins: operand.joins,
						rejects: operand.joins,
						readsBase: operand.readsBase,
						render: operand.visible,
					},
				]
			: [],
	);
	return all([...parts, ...extra]);
}

function mainTerm(verdict: Comparison, left: Operand, right: Operand): Term {
	const equality = verdict.equality;
	return {
		kind: 'term',
		joins: [...left.joins, ...right.joins],
		rejects: [
			...(verdict.rejects.left ? left.joins : []),
			...(verdict.rejects.right ? right.joins : []),
		],
		readsBase: left.readsBase || right.readsBase,
		render: (names) => verdict.node(left.render(names), right.render(names)),
		...(equality && {
			finds: foundRow(equality.bare, left, right),
			sides: [
				sideOf(left, equality.bare.left, (node) => equality.left(node)),
				sideOf(right, equality.bare.right, (node) => equality.right(node)),
			] as const,
		}),
	};
}

const sideOf = (operand: Operand, isBare: boolean, wrap: (node: SqlNode) => SqlNode): Side => ({
	joins: operand.joins,
	readsBase: operand.readsBase,
	isIndexed: isBare && operand.isIndexed === true,
	render: (names) => wrap(operand.render(names)),
});

/** The rows that an index finds by comparing its column with a value of the request. */
function foundRow(
	bare: { readonly left: boolean; readonly right: boolean },
	left: Operand,
	right: Operand,
): Join | 'base' | undefined {
	const isFixed = (operand: Operand): boolean => operand.joins.length === 0 && !operand.readsBase;
	const found = [
		bare.left && left.isIndexed === true && isFixed(right) ? left : undefined,
		bare.right && right.isIndexed === true && isFixed(left) ? right : undefined,
	].find((operand) => operand !== undefined);
	return found && (found.readsBase ? 'base' : found.joins[0]);
}

/**
 * The shape in the match-all half: PocketBase sees the list as a plain column there, and forgets how the other side
 * wanted its NULLs treated.
 */
function seenByList({ shape, every }: Operand): Shape {
	if (shape.kind !== 'computed') return shape;
	if (every) return shape.given === true ? { ...shape, given: false } : shape;
	return shape.fallback === 'auto' ? shape : { ...shape, fallback: 'auto' };
}

/**
 * The match-all half: no value of the list breaks the comparison. A list without rows is the main half's affair,
 * which sees it as one row of NULLs. It has that row here too between two lists, and where the halves differ.
 */
function everyTerm(sign: Sign, left: Operand, right: Operand): Term {
	const both = left.every && right.every;
	const outside = (operand: Operand): readonly Join[] =>
		operand.every ? operand.joins.flatMap(chain).filter(outsideOf(operand)) : operand.joins;
	const shapes = [seenByList(left), seenByList(right)] as const;
	const needsNullRow = both || shapes[0] !== left.shape || shapes[1] !== right.shape;
	const isOwn = [left, right].every(
		(operand) => operand.every || (operand.joins.length === 0 && !operand.readsBase),
	);
	return {
		kind: 'term',
		joins: [...outside(left), ...outside(right)],
		rejects: [],
		readsBase: left.readsBase || right.readsBase || [left, right].some(hangsOnBase),
		scans: [left, right].some(
			(operand) => operand.every && operand.joins.flatMap(chain).some(isUnbounded),
		),
		render: (names) => {
			const inner = [left, right].map((operand) =>
				operand.every ? new SubScope(names, operand.joins, outsideOf(operand)) : undefined,
			);
			const verdict = compare(sign, ...shapes);
			const holds =
				verdict.kind === 'constant'
					? text(verdict.value ? '1' : '0')
					: verdict.node(left.render(inner[0] ?? names), right.render(inner[1] ?? names));
			const rows = inner.flatMap((scope) => scope?.rows ?? []);
			const broken = sql`NOT (${holds})`;
			return needsNullRow
				? sql`NOT ${exists(rows, broken, [])}`
				: noneOf(rows, broken, isOwn && !names.isNarrow);
		},
	};
}

/** Joins that a list hangs on, of which there is one row: they are no part of "every value". */
function outsideOf(operand: Operand): (join: Join) => boolean {
	const rooted = new Set(operand.root && chain(operand.root));
	return (join) => isPlain(join) || rooted.has(join);
}

/** A list of the base row itself. */
const hangsOnBase = ({ every, joins, root }: Operand): boolean =>
	every && !root && joins.some((join) => chain(join)[0]?.constant === false);
