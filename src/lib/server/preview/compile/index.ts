/** Compiles one app from its files. Runs in the child process. */
export { createBundler, type Bundler } from './bundler.ts';
export type {
	CompileAnswer,
	CompiledApp,
	CompileRequest,
	CompileResult,
	SourceFiles,
} from './types.ts';
