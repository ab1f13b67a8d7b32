import type { ProviderHealth } from './access.ts';
import type { ProviderError, ProviderFailure } from './types.ts';

/** Milliseconds a provider has to answer one tiny question. */
export const healthTimeoutMs = 15_000;

/** A failed question as the settings page shows it. */
export const unhealthy = ({ failure, message }: ProviderError): ProviderHealth => ({
	ok: false,
	code: codeOf[failure],
	message,
});

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
} as const satisfies Readonly<Record<ProviderFailure, string>>;
