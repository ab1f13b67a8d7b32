import type { Message } from '../../messages.ts';

/** Where cache markers stand. The API allows four. */
export interface Markers {
	/** Behind the part of the system prompt that all apps share (and the tools before it). */
	readonly global: boolean;
	/** Behind the app's part: always. */
	readonly blocks: ReadonlySet<object>;
}

/** A marker finds an entry at most 20 blocks before it; beyond this many an extra one goes in between. */
const manyBlocks = 15;

/**
 * Behind the tools and the shared prompt; behind the app's prompt; behind what the last request ended with, whose
 * entry is there; and rolling behind the newest block, for the next request. A step that added many blocks gets
 * one more in between, in place of the first: what is behind that is read from the entry of the app's prompt.
 */
export function markersOf(messages: readonly Message[]): Markers {
	const lastAnswer = messages.findLastIndex(({ role }) => role === 'assistant');
	const newest = lastUserBlock(messages, messages.length);
	const previous = lastUserBlock(messages, lastAnswer);
	const blocks = new Set([newest, previous].filter((block) => block !== undefined));
	const added = addedSince(messages, previous);
	const extra = added.length > manyBlocks ? added[added.length - 1 - manyBlocks] : undefined;
	if (extra === undefined || blocks.has(extra)) return { global: true, blocks };
	return { global: false, blocks: blocks.add(extra) };
}

/** The last block of the last user message before `end`. */
const lastUserBlock = (messages: readonly Message[], end: number): object | undefined =>
	messages
		.slice(0, Math.max(0, end))
		.findLast(({ role }) => role === 'user')
		?.content.at(-1);

/** What came behind a block and can carry a marker; nothing when there is no such block. */
function addedSince(messages: readonly Message[], since: object | undefined): readonly object[] {
	const all = messages.flatMap<Message['content'][number]>(({ content }) => content);
	const at = all.findIndex((block) => block === since);
	return at === -1 ? [] : all.slice(at + 1).filter(({ type }) => type !== 'opaque');
}
