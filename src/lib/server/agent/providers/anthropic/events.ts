import type Anthropic from '@anthropic-ai/sdk';
import type { AssistantBlock } from '../../messages.ts';
import type { AnswerEnd, ProviderEvent, Usage } from '../types.ts';

/** A block that is being streamed. */
type OpenBlock =
	| { readonly type: 'text'; text: string }
	| {
			readonly type: 'tool_use';
			readonly id: string;
			readonly name: string;
			json: string;
			readonly start: unknown;
	  }
	| { readonly type: 'thinking'; thinking: string; signature: string }
	| { readonly type: 'redacted_thinking'; readonly data: string }
	/** A kind this version does not know. */
	| { readonly type: 'other' };

/**
 * Turns raw stream events into provider events. Nothing is trusted: events for a block that is not open,
 * that was closed, or that came twice are passed over, and a block that never closes is never handed out.
 */
export class AnswerReader {
	readonly #open = new Map<number, OpenBlock>();
	readonly #closed = new Set<number>();
	#usage: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };
	#end: { readonly end: AnswerEnd; readonly detail?: string } | undefined;

	/** @param event as the SDK's raw iterator gives it: parsed JSON, not validated */
	*read(event: Anthropic.RawMessageStreamEvent): Generator<ProviderEvent> {
		switch (event.type) {
			case 'message_start':
				yield this.#count(event.message.usage);
				break;
			case 'content_block_start':
				if (!this.#open.has(event.index) && !this.#closed.has(event.index))
					this.#open.set(event.index, openBlock(event.content_block));
				break;
			case 'content_block_delta':
				yield* this.#grow(event.index, event.delta);
				break;
			case 'content_block_stop': {
				const block = this.#open.get(event.index);
				this.#open.delete(event.index);
				this.#closed.add(event.index);
				const closed = block && closeBlock(block);
				if (closed !== undefined) yield { type: 'block', block: closed };
				break;
			}
			case 'message_delta':
				// Not everything that speaks this protocol sends a reason with every count.
				if (typeof event.delta.stop_reason === 'string')
					this.#end = answerEnd(event.delta.stop_reason, event.delta.stop_details);
				yield this.#count(event.usage);
				break;
			case 'message_stop':
				yield { type: 'end', ...(this.#end ?? { end: 'unknown' as const }) };
				break;
			default:
				// Kinds of events not known yet carry nothing this version could use.
				break;
		}
	}

	*#grow(index: number, delta: Anthropic.RawContentBlockDelta): Generator<ProviderEvent> {
		const block = this.#open.get(index);
		if (block === undefined) return;
		if (block.type === 'text' && delta.type === 'text_delta') {
			block.text += delta.text;
			yield { type: 'text', delta: delta.text };
		} else if (block.type === 'tool_use' && delta.type === 'input_json_delta') {
			block.json += delta.partial_json;
			yield { type: 'hidden', delta: delta.partial_json };
		} else if (block.type === 'thinking' && delta.type === 'thinking_delta') {
			block.thinking += delta.thinking;
			yield { type: 'hidden', delta: delta.thinking };
		} else if (block.type === 'thinking' && delta.type === 'signature_delta') {
			block.signature += delta.signature;
		}
	}

	/** Counts on `message_delta` are cumulative: they replace the earlier ones, and null means no news. */
	#count(
		usage: Readonly<Partial<Anthropic.Usage> | Anthropic.MessageDeltaUsage> | undefined,
	): ProviderEvent {
		const before = this.#usage;
		this.#usage = {
			input: usage?.input_tokens ?? before.input,
			cacheRead: usage?.cache_read_input_tokens ?? before.cacheRead,
			cacheWrite: usage?.cache_creation_input_tokens ?? before.cacheWrite,
			output: usage?.output_tokens ?? before.output,
		};
		return { type: 'usage', usage: this.#usage };
	}
}

function openBlock(block: Anthropic.ContentBlock): OpenBlock {
	switch (block.type) {
		case 'text':
			return { type: 'text', text: block.text };
		case 'tool_use':
			return { type: 'tool_use', id: block.id, name: block.name, json: '', start: block.input };
		case 'thinking':
			return { type: 'thinking', thinking: block.thinking, signature: block.signature };
		case 'redacted_thinking':
			return { type: 'redacted_thinking', data: block.data };
		default:
			return { type: 'other' };
	}
}

function closeBlock(block: OpenBlock): AssistantBlock | undefined {
	switch (block.type) {
		case 'text':
			return { type: 'text', text: block.text };
		case 'tool_use':
			return { type: 'tool_call', id: block.id, name: block.name, ...parseInput(block) };
		case 'thinking':
		case 'redacted_thinking':
			return { type: 'opaque', block: { ...block } };
		case 'other':
			return undefined;
	}
}

/** Strict: the SDK's helper would make a partial object of truncated JSON. */
function parseInput(block: { readonly json: string; readonly start: unknown }): {
	readonly input: unknown;
	readonly malformed?: string;
} {
	if (block.json.trim() === '') return { input: block.start ?? {} };
	try {
		return { input: JSON.parse(block.json) };
	} catch (error) {
		return {
			input: {},
			malformed: error instanceof Error ? error.message.slice(0, 200) : 'unreadable',
		};
	}
}

function answerEnd(
	reason: string,
	details: Anthropic.RefusalStopDetails | null | undefined,
): { readonly end: AnswerEnd; readonly detail?: string } {
	switch (reason) {
		case 'end_turn':
		case 'tool_use':
		case 'max_tokens':
		case 'refusal': {
			const explanation = details?.explanation;
			return { end: reason, ...(explanation && { detail: explanation.slice(0, 500) }) };
		}
		case 'stop_sequence':
			return { end: 'end_turn' };
		case 'pause_turn':
			return { end: 'pause' };
		case 'model_context_window_exceeded':
			return { end: 'context_full' };
		default:
			return { end: 'unknown', detail: reason.slice(0, 100) };
	}
}
