import { providerHealth } from './agent/index.ts';
import type { ModelConfig } from './settings.ts';

/** Asks the provider one tiny question with the stored key. The starter needs no provider and always works. */
export async function testModel(
	model: ModelConfig,
	signal: AbortSignal,
): Promise<{ ok: boolean; code: string; message: string }> {
	if (model.provider === 'starter')
		return { ok: true, code: 'ok', message: 'The starter works without a key.' };
	return providerHealth(model, signal);
}
