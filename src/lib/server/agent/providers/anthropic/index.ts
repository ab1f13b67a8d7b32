import type { ModelAccess } from '../access.ts';
import { ProviderError, type ModelRequest, type Provider, type ProviderEvent } from '../types.ts';
import { createClient } from './client.ts';
import { toProviderError } from './errors.ts';
import { AnswerReader } from './events.ts';
import { toParams } from './request.ts';

/** Anthropic's Messages API, or whatever speaks it at `access.baseUrl`. */
export function createAnthropicProvider(
	access: ModelAccess,
	fetch: typeof globalThis.fetch,
): Provider {
	return {
		name: 'anthropic',
		model: access.model,
		async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ProviderEvent> {
			if (access.apiKey === '') throw new ProviderError('key_missing', 'No model key is set.');
			try {
				const client = createClient(access, fetch);
				const events = await client.messages.create(toParams(access.model, request), { signal });
				const reader = new AnswerReader();
				for await (const event of events) yield* reader.read(event);
			} catch (error) {
				throw toProviderError(error, access.model, access.apiKey);
			}
		},
	};
}

export const anthropicUrl = 'https://api.anthropic.com';
export { anthropicHealth } from './health.ts';
