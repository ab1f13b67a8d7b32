import { providerHealth, type ProviderHealth } from '../agent/index.ts';
import type { ModelConfig } from './settings.ts';

/** Asks the provider one tiny question. The starter needs no provider and always works. */
export const testModel = (model: ModelConfig, signal: AbortSignal): Promise<ProviderHealth> =>
	providerHealth(model, signal);
