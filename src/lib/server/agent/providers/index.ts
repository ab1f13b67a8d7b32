import { randomUUID } from 'node:crypto';
import { modelAccess, type ModelConfig, type ProviderHealth } from './access.ts';
import { anthropicHealth, anthropicUrl, createAnthropicProvider } from './anthropic/index.ts';
import { createOpenAiProvider, openAiHealth, openAiUrl } from './openai/index.ts';
import { createStarterProvider } from './starter/index.ts';
import type { Provider } from './types.ts';

/**
 * The provider a builder is set up for. A missing or wrong key shows when it is asked: the run then ends
 * with that reason.
 *
 * @param fetch the one way out
 * @param nonce marks written calls of a model without tools; new for every run, not guessable
 */
export function createProvider(
	config: ModelConfig,
	fetch: typeof globalThis.fetch,
	nonce: string = randomUUID().slice(0, 8),
): Provider {
	switch (config.provider) {
		case 'starter':
			return createStarterProvider();
		case 'anthropic':
			return createAnthropicProvider(modelAccess(config, anthropicUrl), fetch);
		case 'openai':
			return createOpenAiProvider(
				modelAccess(config, openAiUrl),
				{ protocol: config.protocol ?? 'tools', nonce },
				fetch,
			);
	}
}

/** Tests key, address and model together with one small question. Never throws for what a provider answers. */
export async function providerHealth(
	config: ModelConfig,
	signal: AbortSignal,
	fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<ProviderHealth> {
	switch (config.provider) {
		case 'starter':
			return { ok: true, code: 'ok', message: 'The starter works without a key.' };
		case 'anthropic':
			return anthropicHealth(modelAccess(config, anthropicUrl), fetch, signal);
		case 'openai':
			return openAiHealth(modelAccess(config, openAiUrl), fetch, signal);
	}
}

export type { ModelConfig, ProviderHealth } from './access.ts';
export type { Provider } from './types.ts';
