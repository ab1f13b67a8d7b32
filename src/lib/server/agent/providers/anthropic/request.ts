import type Anthropic from '@anthropic-ai/sdk';
import { sortKeys } from '../../canonical.ts';
import type { AssistantBlock, Message, UserBlock } from '../../messages.ts';
import type { ModelRequest } from '../types.ts';
import { markersOf } from './markers.ts';

type Marker = { readonly cache_control?: { readonly type: 'ephemeral' } };
const marker: Marker = { cache_control: { type: 'ephemeral' } };

/** The request in the Messages API's form. Keys are always written in the same order: the prompt cache compares bytes. */
export function toParams(
	model: string,
	{ tools, system, messages, maxTokens }: ModelRequest,
): Anthropic.MessageCreateParamsStreaming {
	const { global, blocks } = markersOf(messages);
	const markOf = (block: object): Marker => (blocks.has(block) ? marker : {});
	return {
		model,
		max_tokens: maxTokens,
		stream: true,
		tools: tools.map(({ name, description, inputSchema }) => ({
			name,
			description,
			input_schema: { ...inputSchema, type: 'object' },
		})),
		system: system.map((text, index) => ({
			type: 'text',
			text,
			...(index === system.length - 1 || (index === 0 && global) ? marker : {}),
		})),
		messages: messages.map((message) => toMessage(message, markOf)),
	};
}

function toMessage(message: Message, markOf: (block: object) => Marker): Anthropic.MessageParam {
	return message.role === 'assistant'
		? {
				role: 'assistant',
				content: message.content.map((block) => toAssistantBlock(block, markOf(block))),
			}
		: { role: 'user', content: message.content.map((block) => toUserBlock(block, markOf(block))) };
}

function toUserBlock(block: UserBlock, mark: Marker): Anthropic.ContentBlockParam {
	if (block.type === 'text') return { type: 'text', text: block.text, ...mark };
	return {
		type: 'tool_result',
		tool_use_id: block.callId,
		content: block.image
			? [
					{ type: 'text', text: block.text },
					{
						type: 'image',
						source: { type: 'base64', media_type: block.image.mediaType, data: block.image.data },
					},
				]
			: block.text,
		...(block.isError && { is_error: true }),
		...mark,
	};
}

function toAssistantBlock(block: AssistantBlock, mark: Marker): Anthropic.ContentBlockParam {
	switch (block.type) {
		case 'text':
			return { type: 'text', text: block.text, ...mark };
		case 'tool_call':
			// The API takes objects only; what was wrong stands in the result.
			return {
				type: 'tool_use',
				id: block.id,
				name: block.name,
				input: isObject(block.input) ? sortKeys(block.input) : {},
				...mark,
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
