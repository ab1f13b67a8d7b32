import type { SqlNode, SqlValue } from './node.ts';

/** Constant text. Only literals of our own source may stand here. */
export const text = (value: string): SqlNode => ({ kind: 'text', text: value });
export const param = (value: SqlValue): SqlNode => ({ kind: 'param', value });
/** A quoted name: `ident('posts', 'title')` is `posts`.`title`. */
export const ident = (...path: string[]): SqlNode => ({ kind: 'ident', path });
/** A value given later, by `SqlShape.bind`. */
export const slot = (name: string): SqlNode => ({ kind: 'slot', name });
export const seq = (...parts: SqlNode[]): SqlNode => ({ kind: 'seq', parts });

const isNode = (value: SqlNode | SqlValue): value is SqlNode =>
	typeof value === 'object' && value !== null && 'kind' in value;

/**
 * Template tag: the literal text is SQL, each interpolation is a node or becomes a parameter.
 * @example sql`SELECT * FROM ${ident('posts')} WHERE ${ident('id')} = ${id}`
 */
export function sql(strings: TemplateStringsArray, ...values: (SqlNode | SqlValue)[]): SqlNode {
	const parts: SqlNode[] = [];
	strings.forEach((literal, i) => {
		if (literal !== '') parts.push(text(literal));
		if (i < values.length) {
			const value = values[i] ?? null;
			parts.push(isNode(value) ? value : param(value));
		}
	});
	return { kind: 'seq', parts };
}

/** `join([a, b], ' AND ')`; an empty list gives empty text. */
export function join(nodes: readonly SqlNode[], separator: string): SqlNode {
	const glue = text(separator);
	return { kind: 'seq', parts: nodes.flatMap((node, i) => (i === 0 ? [node] : [glue, node])) };
}

/**
 * A term that is always true and ends the query with `query_timeout` or `query_cancelled` when its time is up.
 * It stands first in the WHERE clause of a scan: behind a condition it is only asked of rows that pass the condition.
 * @param tables every alias of a table in the FROM clause, joins included.
 * @param views every alias of a view or subquery there; it must have a column `id`.
 * @example sql`SELECT * FROM ${ident('posts')} p WHERE ${guard(['p'])} AND ${where}`
 */
export const guard = (tables: readonly string[], views: readonly string[] = []): SqlNode => ({
	kind: 'guard',
	tables,
	views,
});
