import type { Message } from '../../messages.ts';

const pattern = /^call_(\d{1,9})$/;

/**
 * Ids for the calls of a run. Servers leave them out, or begin again at `call_0` with each answer; an id must be
 * used once in a run, also when its conversation was shortened or is gone on with by another process.
 */
export function createCallIds(): (messages: readonly Message[]) => () => string {
	let last = 0;
	return (messages) => {
		for (const { content } of messages)
			for (const block of content)
				if (block.type === 'tool_call')
					last = Math.max(last, Number(pattern.exec(block.id)?.[1] ?? 0));
		return () => `call_${(last += 1)}`;
	};
}
