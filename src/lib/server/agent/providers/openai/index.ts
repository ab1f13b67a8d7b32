import type { ModelAccess } from '../access.ts';
import type { AssistantBlock } from '../../messages.ts';
import { ProviderError, type ModelRequest, type Provider, type ProviderEvent } from '../types.ts';
import { createCallIds } from './call-ids.ts';
import { createClient } from './client.ts';
import { toProviderError } from './errors.ts';
import { ChatReader } from './events.ts';
import { openAiUrl, toParams } from './request.ts';
import { CallParser, toTextParams } from './text/index.ts';

export interface OpenAiOptions {
	/** `tools`: calls are a part of the protocol. `text`: the model writes them, for models that know no tools. */
	readonly protocol: 'tools' | 'text';
	/** In the marks of written calls, so that nothing a model merely quotes is one: not guessable, letters and digits. */
	readonly nonce: string;
}

/** Whatever speaks OpenAI's chat completions at `access.baseUrl`. A key is needed only at OpenAI's own address. */
export function createOpenAiProvider(
	access: ModelAccess,
	{ protocol, nonce }: OpenAiOptions,
	fetch: typeof globalThis.fetch,
): Provider {
	const idsAfter = createCallIds();
	return {
		name: 'openai',
		model: access.model,
		async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ProviderEvent> {
			if (access.apiKey === '' && access.baseUrl === openAiUrl)
				throw new ProviderError('key_missing', 'No model key is set.');
			try {
				const client = createClient(access, fetch);
				const params =
					protocol === 'text' ? toTextParams(access, request, nonce) : toParams(access, request);
				const chunks = await client.chat.completions.create(params, { signal });
				const nextId = idsAfter(request.messages);
				const parser =
					protocol === 'text' ? new CallParser(request.tools, nonce, nextId) : new PlainText();
				yield* readAnswer(chunks, parser, nextId);
			} catch (error) {
				throw toProviderError(error, access.model, access.apiKey);
			}
		},
	};
}

/** What becomes of an answer's text. */
interface TextParser {
	add(text: string): Iterable<ProviderEvent>;
	/** @param isCut the answer reached its length limit */
	close(isCut: boolean): Iterable<Extract<ProviderEvent, { type: 'text' | 'block' }>>;
}

class PlainText implements TextParser {
	#text = '';
	*add(text: string): Generator<ProviderEvent> {
		this.#text += text;
		yield { type: 'text', delta: text };
	}
	*close(): Generator<Extract<ProviderEvent, { type: 'block' }>> {
		if (this.#text !== '') yield { type: 'block', block: { type: 'text', text: this.#text } };
	}
}

async function* readAnswer(
	chunks: AsyncIterable<unknown>,
	parser: TextParser,
	nextId: () => string,
): AsyncGenerator<ProviderEvent> {
	const reader = new ChatReader();
	let hasCalls = false;
	const note = (block: AssistantBlock): void => void (hasCalls ||= block.type === 'tool_call');
	for await (const chunk of chunks) {
		const { text, hidden, usage } = reader.read(chunk);
		if (text !== '')
			for (const event of parser.add(text)) {
				if (event.type === 'block') note(event.block);
				yield event;
			}
		if (hidden !== '') yield { type: 'hidden', delta: hidden };
		if (usage) yield usage;
	}
	// What came is known to be whole only now.
	if (reader.end(hasCalls) === undefined) return;
	for (const event of parser.close(reader.end(hasCalls)?.end === 'max_tokens')) {
		if (event.type === 'block') note(event.block);
		yield event;
	}
	for (const block of reader.calls(nextId)) {
		note(block);
		yield { type: 'block', block };
	}
	const end = reader.end(hasCalls);
	if (end) yield end;
}

export { openAiHealth } from './health.ts';
export { openAiUrl } from './request.ts';
