import { setMaxListeners } from 'node:events';
import type { RunMode, StopReason, TurnCard, ViewState } from '#lib/contracts/index.ts';
import type { Autofix } from './autofix/index.ts';
import { Budget, defaultLimits } from './budget.ts';
import { turnCard } from './card.ts';
import { converse } from './converse.ts';
import { finishParked, type ParkedAnswer, type ParkedRun } from './park.ts';
import type {
	AgentAllowance,
	AgentChecks,
	AgentData,
	AgentFacts,
	AgentLimits,
	AgentPlans,
	AgentPreview,
	AgentSchema,
	AgentSecrets,
	AgentWorkspace,
	Clock,
	ModelPrice,
	PastTurn,
	RunSink,
} from './ports.ts';
import type { Provider } from './providers/types.ts';
import { abortReason, type Stop } from './stop.ts';
import { nextAfter, stopWords } from './stop-words.ts';
import { createRunState, type ToolRunner } from './tools/index.ts';

export interface AgentRun {
	readonly app: { readonly slug: string; readonly name: string };
	/** The person's request. */
	readonly text: string;
	readonly history: readonly PastTurn[];
	readonly workspace: AgentWorkspace;
	readonly schema: AgentSchema;
	readonly checks: AgentChecks;
	readonly data: AgentData;
	readonly preview: AgentPreview;
	readonly facts: AgentFacts;
	readonly plans: AgentPlans;
	/** Default `build`. */
	readonly mode?: RunMode;
	/** The accepted plan this run builds; pinned through every compaction. */
	readonly plan?: string;
	/** What the person sees at this moment. */
	readonly view?: ViewState;
	readonly sink: RunSink;
	readonly clock: Clock;
	/** 0 to 1. */
	readonly random: () => number;
	readonly provider: Provider;
	readonly secrets: AgentSecrets;
	/** Absent: only the run's own limits count. */
	readonly allowance?: AgentAllowance;
	/** Keeps a run that waits for a person, with `question_asked` in its log. */
	readonly park: (parked: ParkedRun) => Promise<void>;
	/** Goes on with a parked run; `text` and `history` are those it began with. */
	readonly resume?: { readonly parked: ParkedRun; readonly answer: ParkedAnswer };
	readonly price?: ModelPrice;
	readonly limits?: Partial<AgentLimits>;
	/** Ends the run; `abort(reason)` with a StopReason names why, else it is `stopped_by_user`. */
	readonly signal: AbortSignal;
	/** Repairs what is written; on this thread when absent. */
	readonly autofix?: Autofix;
	/** Executes calls; replaced only where a run must change nothing. */
	readonly runTool?: ToolRunner;
}

export interface RunOutcome {
	readonly reason: StopReason;
	readonly message: string;
	readonly next: string;
	readonly card: TurnCard;
	/** What was thrown, for the log, when the reason is `internal_error`. */
	readonly cause?: unknown;
}

const maxListeners = 50;

/**
 * Runs one turn: asks the model, executes its calls, answers them, until it is done or something ends it.
 * The log begins with `started` and ends with `stopped`, whatever happens; a run that waits for a person is
 * parked instead and returns with the reason `waiting_for_…`.
 *
 * @throws only when the log itself cannot be written
 */
export async function runAgent(run: AgentRun): Promise<RunOutcome> {
	// Each waiting call listens; as many as may run side by side are no leak.
	setMaxListeners(maxListeners, run.signal);
	const { contextTokens = defaultLimits.contextTokens } = run.provider;
	const limits = { ...defaultLimits, contextTokens, ...run.limits };
	const parked = run.resume?.parked;
	const budget = new Budget(limits, run.clock, run.price, parked?.spent);
	const state =
		parked === undefined ? createRunState() : { ...parked.state, waiting: undefined, waitedMs: 0 };
	const { provider, sink } = run;
	if (run.resume === undefined)
		await sink.emit({
			type: 'started',
			text: run.text,
			provider: provider.name,
			model: provider.model,
		});
	else {
		await finishParked(run.resume, state, run);
		const { model = provider.model } = run.resume.parked;
		if (model !== provider.model && !run.signal.aborted) {
			const text = `From here on the model is ${provider.model}; so far it was ${model}.`;
			await sink.emit({ type: 'notice', text });
		}
	}
	let stop: Stop;
	try {
		const ended = await converse(run, limits, budget, state);
		if ('waitingFor' in ended) {
			await run.park(ended);
			const kind = ended.waitingFor.kind;
			const reason = kind === 'secret' ? 'waiting_for_secret' : 'waiting_for_answer';
			const end = { reason, ...stopWords[reason] } as const;
			return { ...end, card: turnCard(state, end, budget.cost()) };
		}
		stop = ended;
	} catch (cause) {
		stop = run.signal.aborted
			? { reason: abortReason(run.signal) }
			: { reason: 'internal_error', cause };
	}
	const message = stop.message ?? stopWords[stop.reason].message;
	const planned = run.mode === 'plan' ? state.planned : undefined;
	const end = { reason: stop.reason, message, next: nextAfter(stop.reason, planned) };
	const card = turnCard(state, end, budget.cost());
	await sink.emit({ type: 'stopped', ...end, card });
	return { ...end, card, ...('cause' in stop && { cause: stop.cause }) };
}
