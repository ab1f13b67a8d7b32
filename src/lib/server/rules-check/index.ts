export { checkRules } from './check-rules.ts';
export type { CheckLimits } from './check-rules.ts';
export type { BenchEvent, BenchReply, Identity, RulesBench, StateRow } from './types.ts';
