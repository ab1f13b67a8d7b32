import type {
	CheckResult,
	FactKind,
	PreviewAction,
	PreviewResult,
	Problem,
	RowEffect,
	RulesReport,
	RunEventBody,
	SchemaChange,
	StopReason,
	TurnCard,
} from '#lib/contracts/index.ts';

export interface AgentFileEntry {
	readonly path: string;
	/** Bytes. */
	readonly size: number;
	/** sha-256 of the bytes, hex. */
	readonly hash: string;
}

export interface AgentFile extends AgentFileEntry {
	readonly text: string;
}

/**
 * The files of the one app a run works on. Paths are the raw strings a model wrote: the port checks them
 * and throws a TinykitError (`path_invalid`, `file_not_found`, `file_changed`, …), which the model reads.
 */
export interface AgentWorkspace {
	/** All files, sorted by path. */
	list(): Promise<readonly AgentFileEntry[]>;
	read(path: string): Promise<AgentFile>;
	/**
	 * Writes atomically.
	 * @param options.ifMatch the hash the file must have now; `null`: it must not exist yet (`file_exists`)
	 */
	write(
		path: string,
		text: string,
		options: { readonly ifMatch: string | null },
	): Promise<AgentFileEntry>;
	delete(path: string, options: { readonly ifMatch: string }): Promise<void>;
	/** Refused with `file_exists` when `to` is taken. */
	rename(from: string, to: string, options: { readonly ifMatch: string }): Promise<AgentFileEntry>;
}

/** What the app's collections look like now, in words for the model. Deterministic: it is part of a cached prefix. */
export interface SchemaDigest {
	/** One paragraph per collection: name, type, fields with options, the five rules. */
	readonly text: string;
	readonly collections: readonly {
		readonly name: string;
		readonly type: string;
		readonly fields: readonly string[];
	}[];
}

export interface SchemaEffect {
	readonly level: 'info' | 'widens' | 'destroys';
	readonly text: string;
}

export interface SchemaPlan {
	readonly id: string;
	/** Computed from the difference to the schema as it is now, never from the model's words. */
	readonly effects: readonly SchemaEffect[];
	/** What becomes of the rows, field by field, as rehearsed on a copy. */
	readonly rows?: readonly RowEffect[];
	/** A person has to click before it is applied (definitions.md 18). */
	readonly needsApproval: boolean;
	/** Why it cannot be applied: unknown field in a rule, bad relation. Empty when it can. */
	readonly problems: readonly Problem[];
}

export interface SchemaApplied {
	readonly applied: boolean;
	/** Plain-words lines of what changed. */
	readonly summary: readonly string[];
	/** Present when a person was asked. */
	readonly approval?: 'accepted' | 'rejected';
}

export interface SchemaOptions {
	/** The run has read text of strangers: whatever lets anybody in needs a click, also in a new collection. */
	readonly tainted?: boolean;
}

/** The collections of the app's draft backend. */
export interface AgentSchema {
	describe(): Promise<SchemaDigest>;
	plan(change: SchemaChange, options?: SchemaOptions): Promise<SchemaPlan>;
	/**
	 * Applies a plan of this run; throws `approval_stale` when the schema has changed since, `not_found` for
	 * an unknown id. Waits for the person's click when the plan needs one, and itself emits
	 * `approval_requested` and `approval_decided` into the run's log. Ends early when `signal` aborts.
	 */
	apply(planId: string, signal: AbortSignal, options?: SchemaOptions): Promise<SchemaApplied>;
}

/** Compiles, checks the schema, waits for the boot of the preview; emits the `build` event itself. */
export interface AgentChecks {
	/** One result per check, always the same checks; what could not be completed is `not_run`. */
	run(signal: AbortSignal): Promise<readonly CheckResult[]>;
}

/** Records of the draft as somebody sees them; the person agrees once a run before a model is shown any. */
export interface RecordQuery {
	readonly collection: string;
	/** `anonymous`, `superuser`, or the id or e-mail of a person of the draft. */
	readonly as: string;
	readonly filter?: string;
	readonly sort?: string;
	readonly fields?: readonly string[];
	/** Records. */
	readonly limit: number;
}

export type QueryAnswer =
	| {
			readonly kind: 'records';
			readonly records: readonly Readonly<Record<string, unknown>>[];
			readonly total: number;
			/** Milliseconds that the person took. */
			readonly waitedMs: number;
	  }
	/** The person does not want records to be shown in this run. */
	| { readonly kind: 'declined'; readonly waitedMs: number }
	/** The backend's own answer: no such collection, not allowed, a filter that is none. */
	| { readonly kind: 'refused'; readonly message: string };

export interface LogQuery {
	/** Lowest level that is told. */
	readonly level: 'info' | 'warn' | 'error';
	/** Minutes back. */
	readonly minutes: number;
	/** Literal text that the entry holds. */
	readonly search?: string;
	/** Entries. */
	readonly limit: number;
}

/** One request or message of the draft's backend. */
export interface LogLine {
	readonly at: string;
	readonly level: 'info' | 'warn' | 'error';
	readonly text: string;
	/** The rule that refused it, as it stands now. */
	readonly denied?: string;
}

/** What the app's draft holds and did; never live, never another app. */
export interface AgentData {
	/** Tries the access rules with real requests on a clone that holds made-up records only. */
	rules(signal: AbortSignal): Promise<RulesReport>;
	query(query: RecordQuery, signal: AbortSignal): Promise<QueryAnswer>;
	/** Newest last. */
	logs(query: LogQuery): Promise<readonly LogLine[]>;
}

/** Names of the app's secrets; their values are out of reach. */
export interface AgentSecrets {
	/** The hosts a secret may be sent to; undefined when there is none of that name. */
	hostsOf(name: string): Promise<readonly string[] | undefined>;
}

/** What the log of calls keeps of a finished call besides its event. */
export interface FinishedCall {
	/** sha-256 of the input, hex. */
	readonly argsHash: string;
	/** sha-256 of what the model is told, hex. */
	readonly resultHash: string;
}

/** Something that was settled with the person: part of every later turn on the app. */
export interface AgentFact {
	readonly kind: FactKind;
	readonly text: string;
}

/** The facts of the app. */
export interface AgentFacts {
	/** Oldest first. */
	list(): Promise<readonly AgentFact[]>;
	/** One that is known already is not added again. @throws TinykitError `too_many_facts` */
	add(fact: AgentFact): Promise<{ readonly id: string }>;
}

/** Where a run that only plans leaves its plan. */
export interface AgentPlans {
	/** Saved again in the same run, it replaces the one before. */
	save(text: string): Promise<{ readonly id: string }>;
}

/** What is done in the opened app, and where. */
export interface PreviewTask {
	readonly path: string;
	readonly actions: readonly PreviewAction[];
	readonly screenshot: boolean;
}

export type PreviewSeen =
	| {
			readonly kind: 'seen';
			/** `studio`: the preview frame of a person who follows the run, signed in as that person is. */
			readonly browser: 'studio' | 'headless';
			/** Written by the app: untrusted. */
			readonly result: PreviewResult;
			readonly bootErrors: readonly string[];
			/** JPEG. */
			readonly screenshot: Uint8Array | undefined;
	  }
	| { readonly kind: 'not_run'; readonly why: string };

/** The draft in a browser; its code never runs in the server. */
export interface AgentPreview {
	open(task: PreviewTask, signal: AbortSignal): Promise<PreviewSeen>;
}

/** The run's log. */
export interface RunSink {
	/**
	 * Resolves when the event is durable and numbered. Events of one run are emitted one after another.
	 * @param call with `tool_finished`: kept in the log of calls together with the event
	 */
	emit(event: RunEventBody, call?: FinishedCall): Promise<void>;
}

/** Whether the app or the installation may spend more; asked before each model call. */
export interface AgentAllowance {
	/** Why not, or undefined. */
	exceeded(): Promise<StopReason | undefined>;
}

export interface Clock {
	/** Milliseconds since 1970. */
	now(): number;
	/** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
	sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** An earlier turn on the same app, oldest first. */
export interface PastTurn {
	readonly text: string;
	readonly reason: StopReason;
	readonly card: TurnCard | undefined;
}

/** Checked before each model call; each has its own stop reason. */
export interface AgentLimits {
	/** Model calls that gave an answer. */
	readonly steps: number;
	/** Input (cached or not) and output tokens together. */
	readonly tokens: number;
	/** Of one request and its answer: the context window of the model. */
	readonly contextTokens: number;
	/** US dollars; only counts when the price of the model is known. */
	readonly usd: number;
	/** Milliseconds from the start of the run, time waiting for a person not counted. */
	readonly timeMs: number;
	/** Output tokens of one answer. */
	readonly maxTokens: number;
}

/** US dollars per million tokens. */
export interface ModelPrice {
	readonly input: number;
	readonly output: number;
	readonly cacheRead: number;
	readonly cacheWrite: number;
}
