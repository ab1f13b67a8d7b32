import type { Approval, Run, RunEvent } from '#lib/contracts/index.ts';
import { type Api, type ApiFailure, asFailure } from '../api/index.ts';
import { isoNow } from '#lib/utils/index.ts';
import type { PreviewAsked } from './run-state.ts';
import { RunView } from './run-view.svelte.ts';

export interface ChatEvents {
	/** A run at work has made a build. Also told when its log is read again after a reload. */
	readonly onBuild: (build: { build: string; nonce: string; ok: boolean }) => void;
	readonly onFileChanged: (path: string) => void;
	/** A run at work asks the preview frame to do something. */
	readonly onPreview: (asked: PreviewAsked, runId: string) => void;
	/** It waits for that no longer. */
	readonly onPreviewEnd: (id: string) => void;
}

/** Older turns than these show their words at once and their steps on request. */
const eagerTurns = 3;

/** The conversation about one app: its runs, their events, and what waits for a decision. */
export class Chat {
	readonly #api: Api;
	readonly #slug: string;
	readonly #events: ChatEvents;
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
		await this.loadApprovals();
	}

	/** @returns whether the server took it */
	async send(text: string): Promise<boolean> {
		const words = text.trim();
		if (words === '' || this.#sending) return false;
		this.#sending = true;
		try {
			const { id, status } = await this.#api.startRun(this.#slug, words);
			this.#sendFailure = undefined;
			// It waits behind the run that works now.
			if (status === 'queued') return true;
			this.#merge([
				{
					id,
					app: this.#slug,
					text: words,
					status: 'running',
					reason: null,
					created: isoNow(),
					ended: null,
					kind: 'message',
					of: null,
					superseded: false,
					before: null,
				},
			]);
			void this.#runs.find((run) => run.id === id)?.follow();
			return true;
		} catch (error) {
			this.#sendFailure = asFailure(error);
			// Somebody else, or another tab, has started one: show it.
			if (this.#sendFailure.code === 'run_active') void this.load();
			return false;
		} finally {
			this.#sending = false;
		}
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

	/** Looks for runs that were started elsewhere. */
	async refresh(): Promise<void> {
		try {
			this.#merge(await this.#api.runs(this.#slug));
			void this.active?.follow();
		} catch (error) {
			this.#failure = asFailure(error);
		}
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
		for (const run of this.#runs) run.leave();
	}

	clearFailure(): void {
		this.#sendFailure = undefined;
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
	};
}
