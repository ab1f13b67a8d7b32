import type { ProviderFailure } from './types.ts';

/** Context overflow comes as a plain 400 whose words differ by provider. */
const contextWords =
	/prompt is too long|context (?:window|length|size)|maximum context|context_length_exceeded/i;

/**
 * What an HTTP status of a model's API means (the statuses of the Messages API; others use the same ones).
 *
 * @param said the provider's own message or code
 * @returns undefined for an answer without a status
 */
export function failureOfStatus(
	status: number | undefined,
	said: string,
): ProviderFailure | undefined {
	switch (status) {
		case undefined:
			return undefined;
		case 400:
			return contextWords.test(said) ? 'context_full' : 'invalid_request';
		case 401:
		case 402:
		case 403:
			return 'key_rejected';
		case 404:
			return 'model_unknown';
		case 413:
			return 'context_full';
		case 408:
		case 409:
			return 'server_error';
		case 429:
			return 'rate_limited';
		case 529:
			return 'overloaded';
		default:
			return status >= 500 ? 'server_error' : 'invalid_request';
	}
}

const sentences: Readonly<Record<ProviderFailure, string>> = {
	key_missing: 'No model key is set.',
	key_rejected: 'The provider refused the key.',
	model_unknown: 'The provider does not know the model {model}.',
	invalid_request: 'The provider refused the request.',
	context_full: 'The conversation is too long for the model.',
	rate_limited: 'The provider limits the number of requests.',
	overloaded: 'The provider is overloaded.',
	server_error: 'The provider answered with an error.',
	connection: 'The provider could not be reached.',
};
/** Failures where the provider's own words help. */
const isTelling: ReadonlySet<ProviderFailure> = new Set(['invalid_request', 'key_rejected']);

/** A sentence fit for everybody: no headers, no request, and the key replaced should a provider echo it. */
export function failureWords(
	failure: ProviderFailure,
	said: string,
	model: string,
	key: string,
): string {
	const words = sentences[failure].replace('{model}', model);
	const clean = scrub(said, key);
	return clean === '' || !isTelling.has(failure) ? words : `${words} It says: ${clean}`;
}

const scrub = (message: string, key: string): string =>
	(key === '' ? message : message.replaceAll(key, '[key]'))
		.replaceAll(/\bsk-[\w-]{8,}/g, '[key]')
		.replaceAll(/\s+/g, ' ')
		.trim()
		.slice(0, 300);

/** Milliseconds of a `retry-after`: seconds or a date (RFC 9110 10.2.3), or the milliseconds some providers add. */
export function retryAfterMs(headers: Headers | undefined): number | undefined {
	const ms = Number(headers?.get('retry-after-ms') ?? NaN);
	if (Number.isFinite(ms) && ms >= 0) return ms;
	const text = headers?.get('retry-after');
	if (text === null || text === undefined) return undefined;
	const seconds = Number(text);
	if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
	const at = Date.parse(text);
	return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
