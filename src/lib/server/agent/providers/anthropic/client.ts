import Anthropic from '@anthropic-ai/sdk';
import type { ModelAccess } from '../access.ts';

/**
 * The SDK, told everything: without explicit values it would look for keys, profiles and addresses on the
 * machine. It does not retry (the loop does, and tells the person) and it does not log.
 */
export const createClient = (access: ModelAccess, fetch: typeof globalThis.fetch): Anthropic =>
	new Anthropic({
		apiKey: access.apiKey,
		authToken: null,
		baseURL: access.baseUrl,
		maxRetries: 0,
		logLevel: 'off',
		fetch,
		// A key is for one origin: a redirect could carry it elsewhere.
		fetchOptions: { redirect: 'error' },
	});
