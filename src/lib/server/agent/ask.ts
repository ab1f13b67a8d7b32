import type { StopReason } from '#lib/contracts/index.ts';
import { collect, type Collected, type CollectPorts } from './collect.ts';
import type { Message } from './messages.ts';
import {
	isTransient,
	type ModelRequest,
	type Provider,
	type ProviderFailure,
	type Usage,
} from './providers/types.ts';

/** Waiting for a provider, for one answer. */
const maxAttempts = 6;
const maxWaitMs = 180_000;
const firstWaitMs = 1000;
const longestWaitMs = 30_000;

export interface AskPorts extends CollectPorts {
	/** 0 to 1. */
	readonly random: () => number;
	/** Asked before each further attempt: why there is none, or undefined. */
	readonly mayAsk: () => Promise<StopReason | undefined>;
	/** Every attempt costs, also one that broke. */
	readonly onUsage: (usage: Usage) => Promise<void>;
}

export type Asked =
	| Extract<Collected, { kind: 'answer' }>
	| { readonly kind: 'stop'; readonly reason: StopReason | 'aborted'; readonly message?: string };

/**
 * Asks until there is a whole answer: transient failures are tried again, not before the provider's
 * `retry-after`, with growing waits and a limit on both. Text of an answer that broke stays in the
 * transcript, and the model is asked to go on behind it, so that nothing is shown twice.
 *
 * @param messages the conversation; only appended to
 */
export async function ask(
	provider: Provider,
	request: Omit<ModelRequest, 'messages'>,
	messages: Message[],
	ports: AskPorts,
): Promise<Asked> {
	const { sink, clock, signal, random } = ports;
	let waited = 0;
	for (let attempt = 1; ; attempt += 1) {
		const outcome = await collect(provider, { ...request, messages: [...messages] }, ports);
		await ports.onUsage(outcome.usage);
		switch (outcome.kind) {
			case 'answer':
				return outcome;
			case 'aborted':
				return { kind: 'stop', reason: 'aborted' };
			case 'runaway':
				return { kind: 'stop', reason: 'runaway_output' };
			case 'failed':
				break;
		}
		const { failure, message, retryAfterMs } = outcome.error;
		const stop: Asked = { kind: 'stop', reason: stopReasonOf[failure], message };
		if (!isTransient(failure) || attempt >= maxAttempts) return stop;
		const backoff = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
		const jittered = Math.round(backoff * (1 + random() / 2));
		const waitMs = Math.max(retryAfterMs ?? 0, jittered);
		if (waited + waitMs > maxWaitMs) return stop;
		waited += waitMs;
		if (outcome.text.trim() !== '') messages.push(...continuation(outcome.text));
		await sink.emit({ type: 'retrying', attempt, waitMs, reason: message });
		await clock.sleep(waitMs, signal);
		if (signal.aborted) return { kind: 'stop', reason: 'aborted' };
		const exceeded = await ports.mayAsk();
		if (exceeded !== undefined) return { kind: 'stop', reason: exceeded };
	}
}

const continuation = (text: string): readonly Message[] => [
	{ role: 'assistant', content: [{ type: 'text', text: text.trimEnd() }] },
	{
		role: 'user',
		content: [
			{
				type: 'text',
				text: '[The connection broke here. No tool call of this answer was executed. Go on where the text ends, without repeating it.]',
			},
		],
	},
];

const stopReasonOf: Readonly<Record<ProviderFailure, StopReason>> = {
	key_missing: 'key_missing',
	key_rejected: 'key_rejected',
	model_unknown: 'provider_error',
	invalid_request: 'provider_error',
	context_full: 'context_full',
	rate_limited: 'provider_overloaded',
	overloaded: 'provider_overloaded',
	server_error: 'provider_error',
	connection: 'provider_error',
};
