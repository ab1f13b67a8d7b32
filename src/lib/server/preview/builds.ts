import { randomBytes } from 'node:crypto';
import type { PreviewBuild, Problem } from '#lib/contracts/index.ts';
import { buildKey } from './build-key.ts';
import { assemble, asset, type BuiltApp, type BuiltFile } from './built-app.ts';
import type { BuildCache } from './cache.ts';
import type { PreviewConfig } from './types.ts';
import type { Compiler } from './worker/index.ts';

/** What is known of one app in this process. */
interface AppState {
	/** Shown to the app's visitors: the newest build that was good. */
	serving: BuiltApp | undefined;
	/** Loaded from the cache what an earlier process served. */
	readonly restored: Promise<void>;
	last: PreviewBuild | undefined;
	/** Earlier builds whose assets an open page may still ask for. */
	readonly recent: BuiltApp[];
	/** Counts calls of `build`: an answer that comes late does not replace a newer one. */
	asked: number;
	shown: number;
	/** What is being written to the cache. */
	writing: Promise<void>;
	isForgotten: boolean;
}

export type Outcome =
	| { readonly ok: true; readonly app: BuiltApp }
	| { readonly ok: false; readonly problems: readonly Problem[]; readonly isEmpty: boolean };

/** Earlier builds kept in memory where there is no cache. */
const maxRecent = 4;
const maxApps = 50;
const maxNonces = 1000;
const maxFailures = 100;
/** Problems of the machine, not of the source: the next try may do better. */
const passing = new Set(['build_timeout', 'build_memory', 'build_crashed']);

/** The builds of all apps: at most one at a time for the same source, the last good one kept. */
export class Builds {
	readonly #config: PreviewConfig;
	readonly #compiler: Compiler;
	readonly #cache: BuildCache | undefined;
	readonly #apps = new Map<string, AppState>();
	readonly #running = new Map<string, Promise<Outcome>>();
	readonly #failures = new Map<string, Extract<Outcome, { ok: false }>>();
	readonly #nonces = new Map<string, string>();
	#boot: readonly [path: string, file: BuiltFile] | undefined;

	constructor(config: PreviewConfig, compiler: Compiler, cache: BuildCache | undefined) {
		this.#config = config;
		this.#compiler = compiler;
		this.#cache = cache;
	}

	/** The boot script, known once anything has been compiled. */
	get boot(): readonly [path: string, file: BuiltFile] | undefined {
		return this.#boot;
	}

	#report(message: string, cause: unknown): void {
		this.#config.onError?.(message, cause);
	}

	#app(slug: string): AppState {
		const known = this.#apps.get(slug);
		if (known) {
			this.#apps.delete(slug);
			this.#apps.set(slug, known);
			return known;
		}
		// What the cache holds need not stay in memory.
		const [oldest] = this.#apps.keys();
		if (this.#cache && this.#apps.size >= maxApps && oldest !== undefined) {
			this.#apps.delete(oldest);
		}
		const state: AppState = {
			serving: undefined,
			restored: this.#restore(slug).then((app) => {
				state.serving ??= app;
			}),
			last: undefined,
			recent: [],
			asked: 0,
			shown: 0,
			writing: Promise.resolve(),
			isForgotten: false,
		};
		this.#apps.set(slug, state);
		return state;
	}

	async #restore(slug: string): Promise<BuiltApp | undefined> {
		try {
			return await this.#cache?.loadServed(slug);
		} catch (error) {
			this.#report(`The cached build of ${slug} could not be read.`, error);
			return undefined;
		}
	}

	/** One per build and process: a frame that was given it shows that build. */
	#nonce(slug: string, build: string): string {
		const key = `${slug} ${build}`;
		let nonce = this.#nonces.get(key);
		if (nonce === undefined) {
			this.#nonces.set(key, (nonce = randomBytes(16).toString('base64url')));
			const [oldest] = this.#nonces.keys();
			if (this.#nonces.size > maxNonces && oldest !== undefined) this.#nonces.delete(oldest);
		}
		return nonce;
	}

	last(slug: string): PreviewBuild | undefined {
		return this.#apps.get(slug)?.last;
	}

	async serving(slug: string): Promise<BuiltApp | undefined> {
		const state = this.#app(slug);
		await state.restored;
		return state.serving;
	}

	async findAsset(slug: string, path: string): Promise<BuiltFile | undefined> {
		if (this.#boot?.[0] === path) return this.#boot[1];
		const serving = await this.serving(slug);
		for (const app of [serving, ...this.#app(slug).recent]) {
			const file = app?.files.get(path);
			if (file) return file;
		}
		return this.#cache?.findAsset(slug, path);
	}

	/** Builds what is there now. */
	async build(slug: string): Promise<{ readonly answer: PreviewBuild; readonly outcome: Outcome }> {
		const started = performance.now();
		const state = this.#app(slug);
		const turn = ++state.asked;
		const workspace = this.#config.workspaceOf(slug);
		const [files] = await Promise.all([workspace.list(), state.restored]);
		let build = buildKey(files);
		let outcome = await this.#find(slug, build);
		if (!outcome) {
			// Between the list and this the files may have changed: what is read is what is built.
			const all = await workspace.readAll();
			build = buildKey(all);
			const source = new Map(all.map((file) => [file.path, file.bytes]));
			outcome = (await this.#find(slug, build)) ?? (await this.#run(slug, state, build, source));
		}
		if (outcome.ok && turn > state.shown) await this.#show(slug, state, turn, outcome.app);
		const answer: PreviewBuild = {
			build,
			nonce: this.#nonce(slug, build),
			ok: outcome.ok,
			problems: outcome.ok ? [] : [...outcome.problems],
			ms: Math.round(performance.now() - started),
			serving: state.serving?.build ?? null,
		};
		if (turn >= state.asked || !state.last) state.last = answer;
		return { answer, outcome };
	}

	async #show(slug: string, state: AppState, turn: number, app: BuiltApp): Promise<void> {
		state.shown = turn;
		const before = state.serving;
		if (before?.build === app.build) return;
		state.serving = app;
		if (before && !this.#cache) {
			state.recent.unshift(before);
			state.recent.splice(maxRecent);
		}
		await this.#keep(state, `The build of ${slug} could not be noted.`, (cache) =>
			cache.saveServed(slug, app.build),
		);
	}

	/** Writes to the cache, one thing after the other; nothing of an app that was deleted meanwhile. */
	#keep(
		state: AppState,
		complaint: string,
		write: (cache: BuildCache) => Promise<void>,
	): Promise<void> {
		const cache = this.#cache;
		if (!cache) return state.writing;
		state.writing = state.writing
			.then(() => (state.isForgotten ? undefined : write(cache)))
			.catch((error: unknown) => this.#report(complaint, error));
		return state.writing;
	}

	/** What is known already, or being built. */
	async #find(slug: string, build: string): Promise<Outcome | undefined> {
		const key = `${slug} ${build}`;
		const running = this.#running.get(key);
		if (running) return running;
		const failure = this.#failures.get(key);
		if (failure) return failure;
		const state = this.#app(slug);
		const kept = [state.serving, ...state.recent].find((app) => app?.build === build);
		const app = kept ?? (await this.#cache?.load(slug, build));
		// Another call may have begun while the cache was asked.
		return app ? { ok: true, app } : this.#running.get(key);
	}

	#run(
		slug: string,
		state: AppState,
		build: string,
		source: Map<string, Uint8Array>,
	): Promise<Outcome> {
		const key = `${slug} ${build}`;
		const known = this.#running.get(key);
		if (known) return known;
		const running = this.#compile(slug, state, build, source).finally(() =>
			this.#running.delete(key),
		);
		this.#running.set(key, running);
		return running;
	}

	async #compile(
		slug: string,
		state: AppState,
		build: string,
		source: Map<string, Uint8Array>,
	): Promise<Outcome> {
		const result = await this.#compiler.compile(source);
		if (result.boot !== '') this.#boot = asset('boot.js', result.boot);
		if (!result.ok) {
			const isEmpty = ![...source.keys()].some((path) => path.startsWith('src/'));
			const failure = { ok: false, problems: result.problems, isEmpty } as const;
			if (!result.problems.some(({ code }) => passing.has(code))) {
				this.#failures.set(`${slug} ${build}`, failure);
				const [oldest] = this.#failures.keys();
				if (this.#failures.size > maxFailures && oldest) this.#failures.delete(oldest);
			}
			return failure;
		}
		const app = assemble(slug, build, source, result.app, result.boot);
		await this.#keep(state, `The build of ${slug} could not be cached.`, (cache) =>
			cache.save(slug, app),
		);
		return { ok: true, app };
	}

	async forget(slug: string): Promise<void> {
		const state = this.#apps.get(slug);
		this.#apps.delete(slug);
		for (const map of [this.#failures, this.#nonces]) {
			for (const key of map.keys()) if (key.startsWith(`${slug} `)) map.delete(key);
		}
		if (state) {
			state.isForgotten = true;
			await state.writing;
		}
		await this.#cache?.remove(slug);
	}
}
