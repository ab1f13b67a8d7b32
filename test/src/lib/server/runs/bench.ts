import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createBackend } from '../../../../../pb/index.ts';
import type { RunEvent, RunEventBody, StopReason } from '#lib/contracts/index.ts';
import { thawRun, type ParkedRun } from '#lib/server/agent/index.ts';
import { sql, type Backend } from '#lib/server/backends.ts';
import { createApprovals } from '#lib/server/consent/index.ts';
import {
	createCallLog,
	createQuestions,
	createRunBudgets,
	createRunLogs,
	createRunQueue,
	createRunRows,
	createRuns,
	openAgentSwitch,
	type AgentSwitch,
	type Questions,
	type Runs,
} from '#lib/server/runs/index.ts';
import type { RunAgent } from '#lib/server/runs/work.ts';
import type { RunLogs } from '#lib/server/runs/log.ts';
import type { Approvals } from '#lib/server/consent/index.ts';
import { createTables } from '#lib/server/tables/index.ts';

export const now = () => new Date();

/** The runs of a builder's own database, with an agent that a test writes. */
export interface RunsBench {
	readonly backend: Backend;
	readonly runs: Runs;
	readonly logs: RunLogs;
	readonly approvals: Approvals;
	readonly questions: Questions;
	readonly agents: AgentSwitch;
	/** Apps and checkpoints that were restored. */
	readonly restored: readonly string[];
	/** What went to the log of the server. */
	readonly errors: readonly string[];
	/** The events of a run so far. */
	readonly told: (run: string) => Promise<readonly RunEvent[]>;
	/** Waits until a run has this status. */
	readonly reach: (run: string, status: 'running' | 'waiting' | 'ended') => Promise<void>;
	/** Lets SQLite refuse something: the name and the rest of a trigger. @returns takes it away */
	readonly refuse: (when: string) => Promise<() => Promise<void>>;
	close(): Promise<void>;
}

export async function openRunsBench(runAgent: RunAgent): Promise<RunsBench> {
	const dir = await mkdtemp(join(tmpdir(), 'tinykit-runs-'));
	const backend = await createBackend({ dataDir: dir, durability: 'normal' });
	const { store } = backend.app;
	await createTables(store);
	await store.write((tx) =>
		tx.run(sql`INSERT INTO _tk_apps (slug, name, capability, created, updated) VALUES
			('shop', 'Shop', 'c', '2030', '2030')`),
	);
	const rows = createRunRows(store, now);
	const logs = createRunLogs(store, now);
	const approvals = createApprovals(store, now);
	const questions = createQuestions(store, now);
	const agents = await openAgentSwitch(store, now);
	const restored: string[] = [];
	const errors: string[] = [];
	const runs = createRuns({
		...{ store, rows, logs, questions, approvals, agents, runAgent },
		budgets: createRunBudgets(store, now),
		queue: createRunQueue(store, rows, now),
		calls: createCallLog(store, now),
		restore: async (app, checkpoint) => void restored.push(`${app} ${checkpoint}`),
		log: (_level, message) => void errors.push(message),
	});
	let triggers = 0;
	return {
		...{ backend, runs, logs, approvals, questions, agents, restored, errors },
		async told(run) {
			const found = await store.all(
				sql`SELECT body FROM _tk_events WHERE run = ${run} ORDER BY seq`,
			);
			return found.map((row) => JSON.parse(String(row['body'])) as RunEvent);
		},
		async reach(run, status) {
			while ((await runs.get('shop', run)).status !== status) await delay(5);
		},
		async refuse(when) {
			const name = `refuse_${String((triggers += 1))}`;
			const body = `CREATE TRIGGER ${name} ${when} BEGIN SELECT RAISE(ABORT, 'full'); END`;
			await store.write((tx) => tx.run(statement(body)));
			return async () => {
				await store.write((tx) => tx.run(statement(`DROP TRIGGER ${name}`)));
			};
		},
		async close() {
			await runs.close();
			await backend.close();
			await rm(dir, { recursive: true, force: true });
		},
	};
}

const statement = (text: string) => sql(Object.assign([text], { raw: [text] }));

export const stopped = (reason: StopReason): RunEventBody => ({
	type: 'stopped',
	reason,
	message: 'Ended.',
	next: '',
});

export const toolStarted = (callId: string, name = 'ask'): RunEventBody => ({
	type: 'tool_started',
	callId,
	name,
	title: name,
});
export const toolFinished = (callId: string, name = 'ask'): RunEventBody => ({
	type: 'tool_finished',
	callId,
	name,
	ok: true,
	summary: '',
	ms: 1,
});

/** A run that waits for an answer, or for a secret. */
export const waiting = (callId: string, secret?: string): ParkedRun =>
	({
		...thawRun('{"state":[]}'),
		waitingFor:
			secret === undefined
				? { kind: 'questions', questions: [{ id: 'sure', title: 'Sure?', type: 'yes_no' }] }
				: { kind: 'secret', name: secret, purpose: 'mail', hosts: ['mail.example'] },
		call: { type: 'tool_call', id: callId, name: 'ask', input: {} },
		startedAt: 0,
		system: [],
		messages: [],
		usedIds: [],
		before: [],
		after: [],
		spent: { usage: { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 }, steps: 0, ms: 0 },
	}) satisfies ParkedRun;
