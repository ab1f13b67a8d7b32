/** A message from its acceptance to its end. `agent.ts` joins what the agent works with. */
export { createRunAgent } from './agent.ts';
export { type RunBudgets, createRunBudgets } from './budgets.ts';
export { type CallLog, createCallLog } from './calls.ts';
export { type Facts, createFacts } from './facts.ts';
export { type AgentSwitch, openAgentSwitch } from './kill-switch.ts';
export { createRunLogs } from './log.ts';
export { type Plans, createPlans } from './plans.ts';
export { type Questions, createQuestions } from './questions.ts';
export { createRunQueue } from './queue.ts';
export { createRunRows } from './rows.ts';
export { createRuns } from './runs.ts';
export type { Runs } from './types.ts';
