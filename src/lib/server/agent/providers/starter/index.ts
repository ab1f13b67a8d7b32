import type { ModelRequest, Provider, ProviderEvent } from '../types.ts';
import { nextAnswer } from './script.ts';

/**
 * The provider of an installation without a key: a few recipes, no AI, and it says so. It speaks like any
 * provider, so the loop, the tools, the checks and the log are the very same; it has no other way to an app.
 */
export const createStarterProvider = (): Provider => ({
	name: 'starter',
	model: 'recipes',
	async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ProviderEvent> {
		signal.throwIfAborted();
		const { text, calls } = nextAnswer(request);
		for (const delta of text.match(/\S+\s*|\s+/g) ?? []) yield { type: 'text', delta };
		if (text !== '') yield { type: 'block', block: { type: 'text', text } };
		const before = request.messages.reduce(
			(sum, { content }) => sum + content.filter((block) => block.type === 'tool_call').length,
			0,
		);
		for (const [index, { name, input }] of calls.entries()) {
			const id = `starter_${before + index + 1}`;
			yield { type: 'block', block: { type: 'tool_call', id, name, input } };
		}
		yield { type: 'end', end: calls.length > 0 ? 'tool_use' : 'end_turn' };
	},
});
