import type { CheckResult, RunMode, WaitingFor } from '#lib/contracts/index.ts';
import type { Autofix } from '../autofix/index.ts';
import type {
	AgentChecks,
	AgentData,
	AgentFacts,
	AgentPlans,
	AgentPreview,
	AgentSchema,
	AgentSecrets,
	AgentWorkspace,
	Clock,
	RunSink,
} from '../ports.ts';

/** What the model said at the end. */
export interface DoneReport {
	readonly summary: readonly string[];
	readonly notDone: readonly string[];
	readonly next: readonly string[];
}

export interface TodoItem {
	readonly text: string;
	readonly done: boolean;
}

/** What a run knows about itself; only tools and the loop write it. */
export interface RunState {
	/** Hash of each file as this run last saw it: the precondition of every change. */
	readonly seen: Map<string, string>;
	/** Paths of which the run saw only a part as they are: they may be edited, not written over or deleted. */
	readonly partly: Set<string>;
	/** Failed edits since the last success, by path. */
	readonly misses: Map<string, number>;
	/** Paths this run changed. */
	readonly changed: Set<string>;
	/** Plain-words lines of applied schema changes. */
	readonly schemaChanges: string[];
	/** Plans made in this run that can be applied, with what they would do in words. */
	readonly plans: Map<string, readonly string[]>;
	/** What a person was asked for and declined. */
	readonly declined: string[];
	/** What a person answered, one line each. */
	readonly answered: string[];
	/** The newest results; undefined when something changed since, or nothing was checked. */
	checks: readonly CheckResult[] | undefined;
	done: DoneReport | undefined;
	/** What a `done` that was refused said: the words of a run that ends without a better one. */
	report: DoneReport | undefined;
	/** Hash of what the newest checks looked at. */
	checkedInputs: string | undefined;
	/** Problems of checks the model has been told in full. */
	readonly told: Set<string>;
	/** What is to be done, in the model's order. */
	todos: readonly TodoItem[];
	/** The model was told once that items are open. */
	todosReminded: boolean;
	/** Where untrusted text came from that the model has read; empty: the run is clean. */
	readonly taints: Set<string>;
	/** Text of each file before this run changed it; null: it was not there. */
	readonly originals: Map<string, string | null>;
	/** Executions by tool. */
	readonly uses: Map<string, number>;
	/** A plan was saved in this run. */
	planned: boolean;
	/** Nothing but `done` is executed any more. */
	closing: boolean;
	/** How often the conversation was shortened: 1 to a summary, 2 to nothing but facts. */
	compactions: number;
	/** Set by a call that a person has to answer: the run is parked, and goes on with that answer as its result. */
	waiting: WaitingFor | undefined;
	/** Milliseconds spent waiting for a person. */
	waitedMs: number;
}

export const createRunState = (): RunState => ({
	seen: new Map(),
	partly: new Set(),
	misses: new Map(),
	changed: new Set(),
	schemaChanges: [],
	plans: new Map(),
	declined: [],
	answered: [],
	checks: undefined,
	done: undefined,
	report: undefined,
	checkedInputs: undefined,
	told: new Set(),
	todos: [],
	todosReminded: false,
	taints: new Set(),
	originals: new Map(),
	uses: new Map(),
	planned: false,
	closing: false,
	compactions: 0,
	waiting: undefined,
	waitedMs: 0,
});

export interface ToolContext {
	readonly workspace: AgentWorkspace;
	readonly schema: AgentSchema;
	readonly checks: AgentChecks;
	readonly data: AgentData;
	readonly preview: AgentPreview;
	readonly facts: AgentFacts;
	readonly plans: AgentPlans;
	readonly mode: RunMode;
	readonly autofix: Autofix;
	readonly secrets: AgentSecrets;
	readonly sink: RunSink;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly state: RunState;
}

/** A picture in base64. */
export interface ToolImage {
	readonly mediaType: 'image/jpeg';
	readonly data: string;
}

/** What a tool answers: `text` is for the model, `summary` and `detail` for people. */
export interface ToolAnswer {
	readonly ok: boolean;
	readonly text: string;
	readonly summary: string;
	readonly detail?: string;
	/** A picture for the model, where it can see one. */
	readonly image?: ToolImage;
	/** What makes two failures the same one; the text when absent. Numbers, ids and times do not count anyway. */
	readonly signature?: string;
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
