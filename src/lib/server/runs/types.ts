import type { Answers, Asked, Queue, Run, RunOptions, StartedRun } from '#lib/contracts/index.ts';
import type { AgentSwitch } from './kill-switch.ts';
import type { RunLog } from './log.ts';
import type { QueuePatch } from './queue.ts';
import type { RunWorkParts } from './work.ts';

export interface MessageExtras extends RunOptions {
	/** Id of the member who sends it. */
	readonly author?: string | undefined;
	/** The sender's name for the message: sent again, it is accepted once. */
	readonly clientId?: string | undefined;
}

export interface Runs {
	/**
	 * Accepts a message: starts it, or queues it while a run is open.
	 * @throws TinykitError `app_not_found`, `agents_stopped`, `queue_full`, `stopping`
	 */
	send(app: string, text: string, extras?: MessageExtras): Promise<StartedRun>;
	/** Starts now or not at all. @throws TinykitError `run_active`, else as `send` */
	start(app: string, text: string, extras?: MessageExtras): Promise<Run>;
	/**
	 * Undoes a run and all that came after it, and starts over with another text.
	 * @throws TinykitError `run_active`, `run_not_found`, `nothing_to_restore`, else as `send`
	 */
	resend(app: string, id: string, text: string, extras?: MessageExtras): Promise<StartedRun>;
	/** The same request once more, on the app as it is now. @throws as `start` */
	retry(app: string, id: string, extras?: MessageExtras): Promise<StartedRun>;
	/** Goes on where a run ended. @throws TinykitError `run_is_done`, else as `start` */
	resumeWork(app: string, id: string, extras?: MessageExtras): Promise<StartedRun>;
	/** Messages that wait. */
	queue(app: string): Promise<Queue>;
	/** Lets the queue go on; its next message starts when no run is open. */
	resumeQueue(app: string): Promise<Queue>;
	/** @throws TinykitError `message_not_found` */
	changeQueued(app: string, id: string, patch: QueuePatch): Promise<Queue>;
	/** @throws TinykitError `message_not_found` */
	removeQueued(app: string, id: string): Promise<void>;
	/** @throws TinykitError `question_not_found`, `question_decided`, `invalid_request` when they do not fit */
	answer(app: string, question: string, answers: Answers, by: string): Promise<Asked>;
	/** @throws TinykitError `question_not_found`, `question_decided` */
	decline(app: string, question: string, by: string): Promise<Asked>;
	/** The hosts a parked run asks the secret for. */
	hostsAsked(app: string, name: string): Promise<readonly string[] | undefined>;
	/** A secret was entered: the run that waits for it goes on. */
	secretEntered(app: string, name: string, by: string): Promise<void>;
	list(app: string): Promise<readonly Run[]>;
	newest(app: string): Promise<Run | undefined>;
	/** @throws TinykitError `run_not_found` */
	get(app: string, id: string): Promise<Run>;
	log(id: string): RunLog;
	/** Resolves once the run has ended. @throws TinykitError `run_not_found`, `run_ended` */
	stop(app: string, id: string): Promise<void>;
	/** Ends what the last process left open, then begins what waits. */
	recover(): Promise<void>;
	/** Ends all runs of an app, also one that is just starting or parked. */
	stopAll(app: string): Promise<void>;
	/** Ends all runs of all apps with `kill_switch`; the switch is set before. */
	killAll(): Promise<void>;
	/** Stops all runs; none starts any more. Parked ones stay parked. */
	close(): Promise<void>;
}

export interface RunParts extends RunWorkParts {
	readonly agents: AgentSwitch;
	/** Brings an app back to what it was before a run. */
	readonly restore: (app: string, checkpoint: string) => Promise<void>;
}
