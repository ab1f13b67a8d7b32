import { createHash } from 'node:crypto';
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
	/** A call a person has to answer: its result belongs after the first `at` blocks. */
	readonly waiting?: {
		readonly call: ToolCallBlock;
		readonly startedAt: number;
		readonly at: number;
	};
}

const notExecuted =
	'Not executed: the person was asked something first. Send it again if it is still needed.';

/** Executes the calls of one answer, one after another. Nothing is executed after `done`. */
export async function runCalls(
	calls: readonly PlannedCall[],
	ports: CallPorts,
): Promise<CallsOutcome> {
	const { context, guard } = ports;
	const blocks: UserBlock[] = [];
	let waiting: CallsOutcome['waiting'];
	for (const { call, refuse } of calls) {
		if (isAborted(context.signal) && !waiting)
			return { blocks, stop: { reason: abortReason(context.signal) } };
		const startedAt = context.clock.now();
		const result = await runCall(call, waiting ? notExecuted : refuse, ports);
		if (result === 'waiting') {
			waiting = { call, startedAt, at: blocks.length };
			continue;
		}
		const progress = result.ok && isToolName(call.name) && isMutating(toolDefinitions[call.name]);
		const verdict = guard.observe(call, result, progress);
		const hint = verdict.hint === undefined ? '' : `\n[${verdict.hint}]`;
		blocks.push({
			type: 'tool_result',
			callId: call.id,
			text: `${result.text === '' ? '(empty)' : result.text}${hint}`,
			isError: !result.ok,
		});
		// A call that waits has to be kept first: its end comes with the answer, or with the stop.
		if (waiting) continue;
		if (isAborted(context.signal)) return { blocks, stop: { reason: abortReason(context.signal) } };
		if (context.state.done !== undefined) return { blocks };
		if (verdict.stop !== undefined) return { blocks, stop: verdict.stop };
	}
	return { blocks, ...(waiting && { waiting }) };
}

/** Every `tool_started` in the log has its `tool_finished`; that of a waiting call comes with the answer. */
async function runCall(
	call: ToolCallBlock,
	refuse: string | undefined,
	{ context, runTool }: CallPorts,
): Promise<ToolAnswer | 'waiting'> {
	const { sink, clock, signal } = context;
	const start = clock.now();
	const name = call.name.slice(0, 100);
	const argsHash = hashOf(JSON.stringify(call.input ?? null));
	await sink.emit({
		type: 'tool_started',
		callId: call.id,
		name,
		title: callTitle(call),
		argsHash,
	});
	let result: ToolAnswer;
	try {
		result =
			refuse === undefined
				? await untilAbort(runTool(call, context), context)
				: failure(refuse, 'not executed');
	} catch (error) {
		const summary = signal.aborted ? 'stopped' : 'failed on the server';
		await finishCall(call, failure(summary, summary), start, context);
		throw error;
	}
	if (context.state.waiting !== undefined && refuse === undefined) return 'waiting';
	await finishCall(call, result, start, context);
	return result;
}

/** Tells the log how a call ended. @param startedAt as of the run's clock */
export async function finishCall(
	call: ToolCallBlock,
	{ ok, text, summary, detail }: ToolAnswer,
	startedAt: number,
	{ sink, clock }: Pick<ToolContext, 'sink' | 'clock'>,
): Promise<void> {
	const event = {
		type: 'tool_finished' as const,
		callId: call.id,
		name: call.name.slice(0, 100),
		ok,
		summary,
		...(detail !== undefined && { detail }),
		ms: Math.max(0, clock.now() - startedAt),
	};
	const argsHash = hashOf(JSON.stringify(call.input ?? null));
	await sink.emit(event, { argsHash, resultHash: hashOf(text) });
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

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
