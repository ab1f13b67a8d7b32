import type { Conversation } from './conversation.ts';
import { estimateMessages } from './estimate.ts';
import type { Message, ToolCallBlock } from './messages.ts';
import type { RunSink } from './ports.ts';
import type { RunState } from './tools/index.ts';

/** Room that is left free besides that of the answer: estimates are estimates. */
const margin = 0.05;
/** The newest part that stays as it is, as a share of the room: cut well below the limit, so that cuts are rare. */
const keptShare = 0.25;
/** What frees less is not worth a lost cache: then everything goes. */
const leastFreed = 0.1;

/** Tokens a request may have. */
export const roomFor = (contextTokens: number, maxTokens: number): number =>
	Math.max(0, Math.floor(contextTokens * (1 - margin)) - maxTokens);

/**
 * The newest messages that fit into `tokens`, beginning with an answer of the model, so that no call is parted
 * from its result. Attempts that failed whole are left out, unless they are the newest.
 */
export function keptTail(messages: readonly Message[], tokens: number): readonly Message[] {
	let start = messages.length;
	for (let at = messages.length - 1; at > 0; at -= 1) {
		if (messages[at]?.role !== 'assistant' || messages[at - 1]?.role !== 'user') continue;
		if (estimateMessages(messages.slice(at)) > tokens) break;
		start = at;
	}
	return withoutFailures(messages.slice(start));
}

function withoutFailures(messages: readonly Message[]): readonly Message[] {
	return messages.filter((message, at) => {
		if (at >= messages.length - 2) return true;
		const answer = message.role === 'assistant' ? message : messages[at - 1];
		const reply = message.role === 'assistant' ? messages[at + 1] : message;
		return !isFailedAttempt(answer, reply);
	});
}

function isFailedAttempt(answer: Message | undefined, reply: Message | undefined): boolean {
	if (answer?.role !== 'assistant' || reply?.role !== 'user') return false;
	const calls = answer.content.filter(({ type }) => type === 'tool_call');
	return (
		calls.length > 0 &&
		reply.content.every((block) => block.type === 'tool_result' && block.isError) &&
		reply.content.length === calls.length
	);
}

export interface CompactionParts {
	readonly sink: RunSink;
	readonly state: RunState;
	/** Tokens a request may have. */
	readonly room: number;
	/** System prompt and first message as they are now, with what happened so far. */
	readonly reopen: (
		words: string,
		withDiff: boolean,
	) => Promise<{ readonly system: readonly string[]; readonly first: Message }>;
}

/**
 * Shortens a conversation: first to what happened so far and its newest part, a second time (or when that frees
 * too little) to what happened so far alone.
 *
 * @returns false when it cannot be made shorter
 */
export async function compact(
	conversation: Conversation,
	cause: 'overflow' | 'context_full',
	{ sink, state, room, reopen }: CompactionParts,
): Promise<boolean> {
	const before = conversation.size();
	const old = conversation.messages;
	const words = spokenIn(old);
	for (const how of ['summary', 'reset'] as const) {
		if (how === 'summary' && state.compactions > 0) continue;
		if (how === 'reset' && state.compactions > 1) return false;
		const tail = how === 'summary' ? keptTail(old, room * keptShare) : [];
		if (how === 'summary' && tail.length === 0) continue;
		const { system, first } = await reopen(words, how === 'reset');
		const messages = [first, ...tail];
		const after = before - estimateMessages(old) + estimateMessages(messages);
		const isEnough = before - after >= before * leastFreed && after < room;
		if (!isEnough) continue;
		conversation.replace(system, messages);
		state.compactions = how === 'summary' ? 1 : 2;
		forgetUnseen(state, tail);
		await sink.emit({ type: 'compacted', cause, how, before, after });
		return true;
	}
	return false;
}

/** What the model said, without calls. */
const spokenIn = (messages: readonly Message[]): string =>
	messages
		.filter((message) => message.role === 'assistant')
		.flatMap(({ content }) =>
			content.flatMap((block) => (block.type === 'text' ? [block.text.trim()] : [])),
		)
		.join('\n');

/** A file whose text is no longer in the conversation has to be read again before it is changed. */
function forgetUnseen(state: RunState, tail: readonly Message[]): void {
	const calls = tail.flatMap(({ content }) =>
		content.filter((block): block is ToolCallBlock => block.type === 'tool_call'),
	);
	const shown = new Set(
		calls.flatMap(({ input }) => {
			const path =
				typeof input === 'object' && input !== null && 'path' in input ? input.path : undefined;
			return typeof path === 'string' ? [path] : [];
		}),
	);
	for (const path of state.seen.keys()) if (!shown.has(path)) state.seen.delete(path);
}
