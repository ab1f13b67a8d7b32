import type { RunMode, StopReason, TurnCard, ViewState } from '#lib/contracts/index.ts';
import { ask } from './ask.ts';
import { Budget, defaultLimits } from './budget.ts';
import { turnCard } from './card.ts';
import { LoopGuard } from './guard.ts';
import type { Message } from './messages.ts';
import { finishParked, resumed, type ParkedAnswer, type ParkedRun } from './park.ts';
import type {
	AgentAllowance,
	AgentChecks,
	AgentFacts,
	AgentLimits,
	AgentPlans,
	AgentSchema,
	AgentSecrets,
	AgentWorkspace,
	Clock,
	ModelPrice,
	PastTurn,
	RunSink,
} from './ports.ts';
import { appPrompt, firstMessage, globalPrompt } from './prompt/index.ts';
import type { Provider } from './providers/types.ts';
import { runCalls, type CallPorts } from './run-calls.ts';
import { finishWithoutDone } from './finish.ts';
import { abortReason, type Stop } from './stop.ts';
import { stopWords } from './stop-words.ts';
import { createRunState, runTool, toolSpecs, type ToolRunner } from './tools/index.ts';
import { nudges, planTurn, userText } from './turn.ts';

export interface AgentRun {
	readonly app: { readonly slug: string; readonly name: string };
	/** The person's request. */
	readonly text: string;
	readonly history: readonly PastTurn[];
	readonly workspace: AgentWorkspace;
	readonly schema: AgentSchema;
	readonly checks: AgentChecks;
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

/** Times in a row a model may be told to go on before the run ends without its word. */
const maxNudges = 2;
const maxCutAnswers = 3;

/**
 * Runs one turn: asks the model, executes its calls, answers them, until it is done or something ends it.
 * The log begins with `started` and ends with `stopped`, whatever happens; a run that waits for a person is
 * parked instead and returns with the reason `waiting_for_…`.
 *
 * @throws only when the log itself cannot be written
 */
export async function runAgent(run: AgentRun): Promise<RunOutcome> {
	const limits = { ...defaultLimits, ...run.limits };
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
	else await finishParked(run.resume, run);
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
	const words = stopWords[stop.reason];
	const message = stop.message ?? words.message;
	const end = { reason: stop.reason, message, next: words.next };
	const card = turnCard(state, end, budget.cost());
	await sink.emit({ type: 'stopped', ...end, card });
	return { ...end, card, ...('cause' in stop && { cause: stop.cause }) };
}

async function converse(
	run: AgentRun,
	limits: AgentLimits,
	budget: Budget,
	state: ReturnType<typeof createRunState>,
): Promise<Stop | ParkedRun> {
	const { provider, signal, sink } = run;
	const { system, messages, usedIds } = run.resume ? resumed(run.resume) : await begin(run);
	const ports: CallPorts = {
		context: { ...run, mode: run.mode ?? 'build', state },
		guard: new LoopGuard(),
		runTool: run.runTool ?? runTool,
	};
	let nudged = 0;
	let cutAnswers = 0;

	for (;;) {
		if (signal.aborted) return { reason: abortReason(signal) };
		const exceeded = budget.exceeded(state.waitedMs) ?? (await run.allowance?.exceeded());
		if (exceeded !== undefined) return { reason: exceeded };
		const asked = await ask(
			provider,
			// After a cut answer there is room for a longer one, once.
			{ tools: toolSpecs, system, maxTokens: limits.maxTokens * (cutAnswers > 0 ? 2 : 1) },
			messages,
			{
				...run,
				onUsage: async (usage) => {
					const cost = budget.spend(usage);
					if (cost !== undefined) await sink.emit({ type: 'usage', ...cost });
				},
			},
		);
		if (asked.kind === 'stop')
			return asked.reason === 'aborted'
				? { reason: abortReason(signal) }
				: { reason: asked.reason, ...(asked.message && { message: asked.message }) };
		budget.countStep();

		const turn = planTurn(asked.blocks, asked.end, usedIds);
		switch (asked.end) {
			case 'refusal':
				return { reason: 'refused_by_model', ...(asked.detail && { message: asked.detail }) };
			case 'context_full':
				return { reason: 'context_full' };
			case 'unknown':
				return {
					reason: 'provider_error',
					message: `The model stopped for a reason this version does not know: ${asked.detail ?? 'none given'}.`,
				};
			case 'end_turn':
			case 'tool_use':
			case 'max_tokens':
			case 'pause':
				break;
		}
		if (turn.content.length > 0) messages.push({ role: 'assistant', content: turn.content });

		const { blocks, stop, waiting } = await runCalls(turn.calls, ports);
		if (stop !== undefined) return stop;
		if (waiting !== undefined && state.waiting !== undefined)
			return {
				waitingFor: state.waiting,
				call: waiting.call,
				startedAt: waiting.startedAt,
				system,
				messages,
				usedIds: [...usedIds],
				before: blocks.slice(0, waiting.at),
				after: blocks.slice(waiting.at),
				state,
				// Waiting that came before is in no later sum.
				spent: budget.spent(state.waitedMs),
			};
		if (state.done !== undefined) return { reason: 'done' };

		const reply = [...blocks];
		if (asked.end === 'max_tokens') {
			cutAnswers += 1;
			if (cutAnswers >= maxCutAnswers) return { reason: 'output_limit' };
			reply.push(
				userText(turn.cutCall === undefined ? nudges.cutText : nudges.cutCall(turn.cutCall)),
			);
		} else {
			cutAnswers = 0;
			// A paused answer goes back as it is.
			if (asked.end === 'pause' && blocks.length === 0 && turn.content.length > 0) continue;
			if (blocks.length > 0) nudged = 0;
			else {
				nudged += 1;
				if (nudged >= maxNudges) return finishWithoutDone(ports.context);
				reply.push(userText(turn.content.length === 0 ? nudges.empty : nudges.noDone));
			}
		}
		messages.push({ role: 'user', content: reply });
	}
}

/** What a run's conversation begins with. */
async function begin(run: AgentRun) {
	const files = await run.workspace.list();
	const rules = files.some((file) => file.path === 'AGENTS.md')
		? // One that cannot be read (not text, gone meanwhile) does not keep the run from beginning.
			await run.workspace.read('AGENTS.md').catch(() => undefined)
		: undefined;
	return {
		system: [globalPrompt, appPrompt(run.app, await run.schema.describe(), rules?.text)],
		messages: [firstMessage(run.text, run.history, files)] as Message[],
		usedIds: new Set<string>(),
	};
}
