import type {
	CheckResult,
	FactKind,
	PreviewAction,
	RunEvent,
	StopReason,
	TurnCard,
	WaitingFor,
} from '#lib/contracts/index.ts';
import { formatTokens } from '#lib/utils/index.ts';

/** One line of work. */
export type Step =
	| {
			readonly kind: 'tool';
			readonly key: string;
			readonly name: string;
			readonly title: string;
			readonly status: 'running' | 'ok' | 'failed' | 'cut';
			/** Facts: `+11 −2`, `142 lines`. */
			readonly summary: string;
			readonly detail: string | undefined;
			readonly ms: number | undefined;
	  }
	| { readonly kind: 'check'; readonly key: string; readonly check: CheckResult }
	| { readonly kind: 'facts'; readonly key: string; readonly facts: readonly string[] };

/** What the conversation shows of a run, in order. */
export type TimelineItem =
	| { readonly kind: 'text'; readonly key: number; readonly text: string }
	| { readonly kind: 'steps'; readonly key: number; readonly steps: readonly Step[] }
	| {
			readonly kind: 'notice';
			readonly key: number;
			readonly tone: 'info' | 'warn';
			readonly text: string;
	  }
	| { readonly kind: 'plan'; readonly key: number; readonly planId: string }
	| {
			readonly kind: 'fact';
			readonly key: number;
			readonly factId: string;
			readonly fact: FactKind;
			readonly text: string;
	  }
	| {
			readonly kind: 'todo';
			readonly key: number;
			readonly items: readonly { readonly text: string; readonly done: boolean }[];
	  }
	| {
			readonly kind: 'approval';
			readonly key: number;
			readonly approvalId: string;
			readonly accepted: boolean | undefined;
	  }
	| {
			readonly kind: 'question';
			readonly key: number;
			readonly questionId: string;
			readonly waitingFor: WaitingFor;
			/** Undefined while it is open. */
			readonly status: 'answered' | 'declined' | 'stale' | undefined;
			readonly lines: readonly string[];
	  };

export interface RunEnd {
	readonly reason: StopReason;
	readonly message: string;
	readonly next: string;
	readonly card: TurnCard | undefined;
}

/** The preview frame shall open this build at a place and do these things in it. */
export interface PreviewAsked {
	readonly id: string;
	readonly build: string;
	readonly nonce: string;
	readonly path: string;
	readonly actions: readonly PreviewAction[];
}

/** The provider is asked again. */
export interface Retrying {
	readonly attempt: number;
	readonly reason: string;
	/** Milliseconds from when it was told. */
	readonly waitMs: number;
}

export interface RunState {
	/** The number of the last event taken in. */
	readonly seq: number;
	readonly provider: string;
	readonly model: string;
	readonly items: readonly TimelineItem[];
	readonly tokens: number;
	/** Of those, what the provider had in its cache. */
	readonly cachedTokens: number;
	readonly usd: number | undefined;
	/** The build that was made last in this run. */
	readonly build:
		{ readonly build: string; readonly nonce: string; readonly ok: boolean } | undefined;
	/** What the preview frame is asked to do right now. */
	readonly asked: PreviewAsked | undefined;
	readonly retrying: Retrying | undefined;
	readonly end: RunEnd | undefined;
}

export const emptyRun: RunState = {
	seq: 0,
	provider: '',
	model: '',
	items: [],
	tokens: 0,
	cachedTokens: 0,
	usd: undefined,
	build: undefined,
	asked: undefined,
	retrying: undefined,
	end: undefined,
};

/**
 * Takes one event into the state. Pure and idempotent: an event that was told before changes nothing, so a
 * stream may start over anywhere. Unchanged parts keep their identity.
 */
export function applyEvent(state: RunState, event: RunEvent): RunState {
	if (event.seq <= state.seq) return state;
	// Anything that happens ends the waiting for the provider.
	const next: RunState = { ...state, seq: event.seq, retrying: undefined };
	switch (event.type) {
		case 'started':
			return { ...next, provider: event.provider, model: event.model };
		case 'notice':
			return append(next, { kind: 'notice', key: event.seq, tone: 'info', text: event.text });
		case 'text':
			return addText(next, event.seq, event.delta);
		case 'tool_started':
			return addStep(next, event.seq, {
				kind: 'tool',
				key: event.callId,
				name: event.name,
				title: event.title,
				status: 'running',
				summary: '',
				detail: undefined,
				ms: undefined,
			});
		case 'tool_finished':
			return finishStep(next, event);
		case 'schema_changed':
			return addStep(next, event.seq, {
				kind: 'facts',
				key: `facts-${event.seq}`,
				facts: event.summary,
			});
		case 'check':
			return addStep(next, event.seq, {
				kind: 'check',
				key: `check-${event.seq}`,
				check: event.check,
			});
		case 'build':
			return { ...next, build: { build: event.build, nonce: event.nonce, ok: event.ok } };
		case 'preview_request':
			return {
				...next,
				asked: {
					id: event.requestId,
					build: event.build,
					nonce: event.nonce,
					path: event.path,
					actions: event.actions,
				},
			};
		case 'preview_answered':
			return state.asked?.id === event.requestId ? { ...next, asked: undefined } : next;
		case 'approval_requested':
			return append(next, {
				kind: 'approval',
				key: event.seq,
				approvalId: event.approvalId,
				accepted: undefined,
			});
		case 'approval_decided':
			return {
				...next,
				items: next.items.map((item) =>
					item.kind === 'approval' && item.approvalId === event.approvalId
						? { ...item, accepted: event.accepted }
						: item,
				),
			};
		case 'question_asked':
			return append(next, {
				kind: 'question',
				key: event.seq,
				questionId: event.questionId,
				waitingFor: event.waitingFor,
				status: undefined,
				lines: [],
			});
		case 'question_answered':
			return {
				...next,
				items: next.items.map((item) =>
					item.kind === 'question' && item.questionId === event.questionId
						? { ...item, status: event.status, lines: event.lines }
						: item,
				),
			};
		case 'todo':
			return setTodo(next, event.seq, event.items);
		case 'compacted':
			return append(next, {
				kind: 'notice',
				key: event.seq,
				tone: 'info',
				text: compactedWords(event),
			});
		case 'tainted':
			return append(next, {
				kind: 'notice',
				key: event.seq,
				tone: 'warn',
				text: `This run has read text from outside (${event.source}). From here on it opens nothing without your click.`,
			});
		case 'fact_added':
			return append(next, {
				kind: 'fact',
				key: event.seq,
				factId: event.factId,
				fact: event.kind,
				text: event.text,
			});
		case 'plan_saved':
			return addPlan(next, event.seq, event.planId);
		case 'usage':
			return {
				...next,
				tokens: state.tokens + event.inputTokens + event.outputTokens + event.cachedTokens,
				cachedTokens: state.cachedTokens + event.cachedTokens,
				usd: event.usd === undefined ? state.usd : (state.usd ?? 0) + event.usd,
			};
		case 'retrying':
			return {
				...next,
				retrying: { attempt: event.attempt, reason: event.reason, waitMs: event.waitMs },
			};
		case 'stopped':
			return {
				...next,
				asked: undefined,
				items: next.items.map(cutSteps),
				end: {
					reason: event.reason,
					message: event.message,
					next: event.next,
					card: event.card,
				},
			};
		case 'file_changed':
			return next;
	}
}

function append(state: RunState, item: TimelineItem): RunState {
	return { ...state, items: [...state.items, item] };
}

function replaceLast(state: RunState, item: TimelineItem): RunState {
	return { ...state, items: [...state.items.slice(0, -1), item] };
}

function addText(state: RunState, key: number, delta: string): RunState {
	const last = state.items.at(-1);
	return last?.kind === 'text'
		? replaceLast(state, { ...last, text: last.text + delta })
		: append(state, { kind: 'text', key, text: delta });
}

function addStep(state: RunState, key: number, step: Step): RunState {
	const last = state.items.at(-1);
	return last?.kind === 'steps'
		? replaceLast(state, { ...last, steps: [...last.steps, step] })
		: append(state, { kind: 'steps', key, steps: [step] });
}

function finishStep(
	state: RunState,
	event: Extract<RunEvent, { type: 'tool_finished' }>,
): RunState {
	const finish = (step: Step): Step =>
		step.kind === 'tool' && step.key === event.callId
			? {
					...step,
					status: event.ok ? 'ok' : 'failed',
					summary: event.summary,
					detail: event.detail,
					ms: event.ms,
				}
			: step;
	return {
		...state,
		items: state.items.map((item) =>
			item.kind === 'steps' && item.steps.some((step) => step.key === event.callId)
				? { ...item, steps: item.steps.map(finish) }
				: item,
		),
	};
}

function compactedWords(event: Extract<RunEvent, { type: 'compacted' }>): string {
	const why =
		event.cause === 'context_full' ? 'The model could not take in more' : 'It became long';
	const kept =
		event.how === 'summary'
			? 'a summary and what was settled are kept'
			: 'only what was asked, settled and changed is kept';
	return `${why}: the conversation was shortened from about ${formatTokens(event.before)} to ${formatTokens(event.after)} tokens; ${kept}.`;
}

/** A plan that is saved again stays one card, where it stands last. */
function addPlan(state: RunState, key: number, planId: string): RunState {
	const items = state.items.filter((item) => item.kind !== 'plan' || item.planId !== planId);
	return { ...state, items: [...items, { kind: 'plan', key, planId }] };
}

/** What a run waits for: the question that nobody has answered yet. */
export function openQuestion(
	state: RunState,
): Extract<TimelineItem, { kind: 'question' }> | undefined {
	if (state.end) return undefined;
	return state.items.findLast((item) => item.kind === 'question' && item.status === undefined) as
		Extract<TimelineItem, { kind: 'question' }> | undefined;
}

/** There is one list of things to do; it stays where it first stood. */
function setTodo(
	state: RunState,
	key: number,
	items: readonly { readonly text: string; readonly done: boolean }[],
): RunState {
	if (!state.items.some((item) => item.kind === 'todo')) {
		return append(state, { kind: 'todo', key, items });
	}
	return {
		...state,
		items: state.items.map((item) => (item.kind === 'todo' ? { ...item, items } : item)),
	};
}

function cutSteps(item: TimelineItem): TimelineItem {
	if (item.kind !== 'steps') return item;
	if (!item.steps.some((step) => step.kind === 'tool' && step.status === 'running')) return item;
	return {
		...item,
		steps: item.steps.map((step) =>
			step.kind === 'tool' && step.status === 'running' ? { ...step, status: 'cut' } : step,
		),
	};
}
