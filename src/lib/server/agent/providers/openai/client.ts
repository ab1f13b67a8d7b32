import OpenAI from 'openai';
import type { ModelAccess } from '../access.ts';

/**
 * The SDK, told everything: without explicit values it would look for keys, organisations and addresses on the
 * machine. It does not retry (the loop does, and tells the person) and it does not log.
 */
export const createClient = (access: ModelAccess, fetch: typeof globalThis.fetch): OpenAI =>
	new OpenAI({
		// It refuses to have none; models on one's own machine need none, and then no header is sent.
		apiKey: access.apiKey === '' ? 'none' : access.apiKey,
		defaultHeaders: access.apiKey === '' ? { authorization: null } : {},
		adminAPIKey: null,
		organization: null,
		project: null,
		webhookSecret: null,
		baseURL: access.baseUrl,
		maxRetries: 0,
		logLevel: 'off',
		fetch,
		// A key is for one origin: a redirect could carry it elsewhere.
		fetchOptions: { redirect: 'error' },
	});
