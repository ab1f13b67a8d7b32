import type { Asked, Run, RunEventBody, RunOptions } from '#lib/contracts/index.ts';
import { freezeRun, type FinishedCall, type ParkedAnswer, type ParkedRun } from '../agent/index.ts';
import type { Approvals } from '../consent/index.ts';
import type { Store } from '../backends.ts';
import type { CallLog } from './calls.ts';
import { newQuestionId, type Questions } from './questions.ts';
import type { RunBudgets } from './budgets.ts';
import type { RunLogs } from './log.ts';
import type { RunQueue } from './queue.ts';
import { cutShort, eventsOf, finishedLate } from './recovery.ts';
import type { PastRun, RunRows } from './rows.ts';

/** What a run works with: made by `runs.ts`, used by `run-agent.ts`. */
export interface RunTask {
	readonly run: Run;
	readonly options: RunOptions;
	/** Appends to the run's log; durable when it resolves. @param call with `tool_finished` */
	readonly emit: (event: RunEventBody, call?: FinishedCall) => Promise<void>;
	/** Aborted by the stop button, the kill switch and at shutdown. */
	readonly signal: AbortSignal;
	/** Earlier runs of the app, oldest first. */
	readonly history: readonly PastRun[];
	/** Remembers what the run can be undone to. */
	readonly keepBefore: (checkpoint: string) => Promise<void>;
	/** Keeps a run that waits for a person; its work ends here and goes on with the answer. */
	readonly park: (parked: ParkedRun) => Promise<void>;
	/** Set when a parked run goes on: what it was, and what it waited for, decided. */
	readonly resume:
		{ readonly frozen: string; readonly asked: Asked; readonly answer: ParkedAnswer } | undefined;
}

/** Does the work of a run and emits its events, `stopped` last, unless it parks. */
export type RunAgent = (task: RunTask) => Promise<void>;

export interface RunWorkParts {
	readonly store: Store;
	readonly rows: RunRows;
	readonly logs: RunLogs;
	readonly queue: RunQueue;
	readonly questions: Questions;
	readonly approvals: Approvals;
	readonly calls: CallLog;
	readonly budgets: RunBudgets;
	readonly runAgent: RunAgent;
	readonly log: (level: 'error' | 'info', message: string, cause?: unknown) => void;
}

export interface RunWorked {
	/** The run waits for a person. */
	readonly isParked: boolean;
	/** The run that follows: taken from the queue in the transaction that ended this one. */
	readonly next: Run | undefined;
}

const historyLength = 20;

/** Does the work of one run: what is true together is written together. @param mayBegin whether a run may follow */
export async function workOn(
	parts: RunWorkParts,
	run: Run,
	signal: AbortSignal,
	resume: RunTask['resume'],
	mayBegin: () => boolean,
): Promise<RunWorked> {
	const { rows, logs, queue, questions } = parts;
	const log = logs.open(run.id);
	const { author, options } = await rows.source(run.id);
	let next: Run | undefined;
	let stopped = false as boolean;
	let isParked = false as boolean;
	/** Calls without an end; the one that waited is the first. */
	let open = resume ? 1 : 0;
	const emit = async (event: RunEventBody, call?: FinishedCall): Promise<void> => {
		// Nothing comes after the end, whatever a late callback says.
		if (stopped || isParked) return;
		stopped = event.type === 'stopped';
		try {
			const late =
				stopped && open > 0
					? finishedLate(await eventsOf(parts.store, run.id), 'internal_error')
					: [];
			await log.appendAll([...late.map((one) => one.event), event], async (tx) => {
				for (const one of late)
					await tx.run(parts.calls.insertQuery(run, author, one.event, one.call));
				if (resume) await tx.run(questions.resumedQuery(run.id));
				if (event.type === 'usage') await tx.run(parts.budgets.spendQuery(run.app, event));
				if (event.type === 'tool_finished' && call)
					await tx.run(parts.calls.insertQuery(run, author, event, call));
				if (event.type === 'approval_requested') await tx.run(rows.statusQuery(run.id, 'waiting'));
				if (event.type === 'approval_decided') await tx.run(rows.statusQuery(run.id, 'running'));
				if (event.type !== 'stopped') return;
				await tx.run(rows.endQuery(run.id, event.reason, event.card));
				if (event.reason !== 'done') await queue.pause(tx, run.app, event.reason);
				next = mayBegin() ? await queue.take(tx, run.app) : undefined;
			});
			if (event.type === 'tool_started') open += 1;
			if (event.type === 'tool_finished') open -= 1;
		} catch (error) {
			// An end that could not be written is none; the next attempt may do better.
			stopped = false;
			throw error;
		}
	};
	const park = async (state: ParkedRun): Promise<void> => {
		const questionId = newQuestionId();
		const { waitingFor, call } = state;
		await log.append(
			{ type: 'question_asked', questionId, callId: call.id, waitingFor },
			async (tx) => {
				await questions.park(tx, questionId, run, waitingFor, freezeRun(state));
				await tx.run(rows.statusQuery(run.id, 'waiting'));
			},
		);
		isParked = true;
	};
	try {
		const history = (await rows.history(run.app, historyLength)).filter(({ id }) => id !== run.id);
		const keepBefore = (checkpoint: string): Promise<void> => rows.setBefore(run.id, checkpoint);
		const task = { run, options, emit, signal, history, keepBefore, park, resume };
		await parts.runAgent(task);
		if (!stopped && !isParked) throw new Error('the run ended without saying why');
	} catch (cause) {
		parts.log('error', `run ${run.id}`, cause);
		if (!stopped && !isParked) {
			stopped = true;
			await cutShort(parts, run, 'internal_error');
		}
	} finally {
		// Nobody waits for them; the next start looks after them, too.
		await parts.approvals
			.expire(run.id)
			.catch((cause: unknown) => parts.log('error', `run ${run.id}: its approvals`, cause));
	}
	return { isParked, next };
}
