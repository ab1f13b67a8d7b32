import type { CompiledSql, SqlNode, SqlValue } from './node.ts';

const quote = (name: string): string => '`' + name.replaceAll('`', '``') + '`';

/** Compiles nodes to SQLite's SQL. */
export function compileSqlite(node: SqlNode): CompiledSql {
	const params: SqlValue[] = [];
	return { sql: print(node, params), params };
}

function print(node: SqlNode, params: SqlValue[]): string {
	switch (node.kind) {
		case 'text':
			return node.text;
		case 'param':
			params.push(node.value);
			return '?';
		case 'ident':
			return node.path.map(quote).join('.');
		case 'seq': {
			let out = '';
			for (const part of node.parts) out += print(part, params);
			return out;
		}
	}
}
