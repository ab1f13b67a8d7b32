import type OpenAI from 'openai';
import type { ModelAccess } from '../../access.ts';
import type { AssistantBlock, Message, UserBlock } from '../../../messages.ts';
import type { ModelRequest } from '../../types.ts';
import { baseParams } from '../request.ts';
import { grammarPrompt, marks } from './grammar.ts';

/** The request for a model without tools: calls and results are text in both directions. */
export function toTextParams(
	access: ModelAccess,
	request: ModelRequest,
	nonce: string,
): OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming {
	const system = [...request.system, grammarPrompt(request.tools, nonce)].join('\n\n');
	return {
		...baseParams(access, request.maxTokens),
		// A model that begins to write results has lost the thread.
		stop: [marks(nonce).result],
		messages: [
			{ role: 'system', content: system },
			...request.messages.map((message) => ({
				role: message.role,
				content: textOf(message, nonce),
			})),
		],
	};
}

const textOf = (message: Message, nonce: string): string =>
	message.role === 'user'
		? message.content.map((block) => userText(block, nonce)).join('\n\n')
		: message.content.map((block) => assistantText(block, nonce)).join('\n');

function userText(block: UserBlock, nonce: string): string {
	if (block.type === 'text') return block.text;
	const { result, resultEnd } = marks(nonce);
	return `${result} call="${block.callId}" ${block.isError ? 'failed' : 'ok'}>\n${block.text}\n${resultEnd}`;
}

/** A call as the model should have written it, whatever it did write. */
function assistantText(block: AssistantBlock, nonce: string): string {
	switch (block.type) {
		case 'text':
			return block.text;
		case 'opaque':
			return '';
		case 'tool_call': {
			const { call, callEnd, argument, argumentEnd } = marks(nonce);
			const input = typeof block.input === 'object' && block.input !== null ? block.input : {};
			const lines = Object.entries(input).map(
				([name, value]) => `${argument}${name}">${argumentText(value)}${argumentEnd}`,
			);
			return [`${call}${block.name}">`, ...lines, callEnd].join('\n');
		}
	}
}

function argumentText(value: unknown): string {
	if (typeof value !== 'string') return JSON.stringify(value);
	// One line break behind each mark is not part of the value.
	return /^\n|\n/.test(value) ? `\n${value}${value.endsWith('\n') ? '' : '\n'}` : value;
}
