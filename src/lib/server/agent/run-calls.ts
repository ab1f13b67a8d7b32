import type { LoopGuard } from './guard.ts';
import type { ToolCallBlock, UserBlock } from './messages.ts';
import type { Stop } from './stop.ts';
import { abortReason, isAborted } from './stop.ts';
import {
	callTitle,
	failure,
	isMutating,
	isToolName,
	toolDefinitions,
	type ToolAnswer,
	type ToolContext,
	type ToolRunner,
} from './tools/index.ts';
import type { PlannedCall } from './turn.ts';

/** After an abort a tool has so long to come to its own end; then its answer is not waited for. */
const graceMs = 700;

export interface CallPorts {
	readonly context: ToolContext;
	readonly guard: LoopGuard;
	readonly runTool: ToolRunner;
}

export interface CallsOutcome {
	/** One result per call, in the order of the calls. */
	readonly blocks: readonly UserBlock[];
	readonly stop?: Stop;
}

/** Executes the calls of one answer, one after another. Nothing is executed after `done`. */
export async function runCalls(
	calls: readonly PlannedCall[],
	ports: CallPorts,
): Promise<CallsOutcome> {
	const { context, guard } = ports;
	const blocks: UserBlock[] = [];
	for (const { call, refuse } of calls) {
		if (isAborted(context.signal)) return { blocks, stop: { reason: abortReason(context.signal) } };
		const result = await runCall(call, refuse, ports);
		const progress = result.ok && isToolName(call.name) && isMutating(toolDefinitions[call.name]);
		const verdict = guard.observe(call, result, progress);
		const hint = verdict.hint === undefined ? '' : `\n[${verdict.hint}]`;
		blocks.push({
			type: 'tool_result',
			callId: call.id,
			text: `${result.text === '' ? '(empty)' : result.text}${hint}`,
			isError: !result.ok,
		});
		if (isAborted(context.signal)) return { blocks, stop: { reason: abortReason(context.signal) } };
		if (context.state.done !== undefined) return { blocks };
		if (verdict.stop !== undefined) return { blocks, stop: { reason: verdict.stop } };
	}
	return { blocks };
}

/** Every `tool_started` in the log has its `tool_finished`. */
async function runCall(
	call: ToolCallBlock,
	refuse: string | undefined,
	{ context, runTool }: CallPorts,
): Promise<ToolAnswer> {
	const { sink, clock, signal } = context;
	const start = clock.now();
	const name = call.name.slice(0, 100);
	await sink.emit({ type: 'tool_started', callId: call.id, name, title: callTitle(call) });
	let result: ToolAnswer;
	try {
		result =
			refuse === undefined
				? await untilAbort(runTool(call, context), context)
				: failure(refuse, 'not executed');
	} catch (error) {
		await sink.emit({
			type: 'tool_finished',
			callId: call.id,
			name,
			ok: false,
			summary: signal.aborted ? 'stopped' : 'failed on the server',
			ms: clock.now() - start,
		});
		throw error;
	}
	const { ok, summary, detail } = result;
	await sink.emit({
		type: 'tool_finished',
		callId: call.id,
		name,
		ok,
		summary,
		...(detail !== undefined && { detail }),
		ms: clock.now() - start,
	});
	return result;
}

/** A stop must not hang on a tool that waits: for a click, a build, a frame. */
async function untilAbort(
	running: Promise<ToolAnswer>,
	{ clock, signal }: ToolContext,
): Promise<ToolAnswer> {
	const over = new AbortController();
	const stopped = async (): Promise<ToolAnswer> => {
		await new Promise<void>((resolve) => {
			if (signal.aborted) resolve();
			else signal.addEventListener('abort', () => resolve(), { once: true, signal: over.signal });
		});
		await clock.sleep(graceMs, over.signal);
		return failure('The run was stopped.', 'stopped');
	};
	try {
		return await Promise.race([running, stopped()]);
	} finally {
		over.abort();
		running.catch(() => undefined);
	}
}
