import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import {
	frameMessage,
	type BootReport,
	type FrameMessage,
	type PreviewAction,
	type PreviewResult,
} from '#lib/contracts/index.ts';
import type { FoundChromium } from './chromium.ts';
import { hostHtml, hostScript, type HostTask } from './host-page.ts';

/** One look at a draft. */
export interface Visit {
	/** Where the draft is served, `http://shop--draft.localhost:3000`. */
	readonly origin: string;
	/** Origin of the builder: the only one a draft lets frame it. */
	readonly builderOrigin: string;
	readonly build: string;
	readonly nonce: string;
	readonly path: string;
	/** Undefined: only the boot. */
	readonly actions: readonly PreviewAction[] | undefined;
	readonly screenshot: boolean;
}

export type VisitOutcome =
	| {
			readonly kind: 'visited';
			/** Undefined when the build did not report its boot. */
			readonly boot: BootReport | undefined;
			readonly result: PreviewResult | undefined;
			/** JPEG. */
			readonly screenshot: Buffer | undefined;
	  }
	| { readonly kind: 'not_run'; readonly why: string };

export interface Headless {
	/** Why it cannot be used, undefined when it can. */
	readonly missing: string | undefined;
	/** One at a time, in a profile of its own. Never rejects. */
	visit(visit: Visit, signal: AbortSignal): Promise<VisitOutcome>;
	close(): Promise<void>;
}

const bootMs = 8000;
const actMs = 40_000;
/** Milliseconds of a visit as a whole, starting the browser included; then it is killed. */
const limitMs = 60_000;
const size = { width: 1280, height: 800 };

const notRun = (why: string): VisitOutcome => ({ kind: 'not_run', why });

/** @param random hex digits, different each time */
export function createHeadless(found: FoundChromium, random: () => string): Headless {
	let queue: Promise<unknown> = Promise.resolve();
	const closing = new AbortController();

	async function run(visit: Visit, signal: AbortSignal): Promise<VisitOutcome> {
		if (found.kind === 'none') return notRun(found.why);
		if (signal.aborted) return notRun('The run was stopped.');
		const home = await mkdtemp(join(tmpdir(), 'tinykit-browser-'));
		const over = AbortSignal.any([signal, closing.signal, AbortSignal.timeout(limitMs)]);
		// Over a pipe: a port, even one of this machine alone, would let whoever finds it read files with this browser.
		const browser = await chromium
			.launch({
				executablePath: found.path,
				chromiumSandbox: found.sandbox,
				// Nothing of the server's environment: no keys.
				env: { HOME: home, TMPDIR: home },
				args: browserArgs(visit.origin),
				handleSIGINT: false,
				handleSIGTERM: false,
				handleSIGHUP: false,
				timeout: 30_000,
			})
			.catch((cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause))));
		if (browser instanceof Error) {
			await rm(home, { recursive: true, force: true, maxRetries: 3 });
			return notRun(`Chromium did not start: ${browser.message.split('\n', 1)[0] ?? ''}`);
		}
		try {
			const stopped = new Promise<VisitOutcome>((resolve) => {
				const stop = (): void =>
					resolve(
						notRun(signal.aborted ? 'The run was stopped.' : 'Headless chromium took too long.'),
					);
				if (over.aborted) stop();
				else over.addEventListener('abort', stop, { once: true });
			});
			const looking = look(browser, visit);
			return await Promise.race([looking, stopped]);
		} catch (cause) {
			const words = cause instanceof Error ? cause.message : String(cause);
			return notRun(`Headless chromium failed: ${words.split('\n', 1)[0] ?? ''}`);
		} finally {
			// Killed when it does not end by itself.
			await browser.close();
			await rm(home, { recursive: true, force: true, maxRetries: 3 });
		}
	}

	async function look(browser: Browser, visit: Visit): Promise<VisitOutcome> {
		const context = await browser.newContext({
			viewport: size,
			serviceWorkers: 'block',
			acceptDownloads: false,
		});
		const blocked = await confine(context, visit);
		const page = await context.newPage();
		await page.goto(hostUrl(visit), { waitUntil: 'domcontentloaded' });
		const task: HostTask = {
			origin: visit.origin,
			nonce: visit.nonce,
			id: random(),
			actions: visit.actions,
			bootMs,
			actMs,
		};
		const { booted, previewed } = await page.evaluate(hostScript, task);
		const screenshot = visit.screenshot
			? await page.screenshot({ type: 'jpeg', quality: 70 })
			: undefined;
		return {
			kind: 'visited',
			boot: bootOf(booted, visit),
			result: resultOf(previewed, task.id, blocked),
			screenshot,
		};
	}

	return {
		missing: found.kind === 'none' ? found.why : undefined,
		visit(visit, signal) {
			const done = queue.then(() => run(visit, signal));
			queue = done.catch(() => undefined);
			return done.catch((cause: unknown) =>
				notRun(`Headless chromium failed: ${cause instanceof Error ? cause.message : ''}`),
			);
		},
		async close() {
			closing.abort();
			await queue;
		},
	};
}

const hostUrl = ({ builderOrigin }: Visit): string => `${builderOrigin}/tinykit-preview-host`;

/** Names resolve to nothing but the draft's own host: no request leaves for anywhere else. */
const browserArgs = (origin: string): string[] => [
	`--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE ${new URL(origin).hostname}`,
	// The page that frames the draft is made here and comes from no address: chromium would not let it frame one on
	// this machine. What may be reached is fixed by the names above and by `confine`.
	`--disable-features=${['LocalNetworkAccessChecks', 'HttpsUpgrades', 'LazyFrameLoading', 'MediaRouter', 'DialMediaRouteProvider', 'Translate', 'PaintHolding'].join(',')}`,
	'--disable-background-networking',
	'--disable-extensions',
	'--no-first-run',
	'--webrtc-ip-handling-policy=disable_non_proxied_udp',
];

/** Lets through what goes to the draft; the rest is refused and listed. */
async function confine(
	context: BrowserContext,
	visit: Visit,
): Promise<{ method: string; url: string; status: number }[]> {
	const blocked: { method: string; url: string; status: number }[] = [];
	await context.route('**/*', async (route) => {
		const request = route.request();
		const url = new URL(request.url());
		if (request.url() === hostUrl(visit)) {
			const body = hostHtml(new URL(visit.path, visit.origin).href);
			await route.fulfill({ contentType: 'text/html; charset=utf-8', body });
		} else if (url.origin === visit.origin) await route.continue();
		else {
			const place = (url.host + url.pathname).slice(0, 300);
			if (blocked.length < 10) blocked.push({ method: request.method(), url: place, status: 0 });
			await route.abort('blockedbyclient');
		}
	});
	// It reaches addresses without a name, also over TCP, and asks no route.
	await context.addInitScript(() => {
		for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection'])
			Reflect.deleteProperty(globalThis, name);
	});
	await context.routeWebSocket('**', (socket) => socket.close());
	return blocked;
}

const messageOf = (text: string | undefined): FrameMessage | undefined =>
	text === undefined ? undefined : frameMessage.safeParse(JSON.parse(text)).data;

function bootOf(text: string | undefined, { build, nonce }: Visit): BootReport | undefined {
	const message = messageOf(text);
	if (message?.type !== 'booted') return undefined;
	const { errors, ...told } = message;
	return told.build === build && told.nonce === nonce ? { build, nonce, errors } : undefined;
}

function resultOf(
	text: string | undefined,
	id: string,
	blocked: PreviewResult['failed'],
): PreviewResult | undefined {
	const message = messageOf(text);
	if (message?.type !== 'previewed' || message.id !== id) return undefined;
	const { result } = message;
	return { ...result, failed: [...blocked, ...result.failed].slice(0, 30) };
}
