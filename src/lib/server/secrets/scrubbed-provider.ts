import type { Provider } from '../agent/index.ts';
import type { Scrub } from './scrub.ts';

type Request = Parameters<Provider['stream']>[0];

/**
 * A provider that is never told a known secret: the one place every request passes last, whoever put the value into it
 * (a file, a record, a tool's result, the person's own words).
 *
 * @param scrub as of now: a secret may have been entered since the run began
 */
export function createScrubbedProvider(provider: Provider, scrub: () => Promise<Scrub>): Provider {
	return {
		...provider,
		async *stream(request, signal) {
			yield* provider.stream(scrubRequest(request, await scrub()), signal);
		},
	};
}

const scrubRequest = (request: Request, scrub: Scrub): Request => ({
	...request,
	system: request.system.map((part) => scrub.text(part)),
	messages: scrubMessages(request.messages, scrub),
});

/** A conversation without known secrets. A signed block cannot be changed, only left out. */
export function scrubMessages(messages: Request['messages'], scrub: Scrub): Request['messages'] {
	return messages.map((message) => {
		if (message.role === 'user') return scrub.deep(message);
		const content = message.content.flatMap((block) => {
			const clean = scrub.deep(block);
			return block.type === 'opaque' && clean !== block ? [] : [clean];
		});
		return { ...message, content };
	});
}
