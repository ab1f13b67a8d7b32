import type { CheckResult } from '#lib/contracts/index.ts';
import type { AgentChecks, AgentSchema, AgentWorkspace, Clock, RunSink } from '../ports.ts';

/** What the model said at the end. */
export interface DoneReport {
	readonly summary: readonly string[];
	readonly notDone: readonly string[];
	readonly next: readonly string[];
}

/** What a run knows about itself; only tools and the loop write it. */
export interface RunState {
	/** Hash of each file as this run last saw it: the precondition of every change. */
	readonly seen: Map<string, string>;
	/** Failed edits since the last success, by path. */
	readonly misses: Map<string, number>;
	/** Paths this run changed. */
	readonly changed: Set<string>;
	/** Plain-words lines of applied schema changes. */
	readonly schemaChanges: string[];
	/** Plans made in this run that can be applied. */
	readonly plans: Set<string>;
	/** The newest results; undefined when something changed since, or nothing was checked. */
	checks: readonly CheckResult[] | undefined;
	done: DoneReport | undefined;
	/** Milliseconds spent waiting for a person. */
	waitedMs: number;
}

export const createRunState = (): RunState => ({
	seen: new Map(),
	misses: new Map(),
	changed: new Set(),
	schemaChanges: [],
	plans: new Set(),
	checks: undefined,
	done: undefined,
	waitedMs: 0,
});

export interface ToolContext {
	readonly workspace: AgentWorkspace;
	readonly schema: AgentSchema;
	readonly checks: AgentChecks;
	readonly sink: RunSink;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly state: RunState;
}

/** What a tool answers: `text` is for the model, `summary` and `detail` for people. */
export interface ToolAnswer {
	readonly ok: boolean;
	readonly text: string;
	readonly summary: string;
	readonly detail?: string;
}

export const answer = (text: string, summary: string, detail?: string): ToolAnswer => ({
	ok: true,
	text,
	summary,
	...(detail !== undefined && { detail }),
});
/** A failure is an answer too: it says what to do next. */
export const failure = (text: string, summary: string, detail?: string): ToolAnswer => ({
	ok: false,
	text,
	summary,
	...(detail !== undefined && { detail }),
});

/** Cuts what is too long for the context, and says so. */
export const clip = (text: string, max: number): string =>
	text.length <= max ? text : `${text.slice(0, max)}\n[cut: ${text.length - max} more characters]`;
