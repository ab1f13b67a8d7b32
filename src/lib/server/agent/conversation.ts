import { estimateMessages, estimateRequest } from './estimate.ts';
import type { Message } from './messages.ts';
import { totalTokens, type ToolSpec, type Usage } from './providers/types.ts';

/** Tokens of the next request: all of them, and those the last request did not have. */
export interface Projection {
	readonly total: number;
	readonly fresh: number;
}

/** The share of our estimate below which a provider's count is not believed. */
const leastCounted = 0.5;

/**
 * What is sent to the model: grows at its end and is shortened only as a whole, so that its beginning stays
 * cached. Knows how large it is: exactly up to the last answer, estimated from there.
 */
export class Conversation {
	readonly #tools: readonly ToolSpec[];
	readonly usedIds: Set<string>;
	#system: readonly string[];
	#messages: Message[];
	/** Tokens of the last exchange as the provider counted them, and the messages there were behind it. */
	#exact: { readonly tokens: number; readonly messages: number } | undefined;

	constructor(
		tools: readonly ToolSpec[],
		system: readonly string[],
		messages: readonly Message[],
		usedIds: ReadonlySet<string> = new Set(),
	) {
		this.#tools = tools;
		this.#system = system;
		this.#messages = [...messages];
		this.usedIds = new Set(usedIds);
	}

	get system(): readonly string[] {
		return this.#system;
	}
	/** Only appended to by who gets it. */
	get messages(): Message[] {
		return this.#messages;
	}

	/** The model's answer, with the counts of its exchange. */
	answered(content: Extract<Message, { role: 'assistant' }>['content'], usage: Usage): void {
		if (content.length > 0) this.#messages.push({ role: 'assistant', content });
		// A provider that counts nothing, or not what it has cached, is no measure.
		const tokens = Math.max(totalTokens(usage), Math.floor(this.size() * leastCounted));
		this.#exact = { tokens, messages: this.#messages.length };
	}

	projection(): Projection {
		if (this.#exact === undefined) {
			const total = estimateRequest({
				tools: this.#tools,
				system: this.#system,
				messages: this.#messages,
			});
			return { total, fresh: total };
		}
		const fresh = estimateMessages(this.#messages.slice(this.#exact.messages));
		return { total: this.#exact.tokens + fresh, fresh };
	}

	/** Estimated, whatever is known: to compare before and after. */
	size(): number {
		return estimateRequest({
			tools: this.#tools,
			system: this.#system,
			messages: this.#messages,
		});
	}

	/** Begins anew with these; nothing of it is cached. */
	replace(system: readonly string[], messages: readonly Message[]): void {
		this.#system = system;
		this.#messages = [...messages];
		this.#exact = undefined;
	}
}
