import { existsSync } from 'node:fs';
import { request } from 'node:http';
import {
	createdApp,
	startedRun,
	type CheckResult,
	type RunEvent,
	type TurnCard,
} from '#lib/contracts/index.ts';
import { applyCollections, readCollections } from '#lib/server/app-collections.ts';
import { namesIn } from '#lib/server/agent/providers/starter/names.ts';
import type { Recipe } from '#lib/server/agent/providers/starter/recipe.ts';
import { targetOf } from '#lib/server/schema/index.ts';
import { updateSettings } from '#lib/server/backends.ts';
import { openInstallation, type Installation } from '../../../support/installation.ts';

export const chromium = '/usr/bin/chromium';
export const hasChromium = existsSync(chromium);

export interface Turn {
	readonly reason: string;
	readonly card: TurnCard | undefined;
	readonly checks: readonly CheckResult[];
	readonly events: readonly RunEvent[];
	/** Titles of what a person was asked to agree to. */
	readonly asked: readonly string[];
}

export interface Sent {
	readonly status: number;
	readonly body: Readonly<Record<string, unknown>>;
}

export interface Person {
	readonly id: string;
	readonly token: string;
}

/** One real installation without a key, seen from outside: its apps are built and changed by the starter. */
export interface StarterBench {
	readonly installation: Installation;
	/** A new, empty app. @returns its slug */
	app(): Promise<string>;
	/** An app as a recipe makes it, without the run that does it. @returns its slug */
	make(recipe: Recipe, prompt: string): Promise<string>;
	/** Asks the starter and waits for its turn to end. @param accept what a person clicks when asked */
	turn(slug: string, text: string, accept?: boolean): Promise<Turn>;
	/** A request to the app's API as anybody on the network could send it; below `/api/collections`. */
	api(
		slug: string,
		method: string,
		path: string,
		sent?: { readonly token?: string | undefined; readonly body?: unknown },
	): Promise<Sent>;
	/** Signs up in the app, and in. */
	person(slug: string, email: string, more?: Readonly<Record<string, unknown>>): Promise<Person>;
	/** The built page's styles and script. */
	built(slug: string): Promise<string>;
	file(slug: string, path: string): Promise<string>;
	files(slug: string): Promise<Readonly<Record<string, string>>>;
	close(): Promise<void>;
}

/** @param options.boot false: without the check that opens the app in a browser */
export async function openStarterBench({ boot = true } = {}): Promise<StarterBench> {
	const installation = await openInstallation(
		boot && hasChromium
			? { TINYKIT_CHROMIUM: chromium, TINYKIT_CHROMIUM_SANDBOX: 'off' }
			: { TINYKIT_CHROMIUM: 'off' },
	);
	const { runtime } = installation;
	// No studio is open here, and none will be: checks need not wait for one.
	Object.assign(runtime.boots, { isAttached: () => Promise.resolve(false) });
	const owner = await installation.account('owner@example.com', 'owner');

	const ask = async (method: string, path: string, json?: unknown) => {
		const { status, text } = await installation.ask(`/tinykit/api${path}`, {
			method,
			headers: { authorization: owner, 'content-type': 'application/json' },
			...(json !== undefined && { body: JSON.stringify(json) }),
		});
		if (status >= 400) throw new Error(`${method} ${path}: ${String(status)} ${text}`);
		return text === '' ? undefined : (JSON.parse(text) as unknown);
	};

	const follow = (slug: string, run: string, accept: boolean): Promise<readonly RunEvent[]> =>
		new Promise((resolve, reject) => {
			const events: RunEvent[] = [];
			const outgoing = request(
				{
					host: '127.0.0.1',
					port: installation.port,
					path: `/tinykit/api/apps/${slug}/runs/${run}/events`,
					headers: { host: `localhost:${String(installation.port)}`, authorization: owner },
				},
				(incoming) => {
					let rest = '';
					incoming.setEncoding('utf8');
					incoming.on('data', (chunk: string) => {
						const parts = (rest + chunk).split('\n\n');
						rest = parts.pop() ?? '';
						for (const part of parts) {
							const data = /^data: (.*)$/m.exec(part)?.[1];
							if (data === undefined) continue;
							const event = JSON.parse(data) as RunEvent;
							events.push(event);
							if (event.type === 'approval_requested')
								ask('POST', `/apps/${slug}/approvals/${event.approvalId}`, { accept }).catch(
									reject,
								);
							if (event.type !== 'stopped') continue;
							outgoing.destroy();
							resolve(events);
						}
					});
					incoming.on('end', () => reject(new Error(`the run ended without a word: ${rest}`)));
				},
			);
			outgoing.on('error', reject);
			outgoing.end();
		});

	const api: StarterBench['api'] = async (slug, method, path, sent = {}) => {
		const { status, text } = await installation.ask(`/_pb/api/collections/${path}`, {
			method,
			host: `${slug}--draft.localhost`,
			headers: {
				'content-type': 'application/json',
				...(sent.token !== undefined && { authorization: sent.token }),
			},
			...(sent.body !== undefined && { body: JSON.stringify(sent.body) }),
		});
		return {
			status,
			body: (text === '' ? {} : JSON.parse(text)) as Readonly<Record<string, unknown>>,
		};
	};

	let apps = 0;
	const app = async (): Promise<string> => {
		apps += 1;
		const { slug } = createdApp.parse(await ask('POST', '/apps', { name: `App ${apps}` }));
		// Many people come from one address here.
		await runtime.backends.use(slug, 'draft', (backend) =>
			updateSettings(backend.app, { rateLimits: { enabled: false } }),
		);
		return slug;
	};
	return {
		installation,
		api,
		app,
		async make(recipe, prompt) {
			const slug = await app();
			const { schema, files } = recipe.build(namesIn(prompt, recipe));
			await runtime.backends.use(slug, 'draft', async (backend) => {
				await applyCollections(backend, targetOf(readCollections(backend), schema).collections);
			});
			for (const { path, text } of files) await runtime.workspace(slug).write(path, text);
			return slug;
		},
		async turn(slug, text, accept = true) {
			const { id: runId } = startedRun.parse(await ask('POST', `/apps/${slug}/runs`, { text }));
			const events = await follow(slug, runId, accept);
			const stopped = events.find((event) => event.type === 'stopped');
			const approvals = await runtime.approvals.list(slug);
			return {
				reason: stopped?.reason ?? '',
				card: stopped?.card,
				checks: stopped?.card?.evidence ?? [],
				events,
				asked: approvals.filter((each) => each.runId === runId).map(({ title }) => title),
			};
		},
		async person(slug, email, more = {}) {
			const password = 'correct horse';
			const body = { email, password, passwordConfirm: password, ...more };
			const created = await api(slug, 'POST', 'users/records', { body });
			const signedIn = await api(slug, 'POST', 'users/auth-with-password', {
				body: { identity: email, password },
			});
			const token = String(signedIn.body['token']);
			return { id: String(created.body['id']), token };
		},
		async built(slug) {
			const host = `${slug}--draft.localhost`;
			const page = await installation.ask('/', { host });
			const assets = [...page.text.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css)[^"]*)"/g)];
			const texts = await Promise.all(
				assets.map(async ([, path = '']) => (await installation.ask(path, { host })).text),
			);
			return [page.text, ...texts].join('\n');
		},
		async file(slug, path) {
			return (await runtime.workspace(slug).read(path)).text;
		},
		async files(slug) {
			const workspace = runtime.workspace(slug);
			const all = await workspace.list();
			return Object.fromEntries(
				await Promise.all(
					all.map(async ({ path }) => [path, (await workspace.read(path)).text] as const),
				),
			);
		},
		close: () => installation.close(),
	};
}

/** What each check of a turn came to. */
export const outcomes = ({ checks }: Turn): readonly unknown[] =>
	checks.map(({ name, outcome, problems }) => [name, outcome, problems]);

let free = 2;
const waiting: (() => void)[] = [];
/** More at once would only wait for each other. */
export async function twoAtATime(work: () => Promise<void>): Promise<void> {
	if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
	else free -= 1;
	try {
		await work();
	} finally {
		const next = waiting.shift();
		if (next) next();
		else free += 1;
	}
}
