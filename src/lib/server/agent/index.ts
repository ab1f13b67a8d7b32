export { createAutofixer } from './autofix/index.ts';
export type { Autofixer } from './autofix/index.ts';
export { createSystemClock } from './clock.ts';
export { runAgent } from './loop.ts';
export type { AgentRun, RunOutcome } from './loop.ts';
export { freezeRun, thawRun } from './park.ts';
export type { ParkedAnswer, ParkedRun } from './park.ts';
export { createProvider, providerHealth } from './providers/index.ts';
export type { ModelConfig, Provider, ProviderHealth } from './providers/index.ts';
export type {
	AgentAllowance,
	AgentChecks,
	AgentData,
	AgentFact,
	AgentFacts,
	AgentFile,
	AgentFileEntry,
	AgentLimits,
	AgentPlans,
	AgentPreview,
	AgentSchema,
	AgentSecrets,
	AgentWorkspace,
	Clock,
	FinishedCall,
	LogLine,
	LogQuery,
	ModelPrice,
	PastTurn,
	PreviewSeen,
	PreviewTask,
	QueryAnswer,
	RecordQuery,
	RunSink,
	SchemaApplied,
	SchemaDigest,
	SchemaEffect,
	SchemaPlan,
} from './ports.ts';
export { stopWords } from './stop-words.ts';
export { fence } from './tools/index.ts';
