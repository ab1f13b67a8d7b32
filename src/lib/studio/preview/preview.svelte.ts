import type { FrameMessage, PreviewBuild, PreviewResult, Problem } from '#lib/contracts/index.ts';
import type { PreviewAsked } from '../chat/run-state.ts';
import { type Api, type ApiFailure, asFailure } from '../api/index.ts';
import { FrameLinks } from './frame-links.ts';
import { frameAddress } from './frame.ts';

export interface ConsoleLine {
	readonly key: number;
	readonly level: 'log' | 'info' | 'warn' | 'error' | 'debug';
	readonly text: string;
}

/** One iframe. The one that is shown stays until its successor has loaded: the preview is never blank. */
export interface Frame {
	readonly key: number;
	readonly build: string;
	readonly nonce: string;
	readonly url: string;
	readonly origin: string;
}

export interface Boot {
	readonly build: string;
	readonly nonce: string;
	readonly errors: readonly string[];
}

export type PreviewPhase = 'loading' | 'building' | 'ready' | 'failed' | 'unreachable' | 'empty';

const consoleLimit = 500;
/** A new frame is shown when it says that the app has mounted, or this many milliseconds after it has loaded. */
const bootPatience = 100;

const isMissingEntry = (problem: Problem) => problem.code === 'entry_missing';

/** The draft's build and the frames that show it. */
export class Preview {
	readonly #api: Api;
	readonly #slug: string;
	readonly #onBoot: (boot: Boot) => void;
	#draftUrl = $state('');
	#build = $state.raw<PreviewBuild>();
	#busy = $state(false);
	#failure = $state.raw<ApiFailure>();
	#refusal = $state('');
	#frames = $state.raw<readonly Frame[]>([]);
	#lines = $state.raw<readonly ConsoleLine[]>([]);
	#path = $state('/');
	#boot = $state.raw<Boot>();
	/** What the frame with this key does once it has booted. */
	#task: { task: PreviewAsked; frame: number; tell: (result: PreviewResult) => void } | undefined;
	#key = 0;
	#turn = 0;
	readonly #links = new FrameLinks();

	constructor(api: Api, slug: string, onBoot: (boot: Boot) => void) {
		this.#api = api;
		this.#slug = slug;
		this.#onBoot = onBoot;
	}

	get frames(): readonly Frame[] {
		return this.#frames;
	}
	get lines(): readonly ConsoleLine[] {
		return this.#lines;
	}
	get errorCount(): number {
		return this.#lines.filter((line) => line.level === 'error').length;
	}
	/** Where the app is, as it says itself. */
	get path(): string {
		return this.#path;
	}
	get draftUrl(): string {
		return this.#draftUrl;
	}
	get build(): PreviewBuild | undefined {
		return this.#build;
	}
	get problems(): readonly Problem[] {
		return this.#build && this.phase !== 'empty' && !this.#build.ok ? this.#build.problems : [];
	}
	get failure(): ApiFailure | undefined {
		return this.#failure;
	}
	/** Why there can be no frame at all. */
	get refusal(): string {
		return this.#refusal;
	}
	get boot(): Boot | undefined {
		return this.#boot;
	}
	get phase(): PreviewPhase {
		if (this.#busy) return this.#build ? 'building' : 'loading';
		if (!this.#build) return this.#failure ? 'unreachable' : 'loading';
		// An app without its first file is not broken, it has not begun.
		if (this.#build.serving === null && this.#build.problems.every(isMissingEntry)) return 'empty';
		return this.#build.ok ? 'ready' : 'failed';
	}

	/** Must be known before a frame can be shown. */
	setDraftUrl(url: string): void {
		this.#draftUrl = url;
	}

	/** The last build; the server makes one if there is none. */
	load(): Promise<void> {
		return this.#ask(() => this.#api.preview(this.#slug));
	}

	/** Builds what is there now. */
	rebuild(): Promise<void> {
		return this.#ask(() => this.#api.buildPreview(this.#slug));
	}

	/** A run has made this build. A good one is shown at once; what is wrong with a bad one is asked for. */
	expect(build: { build: string; nonce: string; ok: boolean }): void {
		if (!build.ok || !this.#build) {
			void this.load();
			return;
		}
		if (this.#build.build === build.build && this.#build.nonce === build.nonce) return;
		this.#take({ ...build, problems: [], ms: 0, serving: build.build });
		void this.#measure(build.build);
	}

	/** Opens the build in a new frame, in front of the person, and lets it do what a run asks for. */
	perform(task: PreviewAsked, tell: (result: PreviewResult) => void): void {
		const { build, nonce, path } = task;
		const opened = { build, nonce, ok: true, problems: [], ms: 0, serving: build };
		if (this.#show(opened, path)) this.#task = { task, frame: this.#key, tell };
	}

	/** Nobody waits for that task any more. */
	cancel(id: string): void {
		if (this.#task?.task.id === id) this.#task = undefined;
	}

	/** Loads the served build again, in a new frame. */
	reload(): void {
		if (this.#build) this.#show(this.#build);
		else void this.load();
	}

	clearConsole(): void {
		this.#lines = [];
	}

	/** A frame's document has loaded, at first or because the app navigated: it gets a port of its own. */
	loaded(frame: Frame, target: Window | null): void {
		if (!target) return;
		this.#links.connect(frame.key, target, frame.origin, frame.nonce, (message) =>
			this.#hear(frame, message),
		);
		if (this.#frames.length > 1 && this.#frames.at(-1)?.key === frame.key) {
			this.#links.wait(frame.key, bootPatience, () => this.#settle(frame));
		}
	}

	close(): void {
		this.#links.close();
		this.#frames = [];
	}

	async #ask(call: () => Promise<PreviewBuild>): Promise<void> {
		const turn = (this.#turn += 1);
		this.#busy = true;
		try {
			const build = await call();
			if (turn !== this.#turn) return;
			this.#failure = undefined;
			this.#take(build);
		} catch (error) {
			if (turn === this.#turn) this.#failure = asFailure(error);
		} finally {
			if (turn === this.#turn) this.#busy = false;
		}
	}

	/** How long the build took is not in the event. */
	async #measure(build: string): Promise<void> {
		const told = await this.#api.preview(this.#slug).catch(() => undefined);
		if (told?.build === build && told.nonce === this.#build?.nonce) this.#build = told;
	}

	#take(build: PreviewBuild): void {
		const shown = this.#frames.at(-1)?.build;
		this.#build = build;
		if (build.serving !== null && (build.serving !== shown || build.ok)) this.#show(build);
	}

	/** @returns whether there is a new frame */
	#show(build: PreviewBuild, path = '/'): boolean {
		if (build.serving === null || this.#draftUrl === '') return false;
		try {
			const { url, origin } = frameAddress(this.#draftUrl, location.href, path);
			this.#refusal = '';
			this.#key += 1;
			const frame = { key: this.#key, build: build.serving, nonce: build.nonce, url, origin };
			// Of frames that are still loading only the newest matters.
			const front = this.#frames[0];
			for (const old of this.#frames.slice(1)) this.#links.drop(old.key);
			this.#frames = front ? [front, frame] : [frame];
			this.#lines = [];
			return true;
		} catch (error) {
			this.#refusal = error instanceof Error ? error.message : 'There is no address for the draft.';
			return false;
		}
	}

	/** The newest frame takes the place of the one before. */
	#settle(frame: Frame): void {
		if (this.#frames.at(-1)?.key !== frame.key) return;
		for (const old of this.#frames.slice(0, -1)) this.#links.drop(old.key);
		this.#frames = [frame];
	}

	#hear(frame: Frame, message: FrameMessage): void {
		// A frame on its way out has nothing more to say.
		if (this.#frames.at(-1)?.key !== frame.key) return;
		switch (message.type) {
			case 'booted':
				this.#settle(frame);
				if (message.nonce !== frame.nonce) return;
				this.#boot = { build: message.build, nonce: message.nonce, errors: message.errors };
				this.#onBoot(this.#boot);
				this.#begin(frame);
				return;
			case 'previewed':
				if (this.#task?.frame !== frame.key || this.#task.task.id !== message.id) return;
				this.#task.tell(message.result);
				this.#task = undefined;
				return;
			case 'console':
				this.#line(message.level, message.text);
				return;
			case 'error':
				this.#line('error', message.text);
				return;
			case 'navigated':
				this.#path = message.path;
				return;
			case 'mounted':
				this.#settle(frame);
		}
	}

	#begin(frame: Frame): void {
		if (this.#task?.frame !== frame.key) return;
		const { id, actions } = this.#task.task;
		this.#links.send(frame.key, { type: 'preview', id, actions: [...actions] });
	}

	#line(level: ConsoleLine['level'], text: string): void {
		this.#key += 1;
		this.#lines = [...this.#lines.slice(1 - consoleLimit), { key: this.#key, level, text }];
	}
}
