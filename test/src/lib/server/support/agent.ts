import { request } from 'node:http';
import { createdApp, startedRun, type RunEvent, type StartedRun } from '#lib/contracts/index.ts';
import {
	startMessagesServer,
	type MessagesServer,
	type Reply,
	type Step,
} from '../../../../fixtures/messages-server/index.ts';
import { openInstallation, type Installation, type Reply as Answer } from './installation.ts';

/** An answer whose members are looked up freely; what is not there is undefined. */
export interface Json {
	readonly [key: string]: Json | undefined;
}

export interface Api {
	readonly status: number;
	readonly body: Json;
}

/** A real installation whose model is a scripted Messages server, seen from outside. */
export interface AgentBench {
	readonly installation: Installation;
	readonly model: MessagesServer;
	/** The app's slug. */
	readonly app: string;
	/** Token of the owner. */
	readonly owner: string;
	/** Below `/tinykit/api`; as the owner unless a token is given. */
	ask(method: string, path: string, json?: unknown, token?: string): Promise<Answer & Api>;
	/** Below the app. */
	of(method: string, path: string, json?: unknown, token?: string): Promise<Answer & Api>;
	send(text: string, more?: Readonly<Record<string, unknown>>): Promise<StartedRun>;
	/** POSTs what starts a run: `/runs`, `/runs/:id/retry` … */
	begin(path: string, json: unknown): Promise<StartedRun>;
	/** Events over SSE from the first, until one fits; `stopped` when nothing is said. */
	follow(run: string, until?: (event: RunEvent) => boolean, slug?: string): Promise<RunEvent[]>;
	/** The first event of a type. */
	event<T extends RunEvent['type']>(run: string, type: T): Promise<Extract<RunEvent, { type: T }>>;
	/** The same directory and model, opened anew. */
	reopen(): Promise<AgentBench>;
	close(): Promise<void>;
}

export async function openAgentBench(
	script: readonly Step[],
	settings: Readonly<Record<string, string>> = {},
): Promise<AgentBench> {
	const model = await startMessagesServer(script);
	return benchOf(model, settings, undefined);
}

async function benchOf(
	model: MessagesServer,
	settings: Readonly<Record<string, string>>,
	before: { readonly dir: string; readonly owner: string; readonly app: string } | undefined,
): Promise<AgentBench> {
	const installation = await openInstallation(
		{
			ANTHROPIC_API_KEY: 'test-key',
			ANTHROPIC_BASE_URL: model.url,
			TINYKIT_MODEL: 'test-model',
			...settings,
		},
		before?.dir,
	);
	const owner = before?.owner ?? (await installation.account('owner@example.com', 'owner'));

	const ask: AgentBench['ask'] = async (method, path, json, token = owner) => {
		const answer = await installation.ask(`/tinykit/api${path}`, {
			method,
			headers: {
				...(token !== '' && { authorization: token }),
				...(json !== undefined && { 'content-type': 'application/json' }),
			},
			...(json !== undefined && { body: JSON.stringify(json) }),
		});
		return { ...answer, body: parse(answer.text) as Json };
	};
	const app =
		before?.app ?? createdApp.parse((await ask('POST', '/apps', { name: 'Shop' })).body).slug;
	// Something that passes its checks, so that what a turn adds can.
	if (!before) await installation.runtime.workspace(app).write('src/App.svelte', '<h1>Shop</h1>\n');
	const of: AgentBench['of'] = (method, path, json, token) =>
		ask(method, `/apps/${app}${path}`, json, token);

	const begin: AgentBench['begin'] = async (path, json) => {
		const { status, text, body } = await of('POST', path, json);
		if (status !== 201 && status !== 202) throw new Error(`${path}: ${text}`);
		return startedRun.parse(body);
	};
	const follow: AgentBench['follow'] = (
		run,
		until = ({ type }) => type === 'stopped',
		slug = app,
	) =>
		new Promise((resolve, reject) => {
			const events: RunEvent[] = [];
			const outgoing = request(
				{
					...{ host: '127.0.0.1', port: installation.port },
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
							if (!until(event)) continue;
							outgoing.destroy();
							resolve(events);
							return;
						}
					});
					incoming.on('end', () => {
						if (incoming.statusCode !== 200) reject(new Error(`events: ${rest}`));
						else resolve(events);
					});
				},
			);
			outgoing.on('error', reject);
			outgoing.end();
		});

	return {
		...{ installation, model, app, owner, ask, of, follow },
		begin,
		send: (text, more = {}) => begin('/runs', { text, ...more }),
		async event(run, type) {
			const events = await follow(run, (event) => event.type === type || event.type === 'stopped');
			const found = events.find((event) => event.type === type);
			if (!found) throw new Error(`no ${type}: ${JSON.stringify(events.at(-1))}`);
			return found as Extract<RunEvent, { type: typeof type }>;
		},
		reopen: () => benchOf(model, settings, { dir: installation.dir, owner, app }),
		async close() {
			await installation.close();
			await model.close();
		},
	};
}

const parse = (text: string): unknown => {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
};

/** An answer that comes when it is let go. */
export function held(reply: Reply): {
	readonly reply: () => Promise<Reply>;
	readonly reached: Promise<void>;
	readonly release: () => void;
} {
	let release = (): void => undefined;
	let arrive = (): void => undefined;
	const gate = new Promise<void>((resolve) => (release = resolve));
	const reached = new Promise<void>((resolve) => (arrive = resolve));
	return {
		reached,
		release: () => release(),
		async reply() {
			arrive();
			await gate;
			return reply;
		},
	};
}
