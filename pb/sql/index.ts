export { guard, ident, join, param, seq, slot, sql, text } from './build.ts';
export type { CompiledSql, SqlNode, SqlShape, SqlValue } from './node.ts';
export { compileShape, compileSqlite, GUARD_FUNCTION } from './sqlite.ts';
