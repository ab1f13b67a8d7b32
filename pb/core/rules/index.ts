export { checkRule } from './check.ts';
export { compileRules } from './compile.ts';
export { RuleError } from './error.ts';
export type { CompiledRules, RuleQuery } from './types.ts';
