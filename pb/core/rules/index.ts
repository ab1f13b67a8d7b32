export { checkRule } from './check.ts';
export { checkClientNames, compileRules } from './compile.ts';
export { RuleError } from './error.ts';
export { hasLeadingIndex, uniqueness } from './indexes.ts';
export type { CompiledRules, RuleQuery } from './types.ts';
