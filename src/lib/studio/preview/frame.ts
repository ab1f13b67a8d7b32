import {
	frameMessage,
	type FrameHello,
	type FrameMessage,
	type StudioMessage,
} from '#lib/contracts/index.ts';

/** definitions.md 21: what the frame says is untrusted data of at most 64 KB a message. */
export const frameMessageLimit = 64 * 1024;

/** definitions.md 13. Safe with `allow-same-origin` only because the frame's origin is asserted to be foreign. */
export const frameSandbox = 'allow-scripts allow-same-origin allow-forms allow-modals';

/**
 * The address of the preview frame, or why there can be none.
 * @param draftUrl where the draft is served
 * @param page the address of the page that embeds it
 * @param path where in the app: path, query and fragment
 * @throws TypeError when the draft is on the page's own origin or not on http(s), or the path leads elsewhere
 */
export function frameAddress(
	draftUrl: string,
	page: string,
	path = '/',
): { url: string; origin: string } {
	const draft = new URL(draftUrl);
	if (draft.protocol !== 'http:' && draft.protocol !== 'https:') {
		throw new TypeError('The draft is not on a web address.');
	}
	if (draft.origin === new URL(page).origin) {
		throw new TypeError("The draft is on the builder's own origin and cannot be isolated there.");
	}
	const url = new URL(path, draft);
	if (url.origin !== draft.origin) throw new TypeError('That is no place in the app.');
	return { url: url.href, origin: draft.origin };
}

/** A message of the frame, or `undefined` when it is too large or not of a known form. */
export function readFrameMessage(data: unknown): FrameMessage | undefined {
	let size: number;
	try {
		size = new TextEncoder().encode(JSON.stringify(data)).length;
	} catch {
		return undefined;
	}
	if (size > frameMessageLimit) return undefined;
	const parsed = frameMessage.safeParse(data);
	return parsed.success ? parsed.data : undefined;
}

/** An open channel to a frame. */
export interface FrameLink {
	send(message: StudioMessage): void;
	close(): void;
}

/**
 * Hands one end of a new channel to the frame. The target origin is exact, so that a frame that has
 * navigated elsewhere gets neither the port nor the nonce.
 * @returns the other end
 */
export function handOver(
	target: Pick<Window, 'postMessage'>,
	origin: string,
	nonce: string,
	onMessage: (message: FrameMessage) => void,
): FrameLink {
	const channel = new MessageChannel();
	channel.port1.onmessage = (event: MessageEvent<unknown>) => {
		const message = readFrameMessage(event.data);
		if (message) onMessage(message);
	};
	const hello: FrameHello = { type: 'tinykit:hello', nonce };
	target.postMessage(hello, origin, [channel.port2]);
	return {
		send: (message) => channel.port1.postMessage(message),
		close: () => channel.port1.close(),
	};
}
