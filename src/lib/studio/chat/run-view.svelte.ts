import type { Run, RunEvent } from '#lib/contracts/index.ts';
import { type Api, type ApiFailure, asFailure, followRun, sleep } from '../api/index.ts';
import { applyEvent, emptyRun, type RunState } from './run-state.ts';

export type RunLink = 'idle' | 'opening' | 'open' | 'reconnecting' | 'failed' | 'complete';

/** One turn of the conversation, and the stream that tells it. */
export class RunView {
	readonly #api: Api;
	readonly #onEvent: (run: RunView, event: RunEvent, wasActive: boolean) => void;
	#stop: AbortController | undefined;
	#run = $state.raw<Run>() as Run;
	#state = $state.raw<RunState>(emptyRun);
	#link = $state<RunLink>('idle');
	#failure = $state.raw<ApiFailure>();

	constructor(
		api: Api,
		run: Run,
		onEvent: (run: RunView, event: RunEvent, wasActive: boolean) => void,
	) {
		this.#api = api;
		this.#run = run;
		this.#onEvent = onEvent;
	}

	get id(): string {
		return this.#run.id;
	}
	get run(): Run {
		return this.#run;
	}
	get state(): RunState {
		return this.#state;
	}
	get link(): RunLink {
		return this.#link;
	}
	get failure(): ApiFailure | undefined {
		return this.#failure;
	}
	/** Work is going on, or waits for a person. */
	get active(): boolean {
		return this.#run.status !== 'ended' && this.#state.end === undefined;
	}

	update(run: Run): void {
		this.#run = run;
	}

	/** Reads the log from the last known event on; stays with it while the run is active. */
	async follow(): Promise<void> {
		if (this.#link !== 'idle' && this.#link !== 'failed') return;
		const controller = new AbortController();
		this.#stop = controller;
		this.#link = 'opening';
		this.#failure = undefined;
		const live = this.active;
		try {
			const outcome = await followRun({
				open: (after, signal) => this.#api.openEvents(this.#run.app, this.id, after, live, signal),
				after: this.#state.seq,
				live,
				signal: controller.signal,
				onEvent: (event) => this.#take(event),
				onLink: (link) => (this.#link = link),
				sleep,
				random: Math.random,
			});
			this.#link = outcome === 'stopped' || !this.active ? 'complete' : 'idle';
		} catch (error) {
			this.#failure = asFailure(error);
			this.#link = 'failed';
		}
	}

	/** Lets go of the stream; the run itself goes on. */
	leave(): void {
		this.#stop?.abort();
		if (this.#link !== 'complete') this.#link = 'idle';
	}

	#take(event: RunEvent): void {
		if (event.seq <= this.#state.seq) return;
		const wasActive = this.active;
		this.#state = applyEvent(this.#state, event);
		if (event.type === 'stopped') {
			this.#run = { ...this.#run, status: 'ended', reason: event.reason, ended: event.at };
		}
		this.#onEvent(this, event, wasActive);
	}
}
