import Anthropic from '@anthropic-ai/sdk';
import { ProviderError, type ProviderFailure } from '../types.ts';

/**
 * What the SDK threw, as a ProviderError whose message is fit for everybody: no headers, no request, and
 * the key replaced should a provider echo it.
 *
 * @param model named in the message when the provider does not know it
 */
export function toProviderError(error: unknown, model: string, key: string): ProviderError {
	if (error instanceof ProviderError) return error;
	if (error instanceof Anthropic.APIConnectionTimeoutError)
		return new ProviderError('connection', 'The provider did not answer in time.');
	if (error instanceof Anthropic.APIConnectionError)
		return new ProviderError('connection', 'The provider could not be reached.');
	if (isApiError(error)) {
		const failure = failureOf(error.status, error.type, error.apiMessage);
		const said = scrub(error.apiMessage ?? '', key);
		const words = sentences[failure].replace('{model}', model);
		return new ProviderError(
			failure,
			said === '' || !isTelling.has(failure) ? words : `${words} It says: ${said}`,
			retryAfterMs(error.headers),
		);
	}
	// The connection broke in a way fetch or the SSE parser words by itself.
	return new ProviderError('connection', 'The connection to the provider broke.');
}

/** The class is generic over `any`; these are the types its constructor gives. */
type ApiError = InstanceType<
	typeof Anthropic.APIError<number | undefined, Headers | undefined, object | undefined>
>;
const isApiError = (error: unknown): error is ApiError => error instanceof Anthropic.APIError;

function failureOf(
	status: number | undefined,
	type: string | null,
	message: string | null,
): ProviderFailure {
	switch (status) {
		case 400:
			return /prompt is too long|context (?:window|length)|maximum context/i.test(message ?? '')
				? 'context_full'
				: 'invalid_request';
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
		case undefined:
			// An error event inside a stream that began with 200 has only a type.
			return byType[type ?? ''] ?? 'server_error';
		default:
			return status >= 500 ? 'server_error' : 'invalid_request';
	}
}

const byType: Readonly<Record<string, ProviderFailure>> = {
	overloaded_error: 'overloaded',
	rate_limit_error: 'rate_limited',
	authentication_error: 'key_rejected',
	permission_error: 'key_rejected',
	billing_error: 'key_rejected',
	not_found_error: 'model_unknown',
	invalid_request_error: 'invalid_request',
	request_too_large: 'context_full',
};

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

const scrub = (message: string, key: string): string =>
	(key === '' ? message : message.replaceAll(key, '[key]'))
		.replaceAll(/\bsk-[\w-]{8,}/g, '[key]')
		.replaceAll(/\s+/g, ' ')
		.trim()
		.slice(0, 300);

/** Seconds or a date (RFC 9110 10.2.3), or the SDK's milliseconds. */
function retryAfterMs(headers: Headers | undefined): number | undefined {
	const ms = Number(headers?.get('retry-after-ms') ?? NaN);
	if (Number.isFinite(ms) && ms >= 0) return ms;
	const text = headers?.get('retry-after');
	if (text === null || text === undefined) return undefined;
	const seconds = Number(text);
	if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
	const at = Date.parse(text);
	return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
