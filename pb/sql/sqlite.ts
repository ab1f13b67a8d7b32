import type { CompiledSql, SqlNode, SqlShape, SqlValue } from './node.ts';

/** Name of the function that `guard` calls; the store registers it on each connection. */
export const GUARD_FUNCTION = 'tk_alive';

type Binding = { readonly value: SqlValue } | { readonly slot: string };

const quote = (name: string): string => '`' + name.replaceAll('`', '``') + '`';

/**
 * Compiles a node without slots to SQLite's SQL.
 * @throws {Error} when the node holds a slot: those go through `compileShape`.
 */
export function compileSqlite(node: SqlNode): CompiledSql {
	return compileShape(node).bind({});
}

/**
 * Compiles once for many bindings.
 * @example
 * const byId = compileShape(sql`SELECT * FROM ${ident('posts')} WHERE ${ident('id')} = ${slot('id')}`);
 * await store.get(byId.bind({ id: 'abc' }));
 */
export function compileShape(node: SqlNode): SqlShape {
	const bindings: Binding[] = [];
	const sql = print(node, bindings);
	return {
		sql,
		slots: [...new Set(bindings.flatMap((binding) => ('slot' in binding ? [binding.slot] : [])))],
		bind: (values) => ({
			sql,
			params: bindings.map((binding) => {
				if ('value' in binding) return binding.value;
				const value = Object.hasOwn(values, binding.slot) ? values[binding.slot] : undefined;
				if (value === undefined) throw new Error(`no value for the slot "${binding.slot}"`);
				return value;
			}),
		}),
	};
}

function print(node: SqlNode, bindings: Binding[]): string {
	switch (node.kind) {
		case 'text':
			return node.text;
		case 'param':
			bindings.push({ value: node.value });
			return '?';
		case 'slot':
			bindings.push({ slot: node.name });
			return '?';
		case 'ident':
			return node.path.map(quote).join('.');
		case 'seq': {
			let out = '';
			for (const part of node.parts) out += print(part, bindings);
			return out;
		}
		case 'guard':
			return printGuard(node.tables, node.views);
	}
}

/**
 * `((a.rowid + b.rowid) & 63) OR tk_alive(…)`: a call into JavaScript on every 64th row only. All aliases must
 * occur, or the planner evaluates the term in an outer loop alone. An outer join's missing row counts as 0.
 */
function printGuard(tables: readonly string[], views: readonly string[]): string {
	const rowids = tables.map((alias) => `ifnull(${quote(alias)}.rowid, 0)`);
	// A view has no rowid, so that its rows are counted one by one.
	const ids = views.map((alias) => `${quote(alias)}.id`);
	const call = `${GUARD_FUNCTION}(${[...rowids, ...ids].join(', ')})`;
	return ids.length > 0 || rowids.length === 0
		? call
		: `(((${rowids.join(' + ')}) & 63) OR ${call})`;
}
