import { ApiError, badRequest } from '../core/index.ts';
import type { ApiContext, ParsedBody } from './types.ts';

/** What most endpoints say of a body that cannot be parsed. */
export const unreadable = 'An error occurred while loading the submitted data.';

const generalMessage = badRequest().message;

/**
 * The body; one that cannot be parsed gives the endpoint's own message, as PocketBase answers.
 * @throws ApiError 400 with that message; 413 past the body limit.
 */
export const bodyOr = (context: ApiContext, message = unreadable): Promise<ParsedBody> =>
	bodyWith(context, message, () => false);

/**
 * The same where PocketBase lets a more telling message of the parser through: which it has depends on the endpoint.
 * @throws ApiError 400, with `unreadable` when the parser has nothing to say; 413 past the body limit.
 */
export const bodyOrReason = (context: ApiContext): Promise<ParsedBody> =>
	bodyWith(context, unreadable, (message) => message !== generalMessage);

async function bodyWith(
	context: ApiContext,
	message: string,
	isKept: (message: string) => boolean,
): Promise<ParsedBody> {
	try {
		return await context.body();
	} catch (error) {
		if (!(error instanceof ApiError) || error.status !== 400 || isKept(error.message)) throw error;
		throw badRequest(message, undefined, error);
	}
}
