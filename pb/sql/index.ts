export { ident, join, param, seq, sql, text } from './build.ts';
export type { CompiledSql, SqlNode, SqlValue } from './node.ts';
export { compileSqlite } from './sqlite.ts';
