import type {
	CheckResult,
	FactKind,
	PreviewAction,
	PreviewResult,
	Problem,
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

/** The collections of the app's draft backend. */
export interface AgentSchema {
	describe(): Promise<SchemaDigest>;
	plan(change: SchemaChange): Promise<SchemaPlan>;
	/**
	 * Applies a plan of this run; throws `approval_stale` when the schema has changed since, `not_found` for
	 * an unknown id. Waits for the person's click when the plan needs one, and itself emits
	 * `approval_requested` and `approval_decided` into the run's log. Ends early when `signal` aborts.
	 */
	apply(planId: string, signal: AbortSignal): Promise<SchemaApplied>;
}

/** Compiles, checks the schema, waits for the boot of the preview; emits the `build` event itself. */
export interface AgentChecks {
	/** One result per check, always the same checks; what could not be completed is `not_run`. */
	run(signal: AbortSignal): Promise<readonly CheckResult[]>;
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
