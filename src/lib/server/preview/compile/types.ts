import type { Problem } from '#lib/contracts/index.ts';

/** The workspace as it stood at one moment: bytes by path. */
export type SourceFiles = ReadonlyMap<string, Uint8Array>;

export interface CompiledApp {
	readonly js: string;
	readonly css: string;
}

export type CompileResult =
	| { readonly ok: true; readonly app: CompiledApp; readonly boot: string }
	| { readonly ok: false; readonly problems: readonly Problem[]; readonly boot: string };

/** To the child process and back. */
export interface CompileRequest {
	readonly id: number;
	readonly files: SourceFiles;
}
export type CompileAnswer =
	| { readonly type: 'ready' }
	| { readonly type: 'result'; readonly id: number; readonly result: CompileResult };

/** Something wrong with the source, found by a resolver or loader of ours. */
export class SourceError extends Error {
	readonly problem: Problem;

	constructor(problem: Problem) {
		super(problem.message);
		this.problem = problem;
	}
}

export const rootComponent = 'src/App.svelte';
export const rootStyles = 'src/app.css';
