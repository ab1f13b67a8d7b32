import type { ModelAccess, ProviderHealth } from '../access.ts';
import { healthTimeoutMs, unhealthy } from '../health.ts';
import { ProviderError } from '../types.ts';
import { createClient } from './client.ts';
import { toProviderError } from './errors.ts';
import { openAiUrl, tokenLimit } from './request.ts';

/** Tokens: enough for a call, also behind a little thinking. */
const probeTokens = 200;

/**
 * Asks the model to call a tool: shows whether address, key and model work together, and whether the model can
 * call tools at all. One that answers in words, or whose server refuses tools, is healthy without them.
 */
export async function openAiHealth(
	access: ModelAccess,
	fetch: typeof globalThis.fetch,
	signal: AbortSignal,
): Promise<ProviderHealth> {
	if (access.apiKey === '' && access.baseUrl === openAiUrl)
		return { ok: false, code: 'key_missing', message: 'No model key is set.' };
	const ask = async (withTool: boolean): Promise<boolean> => {
		try {
			const answer = await createClient(access, fetch).chat.completions.create(
				{
					model: access.model,
					...tokenLimit(access, probeTokens),
					messages: [{ role: 'user', content: withTool ? 'Call the tool ready now.' : 'Say ok.' }],
					...(withTool && { tools: [readyTool] }),
				},
				{ timeout: healthTimeoutMs, signal },
			);
			return (answer.choices[0]?.message.tool_calls?.length ?? 0) > 0;
		} catch (error) {
			throw toProviderError(error, access.model, access.apiKey);
		}
	};
	try {
		const tools = await ask(true).catch(async (error: unknown) => {
			// Servers without tools refuse the request as wrong; then the plain question decides.
			if (!(error instanceof ProviderError) || error.failure !== 'invalid_request') throw error;
			await ask(false);
			return false;
		});
		const words = tools ? 'answers and calls tools' : 'answers but calls no tools';
		return { ok: true, code: 'ok', message: `${access.model} ${words}.`, tools };
	} catch (error) {
		if (error instanceof ProviderError) return unhealthy(error);
		throw error;
	}
}

const readyTool = {
	type: 'function',
	function: {
		name: 'ready',
		description: 'Says that you can call tools.',
		parameters: { type: 'object', properties: {} },
	},
} as const;
