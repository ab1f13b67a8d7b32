export { checkClientQuery, checkRule, type QueryFault } from './check.ts';
export { checkClientNames, compileRules } from './compile.ts';
export { RuleError } from './error.ts';
export { hasLeadingIndex, uniqueness } from './indexes.ts';
export { planRules, RulePlan } from './plan.ts';
export type { PlanQuery } from './plan.ts';
export type { CompiledRules, RuleQuery } from './types.ts';
