import type { AssistantBlock, Message } from '../messages.ts';

export interface ToolSpec {
	readonly name: string;
	readonly description: string;
	/** JSON Schema of an object. */
	readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** One call of a model. `tools` and `system` are the same for the whole run: they are the cached prefix. */
export interface ModelRequest {
	readonly tools: readonly ToolSpec[];
	/** Global part, then the app's part. */
	readonly system: readonly string[];
	readonly messages: readonly Message[];
	readonly maxTokens: number;
}

/** Tokens of one answer; the three input counts are disjoint. */
export interface Usage {
	readonly input: number;
	readonly cacheRead: number;
	readonly cacheWrite: number;
	readonly output: number;
}

export const totalTokens = ({ input, cacheRead, cacheWrite, output }: Usage): number =>
	input + cacheRead + cacheWrite + output;

export type AnswerEnd =
	| 'end_turn'
	| 'tool_use'
	| 'max_tokens'
	| 'refusal'
	| 'pause'
	| 'context_full'
	/** A value this version does not know. */
	| 'unknown';

/** What a provider tells while a model answers; every event is content, so a watchdog may count them. */
export type ProviderEvent =
	| { readonly type: 'text'; readonly delta: string }
	/** Text that is not shown grows: thinking, or a tool's input. */
	| { readonly type: 'hidden'; readonly delta: string }
	/** One block is closed, in the order of the answer. */
	| { readonly type: 'block'; readonly block: AssistantBlock }
	/** The newest counts, cumulative. */
	| { readonly type: 'usage'; readonly usage: Usage }
	/** The answer is complete. A stream without this one was cut, whatever else came. */
	| { readonly type: 'end'; readonly end: AnswerEnd; readonly detail?: string };

/** Where answers come from. */
export interface Provider {
	readonly name: string;
	readonly model: string;
	/** Tokens of a request and its answer, when it is known. */
	readonly contextTokens?: number;
	/**
	 * Asks once, without retrying. Aborting `signal` closes the connection.
	 * @throws ProviderError for whatever the provider answers instead
	 */
	stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ProviderEvent>;
}

export type ProviderFailure =
	| 'key_missing'
	| 'key_rejected'
	| 'model_unknown'
	/** The request was refused as wrong; asking again does not help. */
	| 'invalid_request'
	| 'context_full'
	| 'rate_limited'
	| 'overloaded'
	| 'server_error'
	/** No connection, or it broke before the answer was complete. */
	| 'connection';

/** `message` is public: never a header, a key or a request body. */
export class ProviderError extends Error {
	override readonly name = 'ProviderError';
	readonly failure: ProviderFailure;
	/** Milliseconds the provider asks to wait. */
	readonly retryAfterMs: number | undefined;

	constructor(failure: ProviderFailure, message: string, retryAfterMs?: number) {
		super(message);
		this.failure = failure;
		this.retryAfterMs = retryAfterMs;
	}
}

/** May the same request succeed a moment later? */
export const isTransient = (failure: ProviderFailure): boolean =>
	failure === 'rate_limited' ||
	failure === 'overloaded' ||
	failure === 'server_error' ||
	failure === 'connection';
