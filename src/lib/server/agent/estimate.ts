import type { Message, UserBlock, AssistantBlock } from './messages.ts';
import type { ModelRequest, ToolSpec } from './providers/types.ts';

/** Bytes of English or code that make one token, on the low side: an estimate errs towards too many. */
const bytesPerToken = 3.5;
const imageTokens = 1600;
/** Around each message. */
const overhead = 4;

/** Tokens of a text, estimated. */
export const estimateText = (text: string): number =>
	Math.ceil(Buffer.byteLength(text) / bytesPerToken);

const blockTokens = (block: UserBlock | AssistantBlock): number => {
	switch (block.type) {
		case 'text':
			return estimateText(block.text);
		case 'tool_call':
			return estimateText(block.name + JSON.stringify(block.input ?? {}));
		case 'tool_result':
			return estimateText(block.text) + (block.image === undefined ? 0 : imageTokens);
		case 'opaque':
			return estimateText(JSON.stringify(block.block));
	}
};

export const estimateMessages = (messages: readonly Message[]): number =>
	messages.reduce(
		(sum, { content }) =>
			content.reduce((inner, block) => inner + blockTokens(block), sum + overhead),
		0,
	);

/** The tools do not change: counted once. */
const toolTokens = new WeakMap<readonly ToolSpec[], number>();

/** Input tokens of a whole request, estimated. */
export function estimateRequest({
	tools,
	system,
	messages,
}: Pick<ModelRequest, 'tools' | 'system' | 'messages'>): number {
	const known = toolTokens.get(tools) ?? estimateText(JSON.stringify(tools));
	toolTokens.set(tools, known);
	return known + estimateText(system.join('')) + estimateMessages(messages);
}
