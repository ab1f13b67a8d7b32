/** The conversation with a model, in no provider's dialect. Append-only within a run. */
export type Message = UserMessage | AssistantMessage;

export interface UserMessage {
	readonly role: 'user';
	/** Tool results first: every call of the previous answer has exactly one. */
	readonly content: readonly UserBlock[];
}
export interface AssistantMessage {
	readonly role: 'assistant';
	readonly content: readonly AssistantBlock[];
}

export type UserBlock = TextBlock | ToolResultBlock;
export type AssistantBlock = TextBlock | ToolCallBlock | OpaqueBlock;

export interface TextBlock {
	readonly type: 'text';
	/** Never empty. */
	readonly text: string;
}
export interface ToolCallBlock {
	readonly type: 'tool_call';
	/** Unique in the run. */
	readonly id: string;
	readonly name: string;
	/** As the model wrote it; checked against the tool's schema before anything happens. */
	readonly input: unknown;
	/** Why the input could not even be parsed. */
	readonly malformed?: string;
}
export interface ToolResultBlock {
	readonly type: 'tool_result';
	readonly callId: string;
	readonly text: string;
	readonly isError: boolean;
	/** Base64; for models that can see. */
	readonly image?: { readonly mediaType: 'image/jpeg'; readonly data: string };
}
/** A block only its provider understands (thinking with its signature): returned exactly as it came. */
export interface OpaqueBlock {
	readonly type: 'opaque';
	readonly block: Readonly<Record<string, unknown>>;
}
