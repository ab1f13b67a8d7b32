import type { PreviewBuild } from '#lib/contracts/index.ts';
import type { Workspace } from '../workspace/index.ts';
import type { CompilerLimits } from './worker/index.ts';

export interface PreviewConfig {
	/** The files of an app. */
	workspaceOf(slug: string): Workspace;
	/** Folder in which finished builds lie, so that a restart serves at once; absent: in memory only. */
	readonly cacheDir?: string | undefined;
	/** Origin of the builder's pages: the only one that may frame a draft and talk to it. Read at each request. */
	readonly builderOrigin: string | (() => string);
	readonly limits?: Partial<CompilerLimits> | undefined;
	/** Told about a cache that cannot be read or written; the build goes on without. */
	readonly onError?: ((message: string, cause: unknown) => void) | undefined;
}

export interface PreviewRequest {
	readonly method: string;
	/** Path of the URL, still encoded; a query is ignored. */
	readonly path: string;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Preview {
	/**
	 * Builds the app as its files stand now. The same files are built once, also when many ask at the same time;
	 * problems in the source are an answer, not an error.
	 * @throws TinykitError `workspace_failure` and the like, when the files cannot be read
	 */
	build(slug: string): Promise<PreviewBuild>;
	/** The newest answer of `build` in this process, without building. */
	current(slug: string): PreviewBuild | null;
	/**
	 * Answers a request to the app's draft host, except `/_pb`: a page builds what is there now and shows the last
	 * good build, or in words why there is none; assets, public files, else 404.
	 */
	serve(slug: string, request: PreviewRequest): Promise<Response>;
	/** Starts the compiler ahead of the first build. */
	warm(): void;
	/** Forgets an app that was deleted, with its cached builds. */
	forget(slug: string): Promise<void>;
	/** The compiler's process, for the operator's view and tests. */
	readonly compilerPid: number | undefined;
	close(): Promise<void>;
}
