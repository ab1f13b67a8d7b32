import type OpenAI from 'openai';
import type { ModelAccess } from '../access.ts';
import type { AssistantMessage, Message, UserMessage } from '../../messages.ts';
import type { ModelRequest } from '../types.ts';

type Params = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming;
type ChatMessage = OpenAI.Chat.Completions.ChatCompletionMessageParam;

export const openAiUrl = 'https://api.openai.com/v1';

/** OpenAI's own newer models refuse the name every other server knows. */
export const tokenLimit = (access: ModelAccess, tokens: number) =>
	access.baseUrl === openAiUrl ? { max_completion_tokens: tokens } : { max_tokens: tokens };

/** What both protocols send. */
export const baseParams = (access: ModelAccess, maxTokens: number) =>
	({
		model: access.model,
		stream: true,
		stream_options: { include_usage: true },
		...tokenLimit(access, maxTokens),
	}) as const;

/** The request in the form of chat completions, tools as functions. */
export const toParams = (access: ModelAccess, request: ModelRequest): Params => ({
	...baseParams(access, request.maxTokens),
	messages: [
		// One: not every server takes a second system message.
		{ role: 'system', content: request.system.join('\n\n') },
		...request.messages.flatMap(toMessages),
	],
	tools: request.tools.map(({ name, description, inputSchema }) => ({
		type: 'function',
		function: { name, description, parameters: { ...inputSchema, type: 'object' } },
	})),
});

const toMessages = (message: Message): readonly ChatMessage[] =>
	message.role === 'user' ? userMessages(message) : [assistantMessage(message)];

/** Results are messages of their own, right behind the calls they answer. */
function userMessages({ content }: UserMessage): readonly ChatMessage[] {
	const results = content.flatMap((block): ChatMessage[] =>
		block.type === 'tool_result'
			? [{ role: 'tool', tool_call_id: block.callId, content: block.text }]
			: [],
	);
	const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n');
	return text === '' ? results : [...results, { role: 'user', content: text }];
}

function assistantMessage({ content }: AssistantMessage): ChatMessage {
	const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n');
	const calls = content.flatMap((block) =>
		block.type === 'tool_call'
			? [
					{
						id: block.id,
						type: 'function' as const,
						function: {
							name: block.name,
							arguments: JSON.stringify(isObject(block.input) ? block.input : {}),
						},
					},
				]
			: [],
	);
	return {
		role: 'assistant',
		content: text === '' && calls.length > 0 ? null : text,
		...(calls.length > 0 && { tool_calls: calls }),
	};
}

/** Servers take objects only; what was wrong stands in the result. */
const isObject = (value: unknown): boolean =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
