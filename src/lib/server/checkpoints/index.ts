/** One checkpoint per turn for code, schema, rules and the draft's data; see docs/decisions on checkpoints. */
export { createCheckpoints } from './checkpoints.ts';
export type { OnStep } from './journal.ts';
export type { CheckpointLimits, CheckpointParts, Checkpoints } from './types.ts';
