import type { AssistantBlock, ToolCallBlock, UserBlock } from './messages.ts';
import type { AnswerEnd } from './providers/types.ts';

/** An answer made fit for the transcript. */
export interface Turn {
	/** What goes back to the model as its own words; may be empty. */
	readonly content: readonly AssistantBlock[];
	readonly calls: readonly PlannedCall[];
	/** A call was cut by the output limit and thrown away. */
	readonly cutCall: string | undefined;
}

export interface PlannedCall {
	readonly call: ToolCallBlock;
	/** Set: the call is answered with this and not executed. */
	readonly refuse: string | undefined;
}

/**
 * Sorts an answer's blocks: empty text goes (the API refuses it), a call cut by the output limit goes, and
 * a call whose id was used before gets a new one and is not executed, since it may be the same call twice.
 *
 * @param usedIds ids of all calls so far; grows
 */
export function planTurn(
	blocks: readonly AssistantBlock[],
	end: AnswerEnd,
	usedIds: Set<string>,
): Turn {
	const last = blocks.at(-1);
	const cut = end === 'max_tokens' && last?.type === 'tool_call' ? last : undefined;
	const content: AssistantBlock[] = [];
	const calls: PlannedCall[] = [];
	for (const block of blocks) {
		if (block === cut || (block.type === 'text' && block.text.trim() === '')) continue;
		if (block.type !== 'tool_call') {
			// A paused answer is the end of the next request, and that may not end in a space.
			const isLast = end === 'pause' && block === last && block.type === 'text';
			content.push(isLast ? { ...block, text: block.text.trimEnd() } : block);
			continue;
		}
		const isKnown = usedIds.has(block.id);
		const call = isKnown ? { ...block, id: freshId(block.id, usedIds) } : block;
		usedIds.add(call.id);
		content.push(call);
		calls.push({
			call,
			refuse: isKnown
				? 'This call came with an id that was used before, so it was not executed. Send it again if it is needed.'
				: undefined,
		});
	}
	// Thinking alone is no message.
	const isEmpty = content.every((block) => block.type === 'opaque');
	return { content: isEmpty ? [] : content, calls, cutCall: cut?.name };
}

function freshId(id: string, usedIds: ReadonlySet<string>): string {
	for (let count = 2; ; count += 1) {
		const candidate = `${id}_${count}`;
		if (!usedIds.has(candidate)) return candidate;
	}
}

export const userText = (text: string): UserBlock => ({ type: 'text', text });

/** Said to a model that stops before it is done. */
export const nudges = {
	closing:
		'[This is the last step of this run: a limit is reached. Call done now and nothing else: what is done, what is not, what comes next. No other call is executed.]',
	closingPlan:
		'[This is the last step of this run: a limit is reached. Save the plan as it is with save_plan, then call done. No other call is executed.]',
	schemaChanged: (digest: string): string =>
		`[The collections changed in this run; the system prompt shows those of its start. Now they are:\n${digest}]`,
	noDone:
		'[You ended your turn without calling done. If the request is fulfilled, call done; the checks run by themselves. If not, go on.]',
	empty: '[Your answer was empty. Go on with the request, or call done.]',
	cutText: '[Your answer reached the length limit. Go on where it ends, without repeating it.]',
	cutCall: (name: string): string =>
		`[Your answer reached the length limit inside the call of ${name}; that call was not executed. Make it smaller: split a file into components, or write a first version and add to it with edit.]`,
} as const;
