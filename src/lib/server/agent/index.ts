export { createSystemClock } from './clock.ts';
export { runAgent } from './loop.ts';
export type { AgentRun, RunOutcome } from './loop.ts';
export { createProvider, providerHealth } from './providers/index.ts';
export type { ModelConfig, Provider, ProviderHealth } from './providers/index.ts';
export type {
	AgentChecks,
	AgentFile,
	AgentFileEntry,
	AgentLimits,
	AgentSchema,
	AgentWorkspace,
	Clock,
	ModelPrice,
	PastTurn,
	RunSink,
	SchemaApplied,
	SchemaDigest,
	SchemaEffect,
	SchemaPlan,
} from './ports.ts';
export { stopWords } from './stop-words.ts';
