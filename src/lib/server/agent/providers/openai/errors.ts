import OpenAI from 'openai';
import { failureOfStatus, failureWords, retryAfterMs } from '../failure.ts';
import { ProviderError, type ProviderFailure } from '../types.ts';

/**
 * What the SDK threw, as a ProviderError whose message is fit for everybody.
 *
 * @param model named in the message when the provider does not know it
 */
export function toProviderError(error: unknown, model: string, key: string): ProviderError {
	if (error instanceof ProviderError) return error;
	if (error instanceof OpenAI.APIConnectionTimeoutError)
		return new ProviderError('connection', 'The provider did not answer in time.');
	if (error instanceof OpenAI.APIConnectionError)
		return new ProviderError('connection', 'The provider could not be reached.');
	if (isApiError(error)) {
		const code = error.code ?? error.type ?? '';
		const said = messageOf(error.error) ?? '';
		const failure =
			byCode[code] ?? failureOfStatus(error.status, `${code} ${said}`) ?? 'server_error';
		return new ProviderError(
			failure,
			failureWords(failure, said, model, key),
			retryAfterMs(error.headers),
		);
	}
	return new ProviderError('connection', 'The connection to the provider broke.');
}

/** The class is generic over `any`; these are the types its constructor gives. */
type ApiError = InstanceType<
	typeof OpenAI.APIError<number | undefined, Headers | undefined, object | undefined>
>;
const isApiError = (error: unknown): error is ApiError => error instanceof OpenAI.APIError;

/** The body's own message: `error.message` of the SDK begins with the status. */
function messageOf(body: object | undefined): string | undefined {
	if (body === undefined || !('message' in body)) return undefined;
	return typeof body.message === 'string' ? body.message : undefined;
}

/** Codes that say more than their status. */
const byCode: Readonly<Record<string, ProviderFailure>> = {
	context_length_exceeded: 'context_full',
	insufficient_quota: 'key_rejected',
	invalid_api_key: 'key_rejected',
	model_not_found: 'model_unknown',
	rate_limit_exceeded: 'rate_limited',
	server_error: 'server_error',
	overloaded: 'overloaded',
};
