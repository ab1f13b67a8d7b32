import type { WaitingFor } from '#lib/contracts/index.ts';
import type { Message, ToolCallBlock, UserBlock } from './messages.ts';
import type { Clock, RunSink } from './ports.ts';
import type { Usage } from './providers/types.ts';
import { finishCall } from './run-calls.ts';
import { createRunState, type RunState } from './tools/index.ts';

/** What a run has spent; time waiting for a person does not count. */
export interface Spent {
	readonly usage: Usage;
	readonly steps: number;
	/** Milliseconds. */
	readonly ms: number;
}

/**
 * Everything a run that waits for a person needs to go on, in a form that survives a restart. The last message
 * is the answer of the model that holds the waiting call.
 */
export interface ParkedRun {
	readonly waitingFor: WaitingFor;
	/** That was asked so far; absent in a run of an older version. */
	readonly model?: string;
	/** The call the person answers. */
	readonly call: ToolCallBlock;
	readonly startedAt: number;
	readonly system: readonly string[];
	readonly messages: readonly Message[];
	readonly usedIds: readonly string[];
	/** Results of the other calls of that answer: before the waiting one, and after it; then what is said to all of them. */
	readonly before: readonly UserBlock[];
	readonly after: readonly UserBlock[];
	readonly state: RunState;
	readonly spent: Spent;
}

/** What the person said to a parked run. */
export interface ParkedAnswer {
	/** For the model. */
	readonly text: string;
	/** For people. */
	readonly summary: string;
	/** False: declined, or nobody will answer any more. */
	readonly ok: boolean;
}

export interface Resume {
	readonly parked: ParkedRun;
	readonly answer: ParkedAnswer;
}

/** As JSON. Maps and sets are members of the state only; what a model wrote is never read as one. */
export function freezeRun(parked: ParkedRun): string {
	const state = Object.entries(parked.state).map(([key, value]: [string, unknown]) => {
		if (value instanceof Map) return [key, 'map', [...(value as Map<unknown, unknown>)]];
		if (value instanceof Set) return [key, 'set', [...(value as Set<unknown>)]];
		return [key, 'plain', value];
	});
	return JSON.stringify({ ...parked, state });
}

/** @param text of `freezeRun`, perhaps of an older version: what it does not have is as at the beginning */
export function thawRun(text: string): ParkedRun {
	const parked = JSON.parse(text) as Omit<ParkedRun, 'state'> & {
		readonly state: readonly (readonly [string, string, unknown])[];
	};
	const state = parked.state.map(([key, kind, value]) => {
		if (kind === 'map') return [key, new Map(value as [unknown, unknown][])];
		return [key, kind === 'set' ? new Set(value as unknown[]) : (value ?? undefined)];
	});
	return { ...parked, state: { ...createRunState(), ...Object.fromEntries(state) } as RunState };
}

/** The conversation of a parked run, with the answer in its place. */
export function resumed({ parked, answer }: Resume): {
	readonly system: readonly string[];
	readonly messages: Message[];
	readonly usedIds: Set<string>;
} {
	const result: UserBlock = {
		type: 'tool_result',
		callId: parked.call.id,
		text: answer.text,
		isError: !answer.ok,
	};
	const content = [...parked.before, result, ...parked.after];
	return {
		system: parked.system,
		messages: [...parked.messages, { role: 'user', content }],
		usedIds: new Set(parked.usedIds),
	};
}

/** The waiting call ends, once; what was said is kept through each shortening of the conversation. */
export async function finishParked(
	{ parked, answer }: Resume,
	{ answered, declined }: RunState,
	ports: { readonly sink: RunSink; readonly clock: Clock },
): Promise<void> {
	const { waitingFor } = parked;
	if (answer.ok) answered.push(...answer.text.split('\n'));
	else if (waitingFor.kind === 'secret') declined.push(`The secret ${waitingFor.name}`);
	else declined.push(...waitingFor.questions.map(({ title }) => title));
	await finishCall(parked.call, answer, parked.startedAt, ports);
}
