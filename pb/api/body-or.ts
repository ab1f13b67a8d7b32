import { ApiError, badRequest } from '../core/index.ts';
import type { ApiContext, ParsedBody } from './types.ts';

/**
 * The body; one that cannot be parsed gives the endpoint's own message, as PocketBase answers.
 * @throws ApiError 400 with that message; 413 past the body limit.
 */
export async function bodyOr(
	context: ApiContext,
	message = 'An error occurred while loading the submitted data.',
): Promise<ParsedBody> {
	try {
		return await context.body();
	} catch (error) {
		if (error instanceof ApiError && error.status === 400)
			throw badRequest(message, undefined, error);
		throw error;
	}
}
