export { clip, createRunState, failure } from './context.ts';
export type { DoneReport, RunState, TodoItem, ToolAnswer, ToolContext } from './context.ts';
export { isMutating, isParallel, isToolName, toolDefinitions, toolSpecs } from './definitions.ts';
export type { Part, ToolDefinition, ToolName } from './definitions.ts';
export { callTitle, runTool } from './run-tool.ts';
export type { ToolRunner } from './run-tool.ts';
export { checkOutcome } from './execute/checks.ts';
export { fence, untrusted } from './untrusted.ts';
