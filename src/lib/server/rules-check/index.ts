export { checkRules } from './check-rules.ts';
export type { CheckLimits } from './check-rules.ts';
export type { BenchEvent, Identity, RulesBench, StateRow } from './types.ts';
