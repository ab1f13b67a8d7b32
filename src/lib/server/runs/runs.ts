import {
	TinykitError,
	type Asked,
	type Run,
	type StartedRun,
	type StopReason,
} from '#lib/contracts/index.ts';
import { answeredEvent, checkAnswers, resultOf, type Verdict, type Waiting } from './questions.ts';
import { cutShort } from './recovery.ts';
import type { NewRun } from './rows.ts';
import { createTurns } from './turns.ts';
import type { MessageExtras, RunParts, Runs } from './types.ts';
import { workOn, type RunTask } from './work.ts';

interface Active {
	readonly run: Run;
	readonly abort: AbortController;
	readonly done: Promise<void>;
}

/** The person was faster: what has been gone on with is ended as any other. */
function unlessDecided(cause: unknown): void {
	if (!(cause instanceof TinykitError && cause.code === 'question_decided')) throw cause;
}

/** Two runs never work on one app at a time: each app has one open run, active or parked, and a queue behind it. */
export function createRuns(parts: RunParts): Runs {
	const { store, rows, logs, queue, questions, agents } = parts;
	const active = new Map<string, Active>();
	/** Runs that wait for a person, by app. */
	const parked = new Map<string, string>();
	/** Runs whose end could not be written (a full disk), by app. */
	const broken = new Map<string, Run>();
	const turns = createTurns();
	let isClosed = false;

	const mayBegin = (): boolean => !isClosed && !agents.status.stopped;
	const isOpen = (app: string): boolean => active.has(app) || parked.has(app);
	const get = async (app: string, id: string): Promise<Run> => {
		const run = await rows.find(app, id);
		if (!run) throw new TinykitError('run_not_found');
		return run;
	};

	/** @param reason the run goes on only to come to its end */
	const launch = (run: Run, resume?: RunTask['resume'], reason?: StopReason): void => {
		const abort = new AbortController();
		if (reason !== undefined) abort.abort(reason);
		parked.delete(run.app);
		const done = workOn(parts, run, abort.signal, resume, mayBegin)
			.catch((cause: unknown) => {
				parts.log('error', `run ${run.id} could not be ended`, cause);
				broken.set(run.app, run);
				return undefined;
			})
			.then((worked) => {
				// In one step: nobody comes between a run and the one that follows it.
				active.delete(run.app);
				if (worked?.isParked) parked.set(run.app, run.id);
				if (worked?.next) launch(worked.next);
			});
		active.set(run.app, { run, abort, done });
	};

	/** Ends what could not be ended before: nothing else begins until it has its end. */
	const mend = async (app: string): Promise<void> => {
		const run = broken.get(app);
		if (!run) return;
		await cutShort(parts, run, 'internal_error');
		broken.delete(app);
	};

	/** One acceptance at a time per app. @param whenOpen what to do while a run is open */
	const accept = (
		app: string,
		message: NewRun,
		clientId: string | undefined,
		whenOpen: 'queue' | 'refuse',
		before: () => Promise<void> = () => Promise.resolve(),
	): Promise<StartedRun> => {
		if (isClosed) return Promise.reject(new TinykitError('stopping'));
		return turns(app, async () => {
			const known = clientId === undefined ? undefined : await rows.accepted(store, app, clientId);
			if (known !== undefined) {
				const waiting = await queue.find(app, known);
				return waiting
					? { id: known, status: 'queued', position: waiting.position }
					: { id: known, status: 'started' };
			}
			if (agents.status.stopped) throw new TinykitError('agents_stopped');
			if (isOpen(app) && whenOpen === 'refuse') throw new TinykitError('run_active');
			await mend(app);
			if (!isOpen(app)) await before();
			const accepted = await store.write(async (tx) => {
				// Asked last: a run that ended meanwhile has taken what waited before it.
				const queued = isOpen(app) && whenOpen === 'queue';
				const item = queued ? await queue.add(tx, app, message) : undefined;
				const run = item ? undefined : await rows.insert(tx, app, message);
				if (run && message.kind === 'resend' && message.of !== undefined)
					await tx.run(rows.supersedeQuery(app, message.of, run.id));
				const id = item?.id ?? run?.id ?? '';
				if (clientId !== undefined) await tx.run(rows.acceptQuery(app, clientId, id));
				return { id, run, position: item?.position };
			});
			if (accepted.run) {
				launch(accepted.run);
				return { id: accepted.id, status: 'started' };
			}
			// The open run may have ended while this was written, and seen nothing to follow it.
			await next(app);
			return active.get(app)?.run.id === accepted.id
				? { id: accepted.id, status: 'started' }
				: { id: accepted.id, status: 'queued', position: accepted.position ?? 1 };
		});
	};

	/** Begins the next message that waits, when nothing else is open. */
	const next = async (app: string): Promise<void> => {
		if (isOpen(app) || !mayBegin()) return;
		await mend(app);
		const run = await store.write((tx) => queue.take(tx, app));
		if (run) launch(run);
	};

	/** Ends a question and lets its run go on. */
	const decide = (
		app: string,
		id: string,
		verdict: Verdict,
		by: string,
		reason?: StopReason,
	): Promise<Asked> =>
		turns(app, async () => {
			const before = await questions.get(app, id);
			if (before.status !== 'open') throw new TinykitError('question_decided');
			if (isClosed) throw new TinykitError('stopping');
			if (agents.status.stopped && verdict.status !== 'stale')
				throw new TinykitError('agents_stopped');
			// One that is just being parked is waited for.
			const current = active.get(app);
			if (current?.run.id === before.runId) await current.done;
			const log = logs.open(before.runId);
			await log.append(answeredEvent(before, verdict), async (tx) => {
				await questions.decide(tx, id, verdict, by);
				await tx.run(rows.statusQuery(before.runId, 'running'));
			});
			const run = await get(app, before.runId);
			const waiting = await questions.waiting(run.id);
			if (waiting) launch(run, resumeOf(waiting), reason);
			return questions.get(app, id);
		});

	const resumeOf = ({ asked, frozen }: Waiting): RunTask['resume'] => ({
		frozen,
		asked,
		answer: resultOf(asked),
	});

	/** Ends what is open on an app. @param withParked also what waits for a person @param only this run */
	const end = async (
		app: string,
		reason: StopReason,
		withParked: boolean,
		only?: string,
	): Promise<void> => {
		// One that is just starting is waited for: only then can it be told to stop.
		await turns(app, () => mend(app));
		const isMeant = (run: string): boolean => only === undefined || run === only;
		for (;;) {
			const current = active.get(app);
			if (current && isMeant(current.run.id)) {
				current.abort.abort(reason);
				await current.done;
				continue;
			}
			const run = parked.get(app);
			if (run === undefined || !withParked || !isMeant(run)) return;
			const waiting = await questions.waiting(run);
			if (!waiting) return;
			await decide(app, waiting.asked.id, { status: 'stale' }, '', reason).catch(unlessDecided);
		}
	};

	/** The question of the parked run of an app, when it waits for this secret. */
	const secretAsked = async (
		app: string,
		name: string,
	): Promise<{ readonly id: string; readonly hosts: readonly string[] } | undefined> => {
		for (const { id, status, waitingFor } of await questions.list(app))
			if (status === 'open' && waitingFor.kind === 'secret' && waitingFor.name === name)
				return { id, hosts: waitingFor.hosts };
		return undefined;
	};

	const sent = (text: string, { author = '', clientId: _, ...options }: MessageExtras): NewRun => ({
		text,
		author,
		options,
	});

	return {
		get,
		list: async (app) => (await rows.list(app, 200)).map(({ card: _card, ...run }) => run),
		newest: (app) => rows.newest(app),
		log: (id) => logs.open(id),
		send: (app, text, extras = {}) => accept(app, sent(text, extras), extras.clientId, 'queue'),
		async start(app, text, extras = {}) {
			const { id } = await accept(app, sent(text, extras), extras.clientId, 'refuse');
			return get(app, id);
		},
		async resend(app, id, text, extras = {}) {
			const { before } = await get(app, id);
			const message: NewRun = { ...sent(text, extras), kind: 'resend', of: id };
			return accept(app, message, extras.clientId, 'refuse', async () => {
				if (before === null) throw new TinykitError('nothing_to_restore');
				await parts.restore(app, before);
			});
		},
		async retry(app, id, extras = {}) {
			const [run, { options }] = [await get(app, id), await rows.source(id)];
			const message: NewRun = {
				...sent(run.text, { ...options, ...extras }),
				kind: 'retry',
				of: id,
			};
			return accept(app, message, extras.clientId, 'refuse');
		},
		async resumeWork(app, id, extras = {}) {
			const [run, { options }] = [await get(app, id), await rows.source(id)];
			if (run.status === 'ended' && run.reason === 'done') throw new TinykitError('run_is_done');
			const text = `Go on with this request where you stopped: ${run.text}`.slice(0, 20_000);
			const message: NewRun = {
				...sent(text, { ...options, ...extras }),
				kind: 'continue',
				of: id,
			};
			return accept(app, message, extras.clientId, 'refuse');
		},
		queue: (app) => queue.list(app),
		async resumeQueue(app) {
			await turns(app, async () => {
				if (agents.status.stopped) throw new TinykitError('agents_stopped');
				await queue.unpause(app);
				await next(app);
			});
			return queue.list(app);
		},
		async changeQueued(app, id, patch) {
			await queue.update(app, id, patch);
			return queue.list(app);
		},
		removeQueued: (app, id) => queue.remove(app, id),
		async answer(app, id, answers, by) {
			checkAnswers(await questions.get(app, id), answers);
			return decide(app, id, { status: 'answered', answers }, by);
		},
		decline: (app, id, by) => decide(app, id, { status: 'declined' }, by),
		async hostsAsked(app, name) {
			return (await secretAsked(app, name))?.hosts;
		},
		async secretEntered(app, name, by) {
			const asked = await secretAsked(app, name);
			if (asked) await decide(app, asked.id, { status: 'answered', answers: {} }, by);
		},
		async stop(app, id) {
			const open = [active.get(app)?.run.id, parked.get(app), broken.get(app)?.id];
			if (!open.includes(id)) {
				await get(app, id);
				throw new TinykitError('run_ended');
			}
			await end(app, 'stopped_by_user', true, id);
		},
		async recover() {
			await parts.approvals.expire();
			const begin: (() => void)[] = [];
			for (const run of await rows.open()) {
				const waiting = await questions.waiting(run.id);
				if (agents.status.stopped || !waiting) {
					const isUntouched = (await logs.open(run.id).last()) === 0;
					if (isUntouched && !agents.status.stopped) begin.push(() => launch(run));
					else await cutShort(parts, run, agents.status.stopped ? 'kill_switch' : 'interrupted');
				} else if (waiting.asked.status === 'open') parked.set(run.app, run.id);
				else begin.push(() => launch(run, resumeOf(waiting)));
			}
			for (const start of begin) start();
			for (const app of await queue.ready()) await next(app);
		},
		stopAll: (app) => end(app, 'interrupted', true),
		async killAll() {
			const apps = new Set([...active.keys(), ...parked.keys(), ...broken.keys(), ...turns.busy()]);
			await Promise.all([...apps].map((app) => end(app, 'kill_switch', true)));
		},
		async close() {
			isClosed = true;
			const apps = new Set([...active.keys(), ...turns.busy()]);
			await Promise.all([...apps].map((app) => end(app, 'interrupted', false)));
		},
	};
}
