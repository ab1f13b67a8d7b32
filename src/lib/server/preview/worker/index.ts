/** The process that compiles, seen from the server. */
export {
	createCompiler,
	defaultCompilerLimits,
	type Compiler,
	type CompilerLimits,
} from './compiler.ts';
