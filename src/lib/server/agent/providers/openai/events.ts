import { z } from 'zod';
import type { ToolCallBlock } from '../../messages.ts';
import type { AnswerEnd, ProviderEvent } from '../types.ts';

/** The part of a chunk that is used; servers that speak this protocol differ in all the rest. */
const chunkSchema = z.object({
	choices: z
		.array(
			z.object({
				delta: z
					.object({
						content: z.string().nullish(),
						refusal: z.string().nullish(),
						reasoning: z.string().nullish().catch(undefined),
						reasoning_content: z.string().nullish(),
						tool_calls: z
							.array(
								z.object({
									index: z.number().int().nonnegative().nullish(),
									function: z
										.object({ name: z.string().nullish(), arguments: z.string().nullish() })
										.nullish(),
								}),
							)
							.nullish(),
					})
					.nullish(),
				finish_reason: z.string().nullish(),
			}),
		)
		.nullish(),
	usage: z
		.object({
			prompt_tokens: z.number().nonnegative().catch(0),
			completion_tokens: z.number().nonnegative().catch(0),
			prompt_tokens_details: z
				.object({ cached_tokens: z.number().nonnegative().nullish() })
				.nullish()
				.catch(undefined),
		})
		.nullish(),
});

interface OpenCall {
	name: string;
	json: string;
}

/** What one chunk says, in the provider-neutral words; the two protocols differ only in what they do with text. */
export interface ChatDelta {
	readonly text: string;
	readonly hidden: string;
	readonly usage: Extract<ProviderEvent, { type: 'usage' }> | undefined;
}

/** Reads the chunks of one answer. */
export class ChatReader {
	readonly #calls = new Map<number, OpenCall>();
	#refusal = '';
	#finish: string | undefined;

	/** @param chunk as the SDK gives it: parsed JSON, not validated. What does not fit says nothing. */
	read(chunk: unknown): ChatDelta {
		const parsed = chunkSchema.safeParse(chunk);
		if (!parsed.success) return { text: '', hidden: '', usage: undefined };
		const choice = parsed.data.choices?.[0];
		const delta = choice?.delta;
		this.#finish = choice?.finish_reason ?? this.#finish;
		this.#refusal += delta?.refusal ?? '';
		let hidden = delta?.reasoning_content ?? delta?.reasoning ?? '';
		for (const part of delta?.tool_calls ?? []) hidden += this.#grow(part);
		return { text: delta?.content ?? '', hidden, usage: usageOf(parsed.data.usage) };
	}

	#grow(part: {
		readonly index?: number | null | undefined;
		readonly function?:
			| {
					readonly name?: string | null | undefined;
					readonly arguments?: string | null | undefined;
			  }
			| null
			| undefined;
	}): string {
		const name = part.function?.name ?? '';
		// Without an index a name begins the next call and arguments belong to the last one.
		const at = part.index ?? Math.max(0, this.#calls.size - (name === '' ? 1 : 0));
		const call = this.#calls.get(at) ?? { name: '', json: '' };
		this.#calls.set(at, call);
		call.name += name;
		call.json += part.function?.arguments ?? '';
		return `${name}${part.function?.arguments ?? ''}`;
	}

	/** The calls in their order, once the stream is over. */
	calls(nextId: () => string): readonly ToolCallBlock[] {
		return [...this.#calls.entries()]
			.sort(([a], [b]) => a - b)
			.map(([, { name, json }]) => ({
				type: 'tool_call',
				id: nextId(),
				name,
				...parseInput(json),
			}));
	}

	/** Undefined: the stream broke off. */
	end(hasCalls: boolean): Extract<ProviderEvent, { type: 'end' }> | undefined {
		if (this.#finish === undefined) return undefined;
		if (this.#refusal.trim() !== '')
			return { type: 'end', end: 'refusal', detail: this.#refusal.slice(0, 500) };
		const end = endOf[this.#finish];
		if (end === undefined)
			return { type: 'end', end: 'unknown', detail: this.#finish.slice(0, 100) };
		// Some servers say `stop` behind calls, and some `tool_calls` behind none.
		if (end === 'end_turn' || end === 'tool_use')
			return { type: 'end', end: hasCalls ? 'tool_use' : 'end_turn' };
		return { type: 'end', end };
	}
}

const endOf: Readonly<Record<string, AnswerEnd | undefined>> = {
	stop: 'end_turn',
	tool_calls: 'tool_use',
	function_call: 'tool_use',
	length: 'max_tokens',
	content_filter: 'refusal',
};

function parseInput(json: string): { readonly input: unknown; readonly malformed?: string } {
	if (json.trim() === '') return { input: {} };
	try {
		return { input: JSON.parse(json) as unknown };
	} catch (error) {
		const why = error instanceof Error ? error.message.slice(0, 200) : 'unreadable';
		return { input: {}, malformed: why };
	}
}

/** Tokens read from the cache are part of the prompt there; our counts are disjoint. */
function usageOf(usage: z.output<typeof chunkSchema>['usage']): ChatDelta['usage'] {
	if (!usage) return undefined;
	const cached = Math.min(usage.prompt_tokens_details?.cached_tokens ?? 0, usage.prompt_tokens);
	return {
		type: 'usage',
		usage: {
			input: usage.prompt_tokens - cached,
			cacheRead: cached,
			cacheWrite: 0,
			output: usage.completion_tokens,
		},
	};
}
