import type { RE2JS } from 're2js';

/*
 * Patterns come from whoever may edit a schema, values from everyone: a backtracking engine would let one
 * slow pattern stop the process. So patterns run in RE2's linear engine, except those of a shape
 * that cannot backtrack (one character class, repeated, between anchors), which the platform runs faster.
 */

const simple = /^\^\[[a-zA-Z0-9_-]+\](?:[+*]|\{\d{1,3}(?:,\d{0,3})?\})?\$$/;
const limit = 500;
const compiled = new Map<string, (value: string) => boolean>();

/** Loaded on first use: the engine is not needed to start, nor by most schemas. */
const engine = async (): Promise<typeof RE2JS> => (await import('re2js')).RE2JS;

async function compile(pattern: string): Promise<(value: string) => boolean> {
	if (simple.test(pattern)) {
		const native = new RegExp(pattern);
		// `$` also matches before a final line feed in some engines; not in this one, nor in Go.
		return (value) => native.test(value);
	}
	const program = (await engine()).compile(pattern);
	return (value) => program.matcher(value).find();
}

/**
 * Whether the pattern (Go's syntax) matches somewhere in the value. An invalid pattern matches nothing,
 * as in PocketBase.
 */
export async function matchesPattern(pattern: string, value: string): Promise<boolean> {
	let test = compiled.get(pattern);
	if (test === undefined) {
		test = await compile(pattern).catch(() => () => false);
		if (compiled.size >= limit) compiled.clear();
		compiled.set(pattern, test);
	}
	return test(value);
}

/** What is wrong with a pattern; undefined when it is one. */
export async function patternProblem(pattern: string): Promise<string | undefined> {
	if (simple.test(pattern)) return undefined;
	try {
		(await engine()).compile(pattern);
		return undefined;
	} catch (error) {
		return error instanceof Error ? error.message : 'invalid pattern';
	}
}
