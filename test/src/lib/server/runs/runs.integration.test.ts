import { setTimeout as delay } from 'node:timers/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackend } from '../../../../../pb/index.ts';
import type { RunEvent, RunEventBody } from '../../../../../src/lib/contracts/index.ts';
import { eventStreamOf } from '../../../../../src/lib/server/api/sse.ts';
import {
	createApprovals,
	type Approvals,
} from '../../../../../src/lib/server/consent/approvals.ts';
import { sql, type Backend } from '../../../../../src/lib/server/backends.ts';
import { createRunLogs, type RunLogs } from '../../../../../src/lib/server/runs/log.ts';
import { createRunRows } from '../../../../../src/lib/server/runs/rows.ts';
import { createRuns } from '../../../../../src/lib/server/runs/runs.ts';
import type { Runs } from '../../../../../src/lib/server/runs/types.ts';
import type { RunAgent } from '../../../../../src/lib/server/runs/work.ts';
import {
	openAgentSwitch,
	type AgentSwitch,
} from '../../../../../src/lib/server/runs/kill-switch.ts';
import { createCallLog } from '../../../../../src/lib/server/runs/calls.ts';
import { createQuestions, type Questions } from '../../../../../src/lib/server/runs/questions.ts';
import { createRunBudgets, type RunBudgets } from '../../../../../src/lib/server/runs/budgets.ts';
import { createRunQueue } from '../../../../../src/lib/server/runs/queue.ts';
import { createTables } from '../../../../../src/lib/server/tables/tables.ts';

let dir: string;
let backend: Backend;
let logs: RunLogs;
let approvals: Approvals;
let questions: Questions;
let budgets: RunBudgets;
let agents: AgentSwitch;
let restored: string[];
const now = () => new Date();

const stopped = (reason: 'done' | 'stopped_by_user' | 'interrupted'): RunEventBody => ({
	type: 'stopped',
	reason,
	message: 'Ended.',
	next: '',
});
/** Works until it is told to stop. */
const patient: RunAgent = async ({ emit, signal }) => {
	await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
	await emit(stopped(signal.reason === 'interrupted' ? 'interrupted' : 'stopped_by_user'));
};
const runsOf = (runAgent: RunAgent): Runs => {
	const { store } = backend.app;
	logs = createRunLogs(store, now);
	approvals = createApprovals(store, now);
	questions = createQuestions(store, now);
	budgets = createRunBudgets(store, now);
	const rows = createRunRows(store, now);
	return createRuns({
		...{ store, rows, logs, questions, approvals, budgets, agents, runAgent },
		queue: createRunQueue(store, rows, now),
		calls: createCallLog(store, now),
		restore: async (app, checkpoint) => void restored.push(`${app} ${checkpoint}`),
		log: () => undefined,
	});
};
const eventsOf = async (runs: Runs, id: string): Promise<RunEvent[]> => {
	const events: RunEvent[] = [];
	for await (const event of runs.log(id).follow(0, AbortSignal.timeout(5000))) events.push(event);
	return events;
};

beforeEach(async () => {
	dir = await mkdtemp(join(tmpdir(), 'tinykit-runs-'));
	backend = await createBackend({ dataDir: dir, durability: 'normal' });
	await createTables(backend.app.store);
	agents = await openAgentSwitch(backend.app.store, now);
	restored = [];
	await backend.app.store.write((tx) =>
		tx.run(sql`INSERT INTO _tk_apps (slug, name, capability, created, updated) VALUES
			('shop', 'Shop', 'c', '2030', '2030'), ('blog', 'Blog', 'c', '2030', '2030')`),
	);
});
afterEach(async () => {
	await backend.close();
	await rm(dir, { recursive: true, force: true });
});

describe('runs', () => {
	it('starts one of two, and the other app meanwhile', async () => {
		const runs = runsOf(patient);
		const both = await Promise.allSettled([runs.start('shop', 'a'), runs.start('shop', 'b')]);
		expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
		await runs.start('blog', 'c');
		await expect(runs.start('shop', 'd')).rejects.toMatchObject({ code: 'run_active' });
		await runs.close();
	});

	it('starts none in an app that is not there', async () => {
		await expect(runsOf(patient).start('gone', 'a')).rejects.toMatchObject({
			code: 'app_not_found',
		});
	});

	it('stops a run by its id, once', async () => {
		const runs = runsOf(patient);
		const { id } = await runs.start('shop', 'a');
		await expect(runs.stop('shop', 'other')).rejects.toMatchObject({ code: 'run_not_found' });
		await runs.stop('shop', id);
		expect(await runs.get('shop', id)).toMatchObject({
			status: 'ended',
			reason: 'stopped_by_user',
		});
		await expect(runs.stop('shop', id)).rejects.toMatchObject({ code: 'run_ended' });
		await runs.start('shop', 'again');
		await runs.close();
	});

	it('interrupts also what is just starting, and starts nothing after it is closed', async () => {
		const runs = runsOf(patient);
		const starting = runs.start('shop', 'a');
		await runs.close();
		const { id } = await starting;
		expect(await runs.get('shop', id)).toMatchObject({ status: 'ended', reason: 'interrupted' });
		await expect(runs.start('blog', 'b')).rejects.toMatchObject({ code: 'stopping' });
	});

	it('ends a run that waits for a click when it is stopped, and the click comes too late', async () => {
		let id = '';
		let decision: unknown;
		const runs = runsOf(async ({ run, emit, signal }) => {
			const asked = await approvals.request({
				...{ app: run.app, runId: run.id, kind: 'schema', title: 'Delete?', effects: [] },
			});
			id = asked.id;
			const waiting = approvals.wait(asked.id, signal);
			await emit({ type: 'approval_requested', approvalId: asked.id });
			decision = await waiting;
			await emit(stopped('stopped_by_user'));
		});
		const run = await runs.start('shop', 'a');
		while ((await runs.get('shop', run.id)).status !== 'waiting') await delay(5);
		await runs.stop('shop', run.id);
		expect(decision).toBe('stale');
		await expect(approvals.decide('shop', id, true, 'me')).rejects.toMatchObject({
			code: 'approval_stale',
		});
		expect(await approvals.list('shop')).toMatchObject([{ status: 'stale' }]);
	});

	it('says what went wrong inside as one code and nothing more', async () => {
		const runs = runsOf(() => Promise.reject(new Error('/secret/path')));
		const { id } = await runs.start('shop', 'a');
		const events = await eventsOf(runs, id);
		expect(events).toMatchObject([{ type: 'stopped', reason: 'internal_error', seq: 1 }]);
		expect(JSON.stringify(events)).not.toContain('secret');
	});

	it('ends what a crash left open: row and log together', async () => {
		const first = runsOf(async ({ emit }) => {
			await emit({ type: 'text', delta: 'Working.' });
			await new Promise(() => undefined);
		});
		const { id } = await first.start('shop', 'a');
		while ((await first.log(id).last()) < 1) await delay(5);
		const second = runsOf(patient);
		await second.recover();
		expect(await second.get('shop', id)).toMatchObject({ status: 'ended', reason: 'interrupted' });
		expect(await eventsOf(second, id)).toMatchObject([
			{ type: 'text' },
			{ type: 'stopped', reason: 'interrupted' },
		]);
		await second.recover();
		expect(await eventsOf(second, id)).toHaveLength(2);
	});

	it('does not end a run whose end could not be written', async () => {
		let failed: unknown;
		const runs = runsOf(async ({ emit }) => {
			// The unique key of the log is taken: the row must not say "ended" without its event.
			await emit(stopped('done')).catch((error: unknown) => (failed = error));
			throw new Error('not written');
		});
		await backend.app.store.write((tx) =>
			tx.run(
				sql`CREATE TRIGGER refuse BEFORE INSERT ON _tk_events BEGIN SELECT RAISE(ABORT, 'full'); END`,
			),
		);
		const { id } = await runs.start('shop', 'a');
		while (failed === undefined) await delay(5);
		expect(await runs.get('shop', id)).toMatchObject({ status: 'running', reason: null });
		await backend.app.store.write((tx) => tx.run(sql`DROP TRIGGER refuse`));
		await runs.close();
	});
});

describe('the log of a run', () => {
	it('resumes where a reader left, in order and without gaps, and forgets what is over', async () => {
		const runs = runsOf(async ({ emit }) => {
			await Promise.all([1, 2, 3, 4].map((n) => emit({ type: 'text', delta: String(n) })));
			await emit(stopped('done'));
		});
		const { id } = await runs.start('shop', 'a');
		expect((await eventsOf(runs, id)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
		const rest: number[] = [];
		for await (const { seq } of runs.log(id).follow(3, AbortSignal.timeout(5000))) rest.push(seq);
		expect(rest).toEqual([4, 5]);
		expect(logs.size).toBe(0);
	});

	it('lets a reader go that closes its stream while nothing happens', async () => {
		const runs = runsOf(patient);
		const { id } = await runs.start('shop', 'a');
		let isAborted = false;
		let ended = 0;
		const stream = eventStreamOf(
			(signal) => {
				signal.addEventListener('abort', () => (isAborted = true));
				return runs.log(id).follow(0, signal);
			},
			() => (ended += 1),
		);
		const reader = stream.getReader();
		expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe(': open\n\n');
		await reader.cancel();
		expect([isAborted, ended]).toEqual([true, 1]);
		await runs.close();
		expect(logs.size).toBe(0);
	});

	it('ends a stream whose source breaks', async () => {
		let ended = 0;
		const stream = eventStreamOf(broken, () => (ended += 1));
		await expect(new Response(stream).text()).rejects.toThrow('broken');
		expect(ended).toBe(1);
	});
});

async function* broken(): AsyncGenerator<RunEvent> {
	await Promise.resolve();
	throw new Error('broken');
}
