import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '#lib/contracts/index.ts';
import { sql } from '../../../../../src/lib/server/backends.ts';
import {
	applyLastPlan,
	call,
	message,
	refuse,
	startMessagesServer,
	type MessagesRequest,
	type MessagesServer,
	type Reply,
} from '../../../../fixtures/messages-server/index.ts';
import { openAgentBench } from '../support/agent.ts';
import { openInstallation, type Installation } from '../support/installation.ts';

const child = join(import.meta.dirname, 'crash-child.ts');
const app = 'shop';
const headers = { 'content-type': 'application/json' };
/** Two at a time: the machine has other work. */
const lanes = 2;
/** Each point costs two starts of the server. All of them: `EVERY_POINT=1 npx vitest run --project integration crash`. */
const stride = process.env['EVERY_POINT'] === '1' ? 1 : 5;
const timeout = 3_600_000;

const before: Readonly<Record<string, string | undefined>> = {
	'src/App.svelte': '<h1>Shop</h1>\n',
	'notes.md': 'one\n',
	'old.md': 'old\n',
	'moved.md': undefined,
	'new.md': undefined,
	'gone.md': 'gone\n',
};
/** What each file may be at any moment of the turn. */
const states: Readonly<Record<string, readonly (string | undefined)[]>> = {
	'src/App.svelte': [before['src/App.svelte']],
	// An edit that was applied twice would say "one two two".
	'notes.md': ['one\n', 'one two\n'],
	'old.md': ['old\n', undefined],
	'moved.md': [undefined, 'old\n'],
	'new.md': [undefined, 'new\n'],
	'gone.md': ['gone\n', undefined],
};

/** The answer to a request by how far its conversation is: a run that begins anew plays from the start. */
const replyOf =
	(script: readonly (Reply | ((request: MessagesRequest) => Reply))[]) =>
	(asked: MessagesRequest): Reply => {
		const at = asked.messages.filter(({ role }) => role === 'assistant').length;
		const step = JSON.stringify(asked.messages[0]).includes('queued message')
			? message(call('done', { summary: ['Second'] }))
			: (script[at] ?? refuse(401, 'authentication_error'));
		return typeof step === 'function' ? step(asked) : step;
	};

let template: string;
let owner: string;
beforeAll(async () => {
	const bench = await openAgentBench([]);
	const workspace = bench.installation.runtime.workspace(app);
	for (const [path, text] of Object.entries(before))
		if (text !== undefined) await workspace.write(path, text);
	// The draft exists: a turn changes it.
	await bench.installation.runtime.backends.use(app, 'draft', () => Promise.resolve());
	owner = bench.owner;
	template = bench.installation.dir;
	await bench.installation.close(true);
	await bench.model.close();
});
afterAll(() => rm(template, { recursive: true, force: true }));

interface Killed {
	readonly dir: string;
	readonly run: string;
	readonly queued: string;
	/** Undefined: the turn ended before this point was reached. */
	readonly point: string | undefined;
}

/** Plays the turn in a process that ends itself at one point. */
async function playAndKill(
	at: number,
	model: MessagesServer,
	after: (ask: Ask, run: string) => Promise<void>,
): Promise<Killed> {
	const dir = await mkdtemp(join(tmpdir(), 'tinykit-crash-'));
	await cp(template, dir, { recursive: true });
	const process_ = fork(child, [dir, model.url, String(at)], {
		stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
		execArgv: [],
	});
	let points = '';
	process_.stdout?.on('data', (chunk: Buffer) => (points += chunk.toString()));
	const exited = once(process_, 'exit');
	const [{ port }] = (await Promise.race([
		once(process_, 'message'),
		exited.then(() => Promise.reject(new Error('the server did not start'))),
	])) as [{ port: number }];
	const ask: Ask = (method, path, json) => askOf(port, method, path, json);
	// Acceptance is a point, too: what was not answered was not promised.
	const first = crypto.randomUUID();
	const second = crypto.randomUUID();
	await tell(process_, 'arm');
	const accept = async (text: string, clientId: string): Promise<string> => {
		const answer = await ask('POST', '/runs', { text, clientId }).catch(() => undefined);
		return answer === undefined ? '' : (JSON.parse(answer) as { id: string }).id;
	};
	const run = await accept('Change everything.', first);
	const queued = run === '' ? '' : await accept('A queued message.', second);
	if (queued !== '') {
		const played = after(ask, run).then(() => untilEnded(ask, queued));
		let failed: unknown;
		await Promise.race([
			exited,
			played.catch((error: unknown) => {
				failed = error;
				// A server that is gone answers nothing any more; one that is there has said something wrong.
				return Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 2000))]);
			}),
		]);
		if (failed !== undefined && process_.signalCode === null && process_.exitCode === null) {
			process_.kill('SIGKILL');
			throw new Error('the turn could not be played', { cause: failed });
		}
	} else await exited;
	if (process_.exitCode === null && process_.signalCode === null) {
		process_.disconnect();
		await exited;
	}
	const last = points.trim().split('\n').at(-1);
	return { dir, run, queued, point: process_.signalCode === 'SIGKILL' ? last : undefined };
}

type Ask = (method: string, path: string, json?: unknown) => Promise<string>;
const askOf = (port: number, method: string, path: string, json?: unknown): Promise<string> =>
	new Promise((resolve, reject) => {
		const outgoing = request(
			{
				...{ host: '127.0.0.1', port, method, path: `/tinykit/api/apps/${app}${path}` },
				headers: { ...headers, host: `localhost:${String(port)}`, authorization: owner },
			},
			(incoming) => {
				let text = '';
				incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
				incoming.on('end', () =>
					(incoming.statusCode ?? 500) < 300 ? resolve(text) : reject(new Error(text)),
				);
				incoming.on('error', reject);
			},
		);
		outgoing.on('error', reject);
		outgoing.end(json === undefined ? undefined : JSON.stringify(json));
	});

async function tell(process_: ChildProcess, text: string): Promise<void> {
	const heard = once(process_, 'message');
	process_.send(text);
	await heard;
}

/** Follows the message until its run has ended. */
async function untilEnded(ask: Ask, id: string): Promise<void> {
	for (;;) {
		const runs = JSON.parse(await ask('GET', '/runs')) as {
			items: { id: string; status: string }[];
		};
		if (runs.items.some((run) => run.id === id && run.status === 'ended')) return;
		const queue = JSON.parse(await ask('GET', '/queue')) as { paused: unknown };
		if (queue.paused !== null) return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

/** What must hold after a restart, whatever the moment was. */
async function expectWhole(
	killed: Killed,
	settle: (installation: Installation, run: string) => Promise<void>,
	model: MessagesServer,
): Promise<void> {
	const installation = await openInstallation(
		{
			ANTHROPIC_API_KEY: 'test-key',
			ANTHROPIC_BASE_URL: model.url,
			TINYKIT_MODEL: 'test-model',
		},
		killed.dir,
	);
	try {
		const { runs, checkpoints, backends } = installation.runtime;
		const { store } = backends.builder.app;
		const list = await runs.list(app);
		const waiting = (await runs.queue(app)).items.map(({ id }) => id);
		// What was accepted is there once: as a run or in the queue.
		for (const id of [killed.run, killed.queued].filter((known) => known !== ''))
			expect(
				[...list.map((run) => run.id), ...waiting].filter((known) => known === id),
			).toHaveLength(1);
		const run = list[0];
		if (!run) return;
		await settle(installation, run.id);
		const events: RunEvent[] = [];
		for await (const event of runs.log(run.id).follow(0, AbortSignal.timeout(20_000)))
			events.push(event);
		expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
		expect(events.filter(({ type }) => type === 'stopped')).toHaveLength(1);
		const end = events.at(-1);
		const ended = await runs.get(app, run.id);
		expect(end).toMatchObject({ type: 'stopped', reason: ended.reason });
		expect(ended.status).toBe('ended');

		const started = events.flatMap((event) =>
			event.type === 'tool_started' ? [event.callId] : [],
		);
		const finished = events.flatMap((event) =>
			event.type === 'tool_finished' ? [event.callId] : [],
		);
		expect(new Set(started).size).toBe(started.length);
		expect([...finished].sort()).toEqual([...started].sort());
		const calls = await store.all(sql`SELECT call FROM _tk_calls WHERE run = ${run.id}`);
		expect(calls.map((row) => String(row['call'])).sort()).toEqual([...started].sort());

		for (const [path, allowed] of Object.entries(states)) {
			const text = await readFile(join(killed.dir, 'workspace', app, path), 'utf8').catch(
				() => undefined,
			);
			expect([path, allowed.includes(text), text]).toEqual([path, true, text]);
		}
		// A file that moves is never in both places or in none.
		const files = (await installation.runtime.workspace(app).list()).map(({ path }) => path);
		expect(files.filter((path) => path === 'old.md' || path === 'moved.md')).toHaveLength(1);
		const tables = await backends.use(app, 'draft', (draft) =>
			Promise.resolve(draft.app.catalog.all().map(({ name }) => name)),
		);
		expect(tables.filter((name) => name === 'items').length).toBeLessThan(2);

		if (ended.before === null) throw new Error('nothing to undo it with');
		// The queue goes on only when told; then the app is as it was before the turn.
		await runs.stopAll(app);
		await checkpoints.restore(app, ended.before, {
			parts: ['code', 'schema', 'data'],
			force: true,
		});
		for (const [path, text] of Object.entries(before))
			expect([
				path,
				await readFile(join(killed.dir, 'workspace', app, path), 'utf8').catch(() => undefined),
			]).toEqual([path, text]);
		const left = await backends.use(app, 'draft', (draft) =>
			Promise.resolve(draft.app.catalog.all().map(({ name }) => name)),
		);
		expect(left).not.toContain('items');
	} finally {
		await installation.close();
	}
}

/** Kills at one point after the other until the turn gets by; all points are told in one list when something does not hold. */
async function killEverywhere(
	script: readonly (Reply | ((request: MessagesRequest) => Reply))[],
	after: (ask: Ask, run: string) => Promise<void> = () => Promise.resolve(),
	settle: (installation: Installation, run: string) => Promise<void> = () => Promise.resolve(),
): Promise<number> {
	/** One for each process: the same words in two conversations would be taken for one that was rewritten. */
	const withModel = async <T>(body: (model: MessagesServer) => Promise<T>): Promise<T> => {
		const model = await startMessagesServer(
			Array.from({ length: 100 }, () => ({ reply: replyOf(script) })),
		);
		return body(model).finally(() => model.close());
	};
	const broken: string[] = [];
	let next = 1;
	let points = Number.POSITIVE_INFINITY;
	const lane = async (): Promise<void> => {
		while (next < points) {
			const at = next;
			next += stride;
			const killed = await withModel((model) => playAndKill(at, model, after)).catch(
				(error: unknown) => {
					broken.push(
						`${String(at)}: ${String(error instanceof Error ? (error.cause ?? error) : error)}`,
					);
					return undefined;
				},
			);
			if (!killed) continue;
			if (killed.point === undefined) points = Math.min(points, at);
			else if (stride === 1) process.stderr.write(`${killed.point}\n`);
			await withModel((model) => expectWhole(killed, settle, model)).catch((error: unknown) =>
				broken.push(`${killed.point ?? `${String(at)} (not killed)`}: ${String(error)}`),
			);
		}
	};
	await Promise.all(Array.from({ length: lanes }, lane));
	expect(broken).toEqual([]);
	return points - 1;
}

describe('kill -9 at every point of the journal', () => {
	it('of a turn that changes files and tables', { timeout }, async () => {
		const points = await killEverywhere([
			message(...['notes.md', 'old.md', 'gone.md'].map((path) => call('read', { path }))),
			message(
				call('edit', { path: 'notes.md', old: 'one', new: 'one two' }),
				call('write', { path: 'new.md', content: 'new\n' }),
			),
			message(
				call('rename', { from: 'old.md', to: 'moved.md' }),
				call('delete', { path: 'gone.md' }),
			),
			message(
				call('schema_plan', {
					create: [{ name: 'items', fields: [{ name: 'title', type: 'text' }] }],
				}),
			),
			applyLastPlan,
		]);
		expect(points).toBeGreaterThan(40);
	});

	const asks = message(
		call('ask', { questions: [{ id: 'sure', title: 'Sure?', type: 'yes_no' }] }, 'ask'),
		call('list', {}, 'list'),
	);
	const answers = { sure: true };

	it(
		'of a turn that asks, is answered, is done, and is followed by the next',
		{ timeout },
		async () => {
			const points = await killEverywhere(
				[asks, message(call('done', { summary: ['First'] }))],
				async (ask, run) => {
					for (;;) {
						const { items } = JSON.parse(await ask('GET', '/questions')) as {
							items: { id: string }[];
						};
						if (items[0]) {
							await ask('POST', `/questions/${items[0].id}`, { answers });
							return;
						}
						const { status } = JSON.parse(await ask('GET', `/runs/${run}`)) as { status: string };
						if (status === 'ended') throw new Error('the run ended without asking');
						await new Promise((resolve) => setTimeout(resolve, 20));
					}
				},
				// What still waits is answered now: the run goes on, wherever the process was ended.
				async ({ runtime }, run) => {
					for await (const event of runtime.runs.log(run).follow(0, AbortSignal.timeout(20_000))) {
						if (event.type !== 'question_asked') continue;
						const asked = await runtime.questions.get(app, event.questionId);
						if (asked.status === 'open') await runtime.runs.answer(app, asked.id, answers, 'me');
					}
				},
			);
			expect(points).toBeGreaterThan(15);
		},
	);
});
