import { modelAccess, type ModelConfig, type ProviderHealth } from './access.ts';
import { anthropicHealth, anthropicUrl, createAnthropicProvider } from './anthropic/index.ts';
import { createStarterProvider } from './starter/index.ts';
import type { Provider } from './types.ts';

/**
 * The provider a builder is set up for. A missing or wrong key shows when it is asked: the run then ends
 * with that reason.
 *
 * @param fetch the one way out
 */
export function createProvider(config: ModelConfig, fetch: typeof globalThis.fetch): Provider {
	switch (config.provider) {
		case 'starter':
			return createStarterProvider();
		case 'anthropic':
			return createAnthropicProvider(modelAccess(config, anthropicUrl), fetch);
	}
}

/** Tests key, address and model together by asking for one token. Never throws for what a provider answers. */
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
	}
}

export type { ModelConfig, ProviderHealth } from './access.ts';
export type { Provider } from './types.ts';
