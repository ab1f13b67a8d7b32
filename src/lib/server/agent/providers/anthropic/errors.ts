import Anthropic from '@anthropic-ai/sdk';
import { failureOfStatus, failureWords, retryAfterMs } from '../failure.ts';
import { ProviderError, type ProviderFailure } from '../types.ts';

/**
 * What the SDK threw, as a ProviderError whose message is fit for everybody.
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
		const said = error.apiMessage ?? '';
		const failure =
			failureOfStatus(error.status, said) ??
			// An error event inside a stream that began with 200 has only a type.
			byType[error.type ?? ''] ??
			'server_error';
		return new ProviderError(
			failure,
			failureWords(failure, said, model, key),
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
