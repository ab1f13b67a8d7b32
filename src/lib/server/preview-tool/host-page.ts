/**
 * The page that stands in for the studio in headless chromium: it frames the draft as the studio does and speaks the
 * same protocol, so that both browsers run the same code of ours in the app's page.
 */
import type { FrameHello, PreviewAction, StudioMessage } from '#lib/contracts/index.ts';

export const hostHtml = (frameUrl: string): string =>
	`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Preview</title><style>html,body,iframe{margin:0;width:100%;height:100%;border:0;display:block}</style></head><body><iframe src="${frameUrl.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}" sandbox="allow-scripts allow-same-origin allow-forms allow-modals" referrerpolicy="no-referrer"></iframe></body></html>`;

export interface HostTask {
	readonly origin: string;
	readonly nonce: string;
	readonly id: string;
	/** Undefined: only the boot. */
	readonly actions: readonly PreviewAction[] | undefined;
	/** Milliseconds to wait for the boot and for the answer. */
	readonly bootMs: number;
	readonly actMs: number;
}
export interface HostOutcome {
	/** The messages as JSON; nothing in them is believed. Undefined when there was none. */
	readonly booted: string | undefined;
	readonly previewed: string | undefined;
}

/** Runs in the host page; is handed over as text, so it uses nothing from outside. */
export function hostScript(task: HostTask): Promise<HostOutcome> {
	const frame = document.querySelector('iframe');
	// What is larger stays here: it would be held in the server's memory.
	const maxBytes = 64 * 1024;
	const textOf = (data: unknown): string | undefined => {
		try {
			const text = JSON.stringify(data) as string | undefined;
			if (text === undefined || text.length > maxBytes) return undefined;
			return new TextEncoder().encode(text).length > maxBytes ? undefined : text;
		} catch {
			return undefined;
		}
	};
	let booted: string | undefined;
	return new Promise((resolve) => {
		const end = (previewed?: string): void => resolve({ booted, previewed });
		let timer = setTimeout(end, task.bootMs);
		const begin = (port: MessagePort): void => {
			clearTimeout(timer);
			if (!task.actions) {
				end();
				return;
			}
			timer = setTimeout(end, task.actMs);
			const message: StudioMessage = {
				type: 'preview',
				id: task.id,
				actions: [...task.actions],
			};
			port.postMessage(message);
		};
		const connect = (): void => {
			// Late pictures may hold up the load of a page that has long begun.
			if (booted !== undefined) return;
			const channel = new MessageChannel();
			channel.port1.onmessage = ({ data }: MessageEvent<unknown>): void => {
				const type = typeof data === 'object' && data !== null && 'type' in data ? data.type : '';
				const text = type === 'booted' || type === 'previewed' ? textOf(data) : undefined;
				if (text === undefined) return;
				if (type === 'previewed') end(text);
				else if (booted === undefined) {
					booted = text;
					begin(channel.port1);
				}
			};
			const hello: FrameHello = { type: 'tinykit:hello', nonce: task.nonce };
			frame?.contentWindow?.postMessage(hello, task.origin, [channel.port2]);
		};
		frame?.addEventListener('load', connect);
		// It may have loaded before this script ran; a second channel takes the place of the first.
		connect();
	});
}
