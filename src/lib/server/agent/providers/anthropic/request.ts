import type Anthropic from '@anthropic-ai/sdk';
import type { AssistantBlock, Message, UserBlock } from '../../messages.ts';
import type { ModelRequest } from '../types.ts';

type Marker = { readonly cache_control?: { readonly type: 'ephemeral' } };
const marker: Marker = { cache_control: { type: 'ephemeral' } };

/**
 * The request in the Messages API's form. Keys are always written in the same order: the prompt cache
 * compares bytes. Four cache markers, the most that are allowed: behind each part of the system prompt
 * (which covers the tools), and on the last two user messages, so that the entry written by the previous
 * call is found however many blocks were added since (a marker looks back only 20).
 */
export function toParams(
	model: string,
	{ tools, system, messages, maxTokens }: ModelRequest,
): Anthropic.MessageCreateParamsStreaming {
	const marked = new Set<Message>(messages.filter((message) => message.role === 'user').slice(-2));
	return {
		model,
		max_tokens: maxTokens,
		stream: true,
		tools: tools.map(({ name, description, inputSchema }) => ({
			name,
			description,
			input_schema: { ...inputSchema, type: 'object' },
		})),
		system: system.slice(0, 2).map((text) => ({ type: 'text', text, ...marker })),
		messages: messages.map((message) => toMessage(message, marked.has(message))),
	};
}

function toMessage(message: Message, isMarked: boolean): Anthropic.MessageParam {
	if (message.role === 'assistant')
		return { role: 'assistant', content: message.content.map(toAssistantBlock) };
	const last = message.content.length - 1;
	return {
		role: 'user',
		content: message.content.map((block, index) =>
			toUserBlock(block, isMarked && index === last ? marker : {}),
		),
	};
}

function toUserBlock(block: UserBlock, mark: Marker): Anthropic.ContentBlockParam {
	if (block.type === 'text') return { type: 'text', text: block.text, ...mark };
	return {
		type: 'tool_result',
		tool_use_id: block.callId,
		content: block.text,
		...(block.isError && { is_error: true }),
		...mark,
	};
}

function toAssistantBlock(block: AssistantBlock): Anthropic.ContentBlockParam {
	switch (block.type) {
		case 'text':
			return { type: 'text', text: block.text };
		case 'tool_call':
			// The API takes objects only; what was wrong stands in the result.
			return {
				type: 'tool_use',
				id: block.id,
				name: block.name,
				input: isObject(block.input) ? block.input : {},
			};
		case 'opaque':
			return opaque(block.block);
	}
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Came from the API and goes back unchanged; its form is the API's business. */
const opaque = (block: Readonly<Record<string, unknown>>): Anthropic.ContentBlockParam => {
	const { type } = block;
	if (type === 'thinking')
		return {
			type,
			thinking: String(block['thinking']),
			signature: String(block['signature']),
		};
	if (type === 'redacted_thinking') return { type, data: String(block['data']) };
	throw new TypeError('A block that is not thinking cannot be returned.');
};
