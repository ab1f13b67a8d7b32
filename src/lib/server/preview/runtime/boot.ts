/**
 * The first script of a draft page, before the app: it keeps what goes wrong and tells the studio, once the studio has
 * handed over a port (definitions.md 20, 21). Without a studio it does nothing: a draft opened in a tab of its own works.
 *
 * It runs beside the app's code and can be fooled by it; the studio and the server treat what it says as a hint.
 */
import type { PreviewAction, StudioMessage } from '#lib/contracts/index.ts';
import { describe } from './describe.ts';
import { preview } from './report.ts';
import { isBlank } from './visible.ts';
import { keepLine, watchRequests } from './watch.ts';

/** Limits of the contract (`frameMessage`), and 64 KB for a message as a whole. */
const maxErrors = 50;
const maxErrorLength = 4000;
const maxTextLength = 8000;
/** All together: a character takes up to six bytes in JSON. */
const maxErrorsLength = 10_000;
/** Messages that wait for a port, and messages per second over it. */
const maxWaiting = 200;
const maxPerSecond = 200;
/** Milliseconds after the mount in which an error still counts as one of the boot. */
const settleMs = 200;
/** Milliseconds after the mount in which a page may still be empty: it waits for its first data. */
const blankMs = 2500;
/** Milliseconds after the page has loaded until an app that has not mounted counts as failed. */
const patienceMs = 4000;

const levels = ['log', 'info', 'warn', 'error', 'debug'] as const;
type Level = (typeof levels)[number];
type Message =
	| { type: 'console'; level: Level; text: string }
	| { type: 'error'; text: string }
	| { type: 'navigated'; path: string }
	| { type: 'mounted' };

interface Facts {
	readonly build: string;
	readonly origin: string;
	/** What is wrong with a page that stands in for the app. */
	readonly problems: readonly string[];
}

/** A data block, so that the page needs no inline script. */
function readFacts(): Facts {
	const text = document.getElementById('tinykit')?.textContent ?? '{}';
	return { build: '', origin: '', problems: [], ...(JSON.parse(text) as Partial<Facts>) };
}

const facts = readFacts();
const errors: string[] = [];
const waiting: Message[] = [];
let port: MessagePort | undefined;
let nonce = '';
let booted = false;
let second = 0;
let sent = 0;
let dropped = 0;

function post(message: Message): void {
	if (!port) {
		waiting.push(message);
		if (waiting.length > maxWaiting) waiting.shift();
		return;
	}
	const now = Math.floor(performance.now() / 1000);
	if (now !== second) {
		if (dropped > 0) {
			const text = `${String(dropped)} messages were left out.`;
			port.postMessage({ type: 'console', level: 'warn', text });
		}
		second = now;
		sent = 0;
		dropped = 0;
	}
	if (sent++ < maxPerSecond) port.postMessage(message);
	else dropped++;
}

/** What counts against the boot, as much of it as a message holds. */
function note(text: string): void {
	const room = maxErrorsLength - errors.reduce((sum, error) => sum + error.length, 0);
	if (booted || errors.length >= maxErrors || room <= 0) return;
	errors.push(text.slice(0, Math.min(room, maxErrorLength)));
}

function failed(text: string): void {
	note(text);
	keepLine('error', text);
	post({ type: 'error', text: text.slice(0, maxTextLength) });
}

function tellBooted(): void {
	port?.postMessage({ type: 'booted', build: facts.build, nonce, errors });
}

function boot(): void {
	if (booted) return;
	booted = true;
	tellBooted();
}

/** An app that runs and shows nothing is as good as one that does not run. */
async function bootWhenShown(): Promise<void> {
	const end = performance.now() + blankMs;
	while (isBlank() && performance.now() < end && !booted)
		await new Promise((resolve) => setTimeout(resolve, settleMs));
	if (isBlank()) failed('The page is blank: the app started and shows nothing.');
	boot();
}

for (const level of levels) {
	const original = window.console[level].bind(window.console);
	window.console[level] = (...values: unknown[]): void => {
		original(...values);
		const text = values.map((value) => describe(value)).join(' ');
		if (level === 'error') note(`console.error: ${text}`);
		keepLine(level, text);
		post({ type: 'console', level, text: text.slice(0, maxTextLength) });
	};
}

addEventListener(
	'error',
	(event: Event) => {
		if (event instanceof ErrorEvent) {
			failed(event.error === undefined ? event.message : describe(event.error));
		} else if (event.target instanceof HTMLScriptElement) {
			failed(`The script ${event.target.src} could not be loaded.`);
		}
	},
	true,
);
addEventListener('unhandledrejection', (event) => {
	failed(`Unhandled rejection: ${describe(event.reason)}`);
});

let path = '';
function navigated(): void {
	const now = location.pathname + location.search + location.hash;
	if (now === path) return;
	path = now;
	post({ type: 'navigated', path: now.slice(0, 2000) });
}
for (const name of ['pushState', 'replaceState'] as const) {
	const original = history[name].bind(history);
	history[name] = (...values: Parameters<History['pushState']>): void => {
		original(...values);
		navigated();
	};
}
addEventListener('popstate', navigated);
addEventListener('hashchange', navigated);
navigated();

async function answer(
	to: MessagePort,
	id: string,
	actions: readonly PreviewAction[],
): Promise<void> {
	to.postMessage({ type: 'previewed', id, result: await preview(actions) });
}

watchRequests();

addEventListener('message', (event: MessageEvent<unknown>) => {
	// Only the page that frames us, and only when it is the builder: any page may post to a frame.
	if (window.parent === window || event.source !== window.parent) return;
	if (!facts.origin || event.origin !== facts.origin) return;
	const hello = event.data as { type?: unknown; nonce?: unknown } | null;
	const [given] = event.ports;
	if (hello?.type !== 'tinykit:hello' || typeof hello.nonce !== 'string' || !given) return;
	port?.close();
	port = given;
	nonce = hello.nonce.slice(0, 100);
	port.onmessage = (message: MessageEvent<unknown>): void => {
		// From the studio alone, and made from the contract.
		const asked = message.data as StudioMessage | null;
		if (asked?.type === 'reload') location.reload();
		if (asked?.type === 'preview') void answer(given, asked.id, asked.actions);
	};
	for (const message of waiting.splice(0)) post(message);
	if (booted) tellBooted();
});

addEventListener(
	'tinykit:mounted',
	() => {
		if (!isBlank()) post({ type: 'mounted' });
		setTimeout(() => void bootWhenShown(), settleMs);
	},
	{ once: true },
);
addEventListener('load', () => {
	if (facts.problems.length > 0) {
		for (const problem of facts.problems) note(problem);
		boot();
		return;
	}
	// An error that kept the app from mounting is told at once, silence only after a while.
	setTimeout(() => {
		if (errors.length > 0) boot();
	}, settleMs);
	setTimeout(() => {
		if (!booted) failed('The app did not start.');
		boot();
	}, patienceMs);
});
