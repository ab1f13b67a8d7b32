import type { ModelAccess, ProviderHealth } from '../access.ts';
import type { ProviderFailure } from '../types.ts';
import { createClient } from './client.ts';
import { toProviderError } from './errors.ts';

const timeoutMs = 15_000;

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
			{ timeout: timeoutMs, signal },
		);
		return { ok: true, code: 'ok', message: `${access.model} answers.` };
	} catch (error) {
		const { failure, message } = toProviderError(error, access.model, access.apiKey);
		return { ok: false, code: codeOf[failure], message };
	}
}

const codeOf = {
	key_missing: 'key_missing',
	key_rejected: 'key_rejected',
	model_unknown: 'model_unknown',
	invalid_request: 'provider_failed',
	context_full: 'provider_failed',
	rate_limited: 'provider_failed',
	overloaded: 'provider_failed',
	server_error: 'provider_failed',
	connection: 'provider_unreachable',
} as const satisfies Readonly<Record<ProviderFailure, ProviderHealth['code']>>;
