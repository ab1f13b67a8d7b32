import { autofix } from '#lib/server/agent/autofix/index.ts';
import {
	createRunState,
	runTool,
	type ToolAnswer,
	type ToolContext,
} from '#lib/server/agent/tools/index.ts';
import {
	CompileChecks,
	createTestClock,
	MemoryFacts,
	MemoryData,
	MemoryLog,
	MemoryPlans,
	MemoryPreview,
	MemorySchema,
	MemoryWorkspace,
} from './memory.ts';

export interface ToolBench {
	readonly workspace: MemoryWorkspace;
	readonly schema: MemorySchema;
	readonly checks: CompileChecks;
	readonly facts: MemoryFacts;
	readonly plans: MemoryPlans;
	readonly preview: MemoryPreview;
	readonly log: MemoryLog;
	readonly data: MemoryData;
	readonly context: ToolContext;
	/** Runs one call as the loop would. */
	call(name: string, input?: unknown): Promise<ToolAnswer>;
}

/** Tools over ports in memory, without a model. */
export function createToolBench(files: Readonly<Record<string, string>> = {}): ToolBench {
	const workspace = new MemoryWorkspace(files);
	const schema = new MemorySchema();
	const checks = new CompileChecks(workspace);
	const facts = new MemoryFacts();
	const plans = new MemoryPlans();
	const preview = new MemoryPreview();
	const log = new MemoryLog();
	const data = new MemoryData();
	const context: ToolContext = {
		workspace,
		schema,
		checks,
		facts,
		plans,
		preview,
		mode: 'build',
		autofix,
		data,
		secrets: { hostsOf: async () => undefined },
		sink: log,
		clock: createTestClock(),
		signal: new AbortController().signal,
		state: createRunState(),
	};
	let calls = 0;
	return {
		workspace,
		schema,
		checks,
		facts,
		plans,
		preview,
		log,
		data,
		context,
		call: (name, input = {}) =>
			runTool({ type: 'tool_call', id: `call_${(calls += 1)}`, name, input }, context),
	};
}
