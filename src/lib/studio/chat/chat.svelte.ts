import type { Answers, Approval, Run, RunEvent, RunMode } from '#lib/contracts/index.ts';
import { type Api, type ApiFailure, asFailure, sleep } from '../api/index.ts';
import { newClientId } from './client-id.ts';
import { MessageQueue } from './message-queue.svelte.ts';
import { openQuestion, type PreviewAsked } from './run-state.ts';
import { RunView } from './run-view.svelte.ts';

export interface ChatEvents {
	/** A run at work has made a build. Also told when its log is read again after a reload. */
	readonly onBuild: (build: { build: string; nonce: string; ok: boolean }) => void;
	readonly onFileChanged: (path: string) => void;
	/** A run at work asks the preview frame to do something. */
	readonly onPreview: (asked: PreviewAsked, runId: string) => void;
	/** It waits for that no longer. */
	readonly onPreviewEnd: (id: string) => void;
	/** Earlier turns were undone: files and tables may be others. */
	readonly onRestored: () => void;
	/** The file that is open in the editor. */
	readonly openFile: () => string | undefined;
	/** What every later turn knows has changed: a fact, a plan, a secret, the tables. */
	readonly onNoted: () => void;
}

/** What goes with the next message. */
export interface SendOptions {
	readonly mode: RunMode;
	/** Empty: the model of the settings. */
	readonly model: string;
}

/** Older turns than these show their words at once and their steps on request. */
const eagerTurns = 3;
/** Looks for the run that a queued message becomes, and milliseconds between them. */
const looks = 6;
const lookEvery = 400;

/** The conversation about one app: its runs, their events, and what waits for a decision. */
export class Chat {
	readonly #api: Api;
	readonly #slug: string;
	readonly #events: ChatEvents;
	readonly queue: MessageQueue;
	/** The last message, until the server has taken it. */
	#sent: { readonly text: string; readonly clientId: string } | undefined;
	#agentsStopped = $state(false);
	readonly #closing = new AbortController();
	#runs = $state.raw<readonly RunView[]>([]);
	#loaded = $state(false);
	#failure = $state.raw<ApiFailure>();
	#approvals = $state.raw<readonly Approval[]>([]);
	#sending = $state(false);
	#stopping = $state(false);
	#sendFailure = $state.raw<ApiFailure>();
	#closed = false;

	constructor(api: Api, slug: string, events: ChatEvents) {
		this.#api = api;
		this.#slug = slug;
		this.#events = events;
		this.queue = new MessageQueue(api, slug);
	}

	/** Oldest first. */
	get runs(): readonly RunView[] {
		return this.#runs;
	}
	get loaded(): boolean {
		return this.#loaded;
	}
	get failure(): ApiFailure | undefined {
		return this.#failure;
	}
	get sending(): boolean {
		return this.#sending;
	}
	get stopping(): boolean {
		return this.#stopping;
	}
	/** Why the last message, stop or decision did not go through. */
	get sendFailure(): ApiFailure | undefined {
		return this.#sendFailure;
	}
	/** The run that is going on, if any: there is at most one in an app. */
	get active(): RunView | undefined {
		return this.#runs.findLast((run) => run.active);
	}
	/** An owner has switched all agents off. */
	get agentsStopped(): boolean {
		return this.#agentsStopped;
	}
	/** The run at work waits for a person: a decision, an answer, a secret. */
	get waits(): 'decision' | 'answer' | 'secret' | undefined {
		if (this.pending.length > 0) return 'decision';
		const question = this.active && openQuestion(this.active.state);
		if (!question) return undefined;
		return question.waitingFor.kind === 'secret' ? 'secret' : 'answer';
	}
	get approvals(): readonly Approval[] {
		return this.#approvals;
	}
	get pending(): readonly Approval[] {
		return this.#approvals.filter((approval) => approval.status === 'pending');
	}

	/** Fetches the runs and resumes the stream of the one that is going on. */
	async load(): Promise<void> {
		try {
			const runs = await this.#api.runs(this.#slug);
			this.#merge(runs);
			this.#failure = undefined;
		} catch (error) {
			this.#failure = asFailure(error);
		}
		this.#loaded = true;
		for (const run of this.#runs.slice(-eagerTurns)) void run.follow();
		void this.active?.follow();
		await Promise.all([this.loadApprovals(), this.queue.load(), this.#loadSwitch()]);
	}

	/** @returns whether the server took it */
	send(text: string, options: SendOptions = { mode: 'build', model: '' }): Promise<boolean> {
		const words = text.trim();
		if (words === '') return Promise.resolve(false);
		// The same words after a failure are the same message: it may have arrived.
		if (this.#sent?.text !== words) this.#sent = { text: words, clientId: newClientId() };
		const file = this.#events.openFile();
		const message = { ...this.#sent, ...extras(options), ...(file && { view: { file } }) };
		return this.#send(async () => {
			await this.#api.startRun(this.#slug, message);
			this.#sent = undefined;
		});
	}

	/** Undoes a turn and all after it, and sends other words in its place. */
	async resend(run: RunView, text: string): Promise<boolean> {
		const done = await this.#send(() =>
			this.#api.resendRun(this.#slug, run.id, { text: text.trim(), clientId: newClientId() }),
		);
		if (done) this.#events.onRestored();
		return done;
	}

	retry(run: RunView): Promise<boolean> {
		return this.#send(() => this.#api.retryRun(this.#slug, run.id, newClientId()));
	}

	continue(run: RunView): Promise<boolean> {
		return this.#send(() => this.#api.continueRun(this.#slug, run.id, newClientId()));
	}

	/** Lets a plan be built. */
	async acceptPlan(id: string): Promise<boolean> {
		const done = await this.#send(() => this.#api.acceptPlan(this.#slug, id));
		this.#events.onNoted();
		return done;
	}

	/** @param answers undefined: the person leaves it to the agent */
	answer(questionId: string, answers: Answers | undefined): Promise<boolean> {
		return this.#send(() =>
			answers
				? this.#api.answer(this.#slug, questionId, answers)
				: this.#api.declineQuestions(this.#slug, questionId),
		);
	}

	/** A secret that a run asked for. Its value goes to the server and is kept nowhere here. */
	async enterSecret(name: string, value: string): Promise<boolean> {
		const done = await this.#send(() => this.#api.putSecret(this.#slug, name, value));
		if (done) this.#events.onNoted();
		return done;
	}

	async resumeQueue(): Promise<void> {
		if (await this.queue.resume()) await this.#look();
	}

	async stop(): Promise<void> {
		const run = this.active;
		if (!run || this.#stopping) return;
		this.#stopping = true;
		try {
			await this.#api.stopRun(this.#slug, run.id);
			this.#sendFailure = undefined;
		} catch (error) {
			const failure = asFailure(error);
			if (failure.code === 'run_ended') await this.load();
			else this.#sendFailure = failure;
		} finally {
			this.#stopping = false;
		}
	}

	async loadApprovals(): Promise<void> {
		try {
			this.#approvals = await this.#api.approvals(this.#slug);
		} catch (error) {
			this.#sendFailure = asFailure(error);
		}
	}

	async decide(approval: Approval, accept: boolean): Promise<void> {
		try {
			await this.#api.decide(this.#slug, approval.id, accept);
			this.#sendFailure = undefined;
		} catch (error) {
			this.#sendFailure = asFailure(error);
		}
		await this.loadApprovals();
		// The decision may go on with the run, or start the next one.
		if (!this.active) await this.refresh();
	}

	/** Looks for runs and messages that were started elsewhere. */
	async refresh(): Promise<void> {
		const queue = this.queue.load();
		try {
			this.#merge(await this.#api.runs(this.#slug));
			this.#failure = undefined;
			void this.active?.follow();
		} catch (error) {
			this.#failure = asFailure(error);
		}
		await Promise.all([queue, this.#loadSwitch()]);
	}

	/** Reports the boot of a build to the run that waits for it. */
	async reportBoot(build: string, nonce: string, errors: readonly string[]): Promise<void> {
		const run = this.active;
		if (run?.state.build?.build !== build) return;
		try {
			await this.#api.reportBoot(this.#slug, run.id, { build, nonce, errors: [...errors] });
		} catch {
			// The check counts as not run then, and the run says so.
		}
	}

	/** Lets go of all streams; the runs themselves go on. */
	close(): void {
		this.#closed = true;
		this.#closing.abort();
		for (const run of this.#runs) run.leave();
	}

	clearFailure(): void {
		this.#sendFailure = undefined;
	}

	async #send(call: () => Promise<unknown>): Promise<boolean> {
		if (this.#sending) return false;
		this.#sending = true;
		try {
			await call();
			this.#sendFailure = undefined;
			void this.refresh();
			return true;
		} catch (error) {
			this.#sendFailure = asFailure(error);
			// Somebody else, or another tab, was faster: show what is there now.
			if (this.#sendFailure.status === 409) await this.refresh();
			return false;
		} finally {
			this.#sending = false;
		}
	}

	async #loadSwitch(): Promise<void> {
		this.#agentsStopped = await this.#api.agents().then(
			({ stopped }) => stopped,
			() => this.#agentsStopped,
		);
	}

	/** A run has ended: the first message that waits becomes the next one. */
	async #look(): Promise<void> {
		for (let i = 0; i < looks && !this.#closed; i++) {
			await this.refresh();
			if (this.active || this.queue.items.length === 0 || this.queue.paused) return;
			await sleep(lookEvery, this.#closing.signal);
		}
	}

	#merge(runs: readonly Run[]): void {
		const added: RunView[] = [];
		for (const run of runs) {
			const view = this.#runs.find((candidate) => candidate.id === run.id);
			if (view) view.update(run);
			else added.push(new RunView(this.#api, run, this.#take));
		}
		this.#runs = [...this.#runs, ...added].sort((a, b) =>
			a.run.created.localeCompare(b.run.created),
		);
	}

	readonly #take = (run: RunView, event: RunEvent, wasActive: boolean): void => {
		// What an ended run once did is history: only a run at work changes what is on screen.
		if (this.#closed || !wasActive) return;
		if (event.type === 'build') this.#events.onBuild(event);
		// The state holds it from the event on.
		const { asked } = run.state;
		if (event.type === 'preview_request' && asked) this.#events.onPreview(asked, run.id);
		if (event.type === 'preview_answered') this.#events.onPreviewEnd(event.requestId);
		if (event.type === 'file_changed') this.#events.onFileChanged(event.path);
		if (
			event.type === 'approval_requested' ||
			event.type === 'approval_decided' ||
			event.type === 'stopped'
		) {
			void this.loadApprovals();
		}
		if (
			event.type === 'plan_saved' ||
			event.type === 'fact_added' ||
			event.type === 'schema_changed'
		)
			this.#events.onNoted();
		if (event.type === 'stopped') void this.#look();
	};
}

const extras = ({ mode, model }: SendOptions): { mode?: RunMode; model?: string } => ({
	...(mode === 'plan' && { mode }),
	...(model.trim() !== '' && { model: model.trim() }),
});
