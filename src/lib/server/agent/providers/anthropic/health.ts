import type { ModelAccess, ProviderHealth } from '../access.ts';
import { healthTimeoutMs, unhealthy } from '../health.ts';
import { createClient } from './client.ts';
import { toProviderError } from './errors.ts';

/** Asks for one token, to see whether key, address and model work together. */
export async function anthropicHealth(
	access: ModelAccess,
	fetch: typeof globalThis.fetch,
	signal: AbortSignal,
): Promise<ProviderHealth> {
	if (access.apiKey === '')
		return { ok: false, code: 'key_missing', message: 'No model key is set.' };
	try {
		await createClient(access, fetch).messages.create(
			{ model: access.model, max_tokens: 1, messages: [{ role: 'user', content: 'Say ok.' }] },
			{ timeout: healthTimeoutMs, signal },
		);
		return { ok: true, code: 'ok', message: `${access.model} answers.` };
	} catch (error) {
		return unhealthy(toProviderError(error, access.model, access.apiKey));
	}
}
