import type { Run, RunEvent, RunEventBody, StopReason, TurnCard } from '#lib/contracts/index.ts';
import { stopWords, type FinishedCall } from '../agent/index.ts';
import { sql, type Store } from '../backends.ts';
import { sha256, type CallLog } from './calls.ts';
import type { Questions } from './questions.ts';
import type { RunLogs } from './log.ts';
import type { RunQueue } from './queue.ts';
import type { RunRows } from './rows.ts';

export interface RecoveryParts {
	readonly store: Store;
	readonly rows: RunRows;
	readonly logs: RunLogs;
	readonly queue: RunQueue;
	readonly questions: Questions;
	readonly calls: CallLog;
}

type CutReason = 'interrupted' | 'kill_switch' | 'internal_error';

/**
 * Ends a run that the last process left open, or that could not end itself, in one transaction: each call that began
 * gets the end it lacks, then the run's own, with a card of what its log proves. Nothing is executed again: whether the
 * last call took effect is seen in the files, each of which is as it was before or after.
 */
export async function cutShort(
	{ store, rows, logs, queue, questions, calls }: RecoveryParts,
	run: Run,
	reason: CutReason,
): Promise<void> {
	const events = await eventsOf(store, run.id);
	const waiting = await questions.waiting(run.id);
	const { author } = await rows.source(run.id);
	const finished = finishedLate(events, reason);
	const stop = endOf(reason, cardOf(events));
	const all = [...finished.map(({ event }) => event), stop];
	await logs.open(run.id).appendAll(all, async (tx) => {
		for (const { event, call } of finished)
			await tx.run(calls.insertQuery(run, author, event, call));
		if (waiting?.asked.status === 'open')
			await questions.decide(tx, waiting.asked.id, { status: 'stale' }, '');
		await tx.run(questions.resumedQuery(run.id));
		await tx.run(rows.endQuery(run.id, reason, stop.card));
		await queue.pause(tx, run.app, reason);
	});
}

/** The last event of a run that the agent did not end itself. */
function endOf(reason: CutReason, card: TurnCard): Extract<RunEventBody, { type: 'stopped' }> {
	const { message, next } = stopWords[reason];
	return {
		type: 'stopped',
		...{ reason, message, next },
		card: { ...card, notDone: [message], next: [next] },
	};
}

/** The ends that calls of a log lack, with what the log of calls keeps of them. */
export const finishedLate = (
	events: readonly RunEvent[],
	reason: StopReason,
): readonly {
	readonly event: Extract<RunEventBody, { type: 'tool_finished' }>;
	readonly call: FinishedCall;
}[] =>
	openCalls(events).map(({ callId, name, argsHash = '' }) => ({
		event: {
			type: 'tool_finished',
			...{ callId, name, ok: false, ms: 0 },
			summary:
				reason === 'interrupted' ? 'cut off: the server was restarted' : 'cut off by a failure',
		},
		call: { argsHash, resultHash: sha256('') },
	}));

export async function eventsOf(store: Store, run: string): Promise<readonly RunEvent[]> {
	const events: RunEvent[] = [];
	for (;;) {
		const rows = await store.all(sql`SELECT body FROM _tk_events
			WHERE run = ${run} AND seq > ${events.at(-1)?.seq ?? 0} ORDER BY seq LIMIT 1000`);
		if (rows.length === 0) return events;
		for (const row of rows) events.push(JSON.parse(String(row['body'])) as RunEvent);
	}
}

type Started = Extract<RunEvent, { type: 'tool_started' }>;

function openCalls(events: readonly RunEvent[]): readonly Started[] {
	const open = new Map<string, Started>();
	for (const event of events) {
		if (event.type === 'tool_started') open.set(event.callId, event);
		if (event.type === 'tool_finished') open.delete(event.callId);
	}
	return [...open.values()];
}

/** What the log of a run proves: changed files, changes of the schema, cost. */
function cardOf(events: readonly RunEvent[]): TurnCard {
	const files = new Set<string>();
	const schema: string[] = [];
	const cost = { inputTokens: 0, outputTokens: 0, cachedTokens: 0 };
	let usd: number | undefined;
	for (const event of events) {
		if (event.type === 'file_changed') files.add(event.path);
		if (event.type === 'schema_changed') schema.push(...event.summary);
		if (event.type !== 'usage') continue;
		cost.inputTokens += event.inputTokens;
		cost.outputTokens += event.outputTokens;
		cost.cachedTokens += event.cachedTokens;
		if (event.usd !== undefined) usd = (usd ?? 0) + event.usd;
	}
	const done = [...schema, ...[...files].sort().map((path) => `Changed ${path}`)].slice(0, 20);
	return {
		done,
		notDone: [],
		next: [],
		evidence: [],
		cost: { ...cost, ...(usd !== undefined && { usd }) },
	};
}
