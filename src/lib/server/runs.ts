import { TinykitError, type Run, type RunEventBody } from '#lib/contracts/index.ts';
import type { Approvals } from './approvals.ts';
import type { RunLog, RunLogs } from './run-log.ts';
import type { PastRun, RunRows } from './run-rows.ts';

/** What a run works with: made by `runs.ts`, used by `run-agent.ts`. */
export interface RunTask {
	readonly run: Run;
	/** Appends to the run's log; durable when it resolves. */
	readonly emit: (event: RunEventBody) => Promise<void>;
	/** Aborted by the stop button and at shutdown. */
	readonly signal: AbortSignal;
	/** Earlier runs of the app, oldest first. */
	readonly history: readonly PastRun[];
}

/** Does the work of a run and emits its events, `stopped` last. */
export type RunAgent = (task: RunTask) => Promise<void>;

export interface Runs {
	/** @throws TinykitError `run_active` when another run works on this app, `app_not_found`, `stopping` */
	start(app: string, text: string): Promise<Run>;
	list(app: string): Promise<readonly Run[]>;
	newest(app: string): Promise<Run | undefined>;
	/** @throws TinykitError `run_not_found` */
	get(app: string, id: string): Promise<Run>;
	log(id: string): RunLog;
	/** Resolves once the run has ended. @throws TinykitError `run_not_found`, `run_ended` */
	stop(app: string, id: string): Promise<void>;
	/** Ends the runs that the last process left open. */
	recover(): Promise<void>;
	/** Stops all runs of an app, also one that is just starting. */
	stopAll(app: string): Promise<void>;
	/** Stops all runs; none starts any more. */
	close(): Promise<void>;
}

const historyLength = 20;

interface Active {
	readonly run: Run;
	readonly abort: AbortController;
	readonly done: Promise<void>;
}

export function createRuns(parts: {
	readonly rows: RunRows;
	readonly logs: RunLogs;
	readonly approvals: Approvals;
	readonly runAgent: RunAgent;
	readonly log: (level: 'error' | 'info', message: string, cause?: unknown) => void;
}): Runs {
	const { rows, logs, approvals } = parts;
	/** By app: two runs never work on one app at a time. */
	const active = new Map<string, Active>();
	const starting = new Map<string, Promise<unknown>>();
	let isClosed = false;

	const work = async (
		run: Run,
		history: readonly PastRun[],
		signal: AbortSignal,
	): Promise<void> => {
		const log = logs.open(run.id);
		let stopped = false as boolean;
		const emit = async (event: RunEventBody): Promise<void> => {
			// Nothing comes after the end, whatever a late callback says.
			if (stopped) return;
			if (event.type === 'stopped') {
				stopped = true;
				try {
					await log.append(event, rows.endQuery(run.id, event.reason, event.card));
				} catch (error) {
					// An end that could not be written is none; the next attempt may do better.
					stopped = false;
					throw error;
				}
				return;
			}
			await log.append(event);
			if (event.type === 'approval_requested') await rows.setStatus(run.id, 'waiting');
			if (event.type === 'approval_decided') await rows.setStatus(run.id, 'running');
		};
		try {
			await parts.runAgent({ run, emit, signal, history });
			if (!stopped) throw new Error('the run ended without saying why');
		} catch (cause) {
			parts.log('error', `run ${run.id}`, cause);
			await emit(endOf('internal_error'));
		} finally {
			await approvals.expire(run.id);
		}
	};

	const get = async (app: string, id: string): Promise<Run> => {
		const run = await rows.find(app, id);
		if (!run) throw new TinykitError('run_not_found');
		return run;
	};

	const begin = async (app: string, text: string): Promise<Run> => {
		const history = await rows.list(app, historyLength);
		const run = await rows.insert(app, text);
		const abort = new AbortController();
		const done = work(run, history, abort.signal)
			.catch((cause: unknown) => parts.log('error', `run ${run.id} could not be ended`, cause))
			.finally(() => active.delete(app));
		active.set(app, { run, abort, done });
		return run;
	};

	const interrupt = async (concerns: (app: string) => boolean): Promise<void> => {
		// One that is just starting is waited for: only then can it be told to stop.
		await Promise.allSettled([...starting].flatMap(([app, run]) => (concerns(app) ? [run] : [])));
		const which = [...active].flatMap(([app, run]) => (concerns(app) ? [run] : []));
		// The reason stands in the log: nobody pressed stop.
		for (const { abort } of which) abort.abort('interrupted');
		await Promise.all(which.map(({ done }) => done));
	};

	return {
		get,
		list: async (app) => (await rows.list(app, 200)).map(({ card: _card, ...run }) => run),
		newest: (app) => rows.newest(app),
		log: (id) => logs.open(id),
		async start(app, text) {
			if (isClosed) throw new TinykitError('stopping');
			if (active.has(app) || starting.has(app)) throw new TinykitError('run_active');
			const started = begin(app, text).finally(() => starting.delete(app));
			starting.set(app, started);
			return started;
		},
		async stop(app, id) {
			const current = active.get(app);
			if (current?.run.id !== id) {
				await get(app, id);
				throw new TinykitError('run_ended');
			}
			current.abort.abort();
			await current.done;
		},
		async recover() {
			await approvals.expire();
			for (const { id } of await rows.open())
				await logs
					.open(id)
					.append(endOf('interrupted'), rows.endQuery(id, 'interrupted', undefined));
		},
		stopAll: (app) => interrupt((name) => name === app),
		async close() {
			isClosed = true;
			await interrupt(() => true);
		},
	};
}

function endOf(reason: 'interrupted' | 'internal_error'): RunEventBody {
	return reason === 'interrupted'
		? {
				type: 'stopped',
				reason,
				message:
					'The server was restarted while this was being worked on. Each file is whole; the last step may be missing.',
				next: 'Send the request again to go on.',
			}
		: {
				type: 'stopped',
				reason,
				message: 'Something went wrong inside tinykit. The server log has the details.',
				next: 'Send the request again.',
			};
}
