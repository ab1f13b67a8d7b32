import { createHash } from 'node:crypto';
import type { LoopGuard } from './guard.ts';
import type { ToolCallBlock, UserBlock } from './messages.ts';
import type { Stop } from './stop.ts';
import { abortReason, isAborted } from './stop.ts';
import {
	callTitle,
	failure,
	isMutating,
	isParallel,
	isToolName,
	toolDefinitions,
	type ToolAnswer,
	type ToolContext,
	type ToolRunner,
} from './tools/index.ts';
import type { PlannedCall } from './turn.ts';

/**
 * After an abort a tool has so long to come to its own end; then its answer is not waited for. One that changes the app
 * is at work, and what it does is to stand in the log and in the restore point (waiting for a person ends at once).
 */
const graceMs = { looks: 700, changes: 30_000 } as const;

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

/**
 * Executes the calls of one answer: what only looks runs side by side, whatever writes runs alone, and results stand
 * in the order of the calls. Nothing is executed after `done`.
 */
export async function runCalls(
	calls: readonly PlannedCall[],
	ports: CallPorts,
): Promise<CallsOutcome> {
	const { context } = ports;
	const blocks: UserBlock[] = [];
	let waiting: CallsOutcome['waiting'];
	for (const group of groupsOf(calls)) {
		if (isAborted(context.signal) && !waiting)
			return { blocks, stop: { reason: abortReason(context.signal) } };
		const startedAt = context.clock.now();
		const refuse = waiting && notExecuted;
		const results = await settleAll(
			group.map((planned) => runCall(planned.call, refuse ?? planned.refuse, ports)),
		);
		for (const [at, result] of results.entries()) {
			const call = group[at]?.call;
			if (call === undefined) continue;
			if (result === 'waiting') {
				waiting = { call, startedAt, at: blocks.length };
				continue;
			}
			const { block, stop } = judge(call, result, ports);
			blocks.push(block);
			// A call that waits has to be kept first: its end comes with the answer, or with the stop.
			if (waiting) continue;
			if (isAborted(context.signal))
				return { blocks, stop: { reason: abortReason(context.signal) } };
			if (context.state.done !== undefined) return { blocks };
			if (stop !== undefined) return { blocks, stop };
		}
	}
	return { blocks, ...(waiting && { waiting }) };
}

/** Calls that may run side by side, at most. */
const maxParallel = 8;

/** Neighbours that write nothing, together; every other call by itself. */
function groupsOf(calls: readonly PlannedCall[]): readonly (readonly PlannedCall[])[] {
	const groups: PlannedCall[][] = [];
	let isOpen = false;
	for (const planned of calls) {
		const { name } = planned.call;
		const onlyLooks = isToolName(name) && isParallel(toolDefinitions[name]);
		const last = groups.at(-1);
		if (onlyLooks && isOpen && last !== undefined && last.length < maxParallel) last.push(planned);
		else groups.push([planned]);
		isOpen = onlyLooks;
	}
	return groups;
}

/** All have ended when it resolves, also when one fails: no event comes after the end of a run. */
async function settleAll<T>(running: readonly Promise<T>[]): Promise<readonly T[]> {
	const settled = await Promise.allSettled(running);
	return settled.map((one) => {
		if (one.status === 'rejected') throw one.reason;
		return one.value;
	});
}

/** The result as the model gets it, and whether the run goes in circles. */
function judge(
	call: ToolCallBlock,
	result: ToolAnswer,
	{ guard }: CallPorts,
): { readonly block: UserBlock; readonly stop: Stop | undefined } {
	const progress = result.ok && kindOf(call) === 'changes';
	const { hint, stop } = guard.observe(call, result, progress);
	return {
		block: {
			type: 'tool_result',
			callId: call.id,
			text: `${result.text === '' ? '(empty)' : result.text}${hint === undefined ? '' : `\n[${hint}]`}`,
			isError: !result.ok,
			...(result.image && { image: result.image }),
		},
		stop,
	};
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
				? await untilAbort(runTool(call, context), graceMs[kindOf(call)], context)
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

const kindOf = ({ name }: ToolCallBlock): keyof typeof graceMs =>
	isToolName(name) && isMutating(toolDefinitions[name]) ? 'changes' : 'looks';

/** A stop must not hang on a tool that waits: for a click, a build, a frame. */
async function untilAbort(
	running: Promise<ToolAnswer>,
	ms: number,
	{ clock, signal }: ToolContext,
): Promise<ToolAnswer> {
	const over = new AbortController();
	const stopped = async (): Promise<ToolAnswer> => {
		await new Promise<void>((resolve) => {
			if (signal.aborted) resolve();
			else signal.addEventListener('abort', () => resolve(), { once: true, signal: over.signal });
		});
		await clock.sleep(ms, over.signal);
		return failure('The run was stopped.', 'stopped');
	};
	try {
		return await Promise.race([running, stopped()]);
	} finally {
		over.abort();
		running.catch(() => undefined);
	}
}
