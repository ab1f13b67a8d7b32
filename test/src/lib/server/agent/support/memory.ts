import { createHash } from 'node:crypto';
import { compile } from 'svelte/compiler';
import {
	TinykitError,
	type CheckResult,
	type Problem,
	type RulesReport,
	type RunEventBody,
	type SchemaChange,
} from '#lib/contracts/index.ts';
import type {
	AgentChecks,
	AgentData,
	AgentFact,
	AgentFacts,
	AgentFile,
	AgentPlans,
	AgentPreview,
	AgentSchema,
	AgentWorkspace,
	Clock,
	PreviewSeen,
	PreviewTask,
	LogLine,
	LogQuery,
	QueryAnswer,
	RecordQuery,
	RunSink,
	SchemaApplied,
} from '#lib/server/agent/index.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Files in memory, with the refusals of the real workspace that matter to the agent. */
export class MemoryWorkspace implements AgentWorkspace {
	readonly files = new Map<string, string>();
	/** Called before each write, to change something underneath. */
	beforeWrite: (path: string) => void = () => undefined;
	/** Called after each read, with what was read on its way. */
	afterRead: (path: string) => void = () => undefined;

	constructor(files: Readonly<Record<string, string>> = {}) {
		for (const [path, text] of Object.entries(files)) this.files.set(path, text);
	}

	#path(path: string): string {
		if (path.startsWith('/') || path.split('/').includes('..') || path.includes('\0'))
			throw new TinykitError('path_invalid', { details: { path } });
		return path;
	}
	#entry(path: string): AgentFile {
		const text = this.files.get(this.#path(path));
		if (text === undefined) throw new TinykitError('file_not_found', { details: { path } });
		return { path, text, hash: hashOf(text), size: Buffer.byteLength(text) };
	}
	#match(path: string, ifMatch: string | null): void {
		const text = this.files.get(this.#path(path));
		if (ifMatch === null && text !== undefined) throw new TinykitError('file_exists');
		if (ifMatch !== null && (text === undefined || hashOf(text) !== ifMatch))
			throw new TinykitError('file_changed');
	}

	async list() {
		return [...this.files.keys()].sort().map((path) => {
			const { size, hash } = this.#entry(path);
			return { path, size, hash };
		});
	}
	async read(path: string) {
		const file = this.#entry(path);
		this.afterRead(path);
		return file;
	}
	async write(path: string, text: string, { ifMatch }: { readonly ifMatch: string | null }) {
		this.beforeWrite(path);
		this.#match(path, ifMatch);
		this.files.set(path, text);
		return this.#entry(path);
	}
	async delete(path: string, { ifMatch }: { readonly ifMatch: string }) {
		this.#match(path, ifMatch);
		this.files.delete(path);
	}
	async rename(from: string, to: string, { ifMatch }: { readonly ifMatch: string }) {
		this.#match(from, ifMatch);
		this.#match(to, null);
		this.files.set(to, this.files.get(from) ?? '');
		this.files.delete(from);
		return this.#entry(to);
	}
}

/** Collections in memory: creating is free, changing and deleting waits for `decide`. */
export class MemorySchema implements AgentSchema {
	readonly collections = new Map<string, NonNullable<SchemaChange['create']>[number]>();
	readonly applied: SchemaChange[] = [];
	readonly #plans = new Map<string, SchemaChange>();
	decide: (signal: AbortSignal) => Promise<'accepted' | 'rejected'> = async () => 'accepted';

	async describe() {
		const all = [...this.collections.values()];
		return {
			text: all.map(({ name }) => `${name} (base)`).join('\n'),
			collections: all.map(({ name, type, fields }) => ({
				name,
				type: type ?? 'base',
				fields: fields.map((field) => field.name),
			})),
		};
	}
	async plan(change: SchemaChange) {
		const id = `plan${this.#plans.size + 1}`;
		this.#plans.set(id, change);
		const problems: Problem[] = (change.create ?? [])
			.filter(({ name }) => this.collections.has(name))
			.map(({ name }) => ({ code: 'exists', message: `The table ${name} exists already.` }));
		return {
			id,
			effects: [
				...(change.create ?? []).map(({ name }) => ({
					level: 'info' as const,
					text: `New table ${name}.`,
				})),
				...(change.delete ?? []).map((name) => ({
					level: 'destroys' as const,
					text: `Delete the table ${name}.`,
				})),
			],
			needsApproval: (change.update ?? change.delete ?? []).length > 0,
			problems,
		};
	}
	async apply(planId: string, signal: AbortSignal): Promise<SchemaApplied> {
		const change = this.#plans.get(planId);
		if (change === undefined) throw new TinykitError('not_found');
		const asked = (change.update ?? change.delete ?? []).length > 0;
		const approval = asked ? await this.decide(signal) : undefined;
		if (approval === 'rejected') return { applied: false, summary: [], approval };
		for (const collection of change.create ?? []) this.collections.set(collection.name, collection);
		for (const name of change.delete ?? []) this.collections.delete(name);
		this.applied.push(change);
		return {
			applied: true,
			summary: (change.create ?? []).map(({ name }) => `New table ${name}.`),
			...(approval && { approval }),
		};
	}
}

/** Compiles every component with Svelte's own compiler; no browser, so the boot is not run. */
export class CompileChecks implements AgentChecks {
	readonly #workspace: MemoryWorkspace;
	runs = 0;
	constructor(workspace: MemoryWorkspace) {
		this.#workspace = workspace;
	}
	async run(): Promise<readonly CheckResult[]> {
		this.runs += 1;
		const problems: Problem[] = [];
		for (const [path, text] of this.#workspace.files) {
			if (!path.endsWith('.svelte')) continue;
			try {
				compile(text, { filename: path, generate: 'client' });
			} catch (error) {
				problems.push(toProblem(path, error));
			}
		}
		return [
			{ name: 'compile', outcome: problems.length > 0 ? 'fail' : 'pass', ms: 1, problems },
			{ name: 'schema', outcome: 'pass', ms: 1, problems: [] },
			{ name: 'boot', outcome: 'not_run', ms: 0, detail: 'no studio is attached', problems: [] },
		];
	}
}

function toProblem(path: string, error: unknown): Problem {
	const { code, message, start } = error as {
		code: string;
		message: string;
		start?: { line: number; column: number };
	};
	return {
		path,
		code,
		message: message.split('\n')[0] ?? '',
		...(start && { line: start.line, column: start.column + 1 }),
	};
}

/** Facts in memory. */
export class MemoryFacts implements AgentFacts {
	readonly facts: AgentFact[] = [];
	async list() {
		return [...this.facts];
	}
	async add(fact: AgentFact) {
		this.facts.push(fact);
		return { id: `fact${this.facts.length}` };
	}
}

/** The newest plan, in memory. */
export class MemoryPlans implements AgentPlans {
	text: string | undefined;
	async save(text: string) {
		this.text = text;
		return { id: 'plan' };
	}
}

/** A browser that shows what it is given; none until then. */
export class MemoryPreview implements AgentPreview {
	readonly tasks: PreviewTask[] = [];
	answer: PreviewSeen = { kind: 'not_run', why: 'There is no browser here.' };
	async open(task: PreviewTask): Promise<PreviewSeen> {
		this.tasks.push(task);
		return this.answer;
	}
}

/** A draft without records, rules or requests, unless a test gives some. */
export class MemoryData implements AgentData {
	report: RulesReport = {
		collections: [],
		surprises: [],
		sampled: { collections: 0, records: 0, identities: [], requests: 0 },
	};
	answer: QueryAnswer = { kind: 'records', records: [], total: 0, waitedMs: 0 };
	lines: readonly LogLine[] = [];
	readonly queries: RecordQuery[] = [];

	async rules() {
		return this.report;
	}
	async query(query: RecordQuery) {
		this.queries.push(query);
		return this.answer;
	}
	async logs({ limit }: LogQuery) {
		return this.lines.slice(-limit);
	}
}

/** The log in memory. Nothing may come after `stopped`. */
export class MemoryLog implements RunSink {
	readonly events: RunEventBody[] = [];
	/** Called with each event. */
	onEvent: (event: RunEventBody) => void = () => undefined;
	async emit(event: RunEventBody) {
		if (this.events.at(-1)?.type === 'stopped') throw new Error('an event after stopped');
		this.events.push(event);
		this.onEvent(event);
	}
	of<T extends RunEventBody['type']>(type: T): Extract<RunEventBody, { type: T }>[] {
		return this.events.filter(
			(event): event is Extract<RunEventBody, { type: T }> => event.type === type,
		);
	}
	get text(): string {
		return this.of('text')
			.map((event) => event.delta)
			.join('');
	}
}

export interface TestClock extends Clock {
	/** Waits that were skipped, in milliseconds. */
	readonly skipped: number[];
}

/**
 * Real time, except that waits between half a second and `below` are over at once and count as passed:
 * retry waits cost no time in a test, and the watchdog (longer) never fires by itself.
 */
export function createTestClock(below = 100_000): TestClock {
	const skipped: number[] = [];
	let ahead = 0;
	return {
		skipped,
		now: () => Date.now() + ahead,
		sleep: async (ms, signal) => {
			if (ms >= 500 && ms < below) {
				skipped.push(ms);
				ahead += ms;
				await new Promise((resolve) => setImmediate(resolve));
				return;
			}
			await new Promise<void>((resolve) => {
				if (signal.aborted) {
					resolve();
					return;
				}
				const timer = setTimeout(resolve, ms);
				signal.addEventListener(
					'abort',
					() => {
						clearTimeout(timer);
						resolve();
					},
					{ once: true },
				);
			});
		},
	};
}
