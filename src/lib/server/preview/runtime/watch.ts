/** Keeps what the page says and which of its requests fail, for whoever asks later. */

type Level = 'log' | 'info' | 'warn' | 'error' | 'debug';

const maxLines = 50;
const maxLine = 1000;
const maxFailed = 30;
/** Milliseconds without a running request after which the page counts as quiet, and when that is given up. */
const quietMs = 60;
const settleMs = 2500;

const lines: { level: Level; text: string }[] = [];
const failed: { method: string; url: string; status: number }[] = [];
let running = 0;

export function keepLine(level: Level, text: string): void {
	lines.push({ level, text: text.slice(0, maxLine) });
	if (lines.length > maxLines) lines.shift();
}
export const keptLines = (): readonly { level: Level; text: string }[] => [...lines];
export const keptFailures = (): readonly { method: string; url: string; status: number }[] => [
	...failed,
];

function keepFailure(method: string, url: string, status: number): void {
	const { origin, pathname, host } = new URL(url, location.href);
	// Without the query: it may hold what somebody typed.
	const short = origin === location.origin ? pathname : host + pathname;
	failed.push({ method: method.slice(0, 10), url: short.slice(0, 300), status });
	if (failed.length > maxFailed) failed.shift();
}

/** A stream of events never ends and says nothing about the page being busy. */
const isStream = (url: string): boolean =>
	new URL(url, location.href).pathname.endsWith('/realtime');

export function watchRequests(): void {
	const original = window.fetch.bind(window);
	window.fetch = async (input, init) => {
		const url = input instanceof Request ? input.url : String(input);
		const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
		const counts = !isStream(url);
		if (counts) running += 1;
		try {
			const response = await original(input, init);
			if (response.status >= 400) keepFailure(method, url, response.status);
			return response;
		} catch (error) {
			// Taken back by the app itself.
			const isAborted = error instanceof DOMException && error.name === 'AbortError';
			if (!isAborted) keepFailure(method, url, 0);
			throw error;
		} finally {
			if (counts) running -= 1;
		}
	};
	addEventListener(
		'error',
		({ target }) => {
			if (target instanceof HTMLImageElement || target instanceof HTMLScriptElement)
				keepFailure('GET', target.src, 0);
			else if (target instanceof HTMLLinkElement) keepFailure('GET', target.href, 0);
		},
		true,
	);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves when no request has been running for a moment, or after 2.5 s. */
export async function settle(): Promise<void> {
	const end = performance.now() + settleMs;
	let quietSince = performance.now();
	while (performance.now() < end) {
		await pause(10);
		if (running > 0) quietSince = performance.now();
		else if (performance.now() - quietSince >= quietMs) return;
	}
}
