import { z } from 'zod';
import { factKind } from './facts.ts';
import { previewActions, problem } from './preview.ts';
import { waitingFor } from './questions.ts';

/** Why a run ended; each is shown in words with one next action. */
export const stopReasons = [
	'done',
	'stopped_by_user',
	'step_limit',
	'token_limit',
	'cost_limit',
	'time_limit',
	'app_budget',
	'day_budget',
	'loop',
	'repeated_failure',
	'checks_failing',
	'waiting_for_approval',
	'waiting_for_answer',
	'waiting_for_secret',
	'refused_by_model',
	'output_limit',
	'runaway_output',
	'context_full',
	'provider_error',
	'provider_overloaded',
	'key_missing',
	'key_rejected',
	'interrupted',
	'conflict',
	'kill_switch',
	'internal_error',
] as const;
export const stopReason = z.enum(stopReasons);
export type StopReason = z.infer<typeof stopReason>;

/** A check is never guessed: what could not be completed is `not_run`, which is not a pass. */
export const checkResult = z.object({
	name: z.enum(['compile', 'types', 'schema', 'rules', 'boot', 'usage']),
	outcome: z.enum(['pass', 'fail', 'not_run']),
	ms: z.number(),
	/** Why it was not run, or a summary. */
	detail: z.string().optional(),
	problems: z.array(problem),
});
export type CheckResult = z.infer<typeof checkResult>;

/** `POST /tinykit/api/apps/:slug/types/check`: the source against the draft's collections, as the agent's checks see it. */
export const typesCheck = z.object({ checks: z.array(checkResult) });

/** End-of-turn card. */
export const turnCard = z.object({
	done: z.array(z.string()),
	notDone: z.array(z.string()),
	next: z.array(z.string()),
	evidence: z.array(checkResult),
	cost: z.object({
		inputTokens: z.number(),
		outputTokens: z.number(),
		cachedTokens: z.number(),
		/** US dollars; absent when the price of the model is not known. */
		usd: z.number().optional(),
	}),
	checkpoint: z.string().optional(),
});
export type TurnCard = z.infer<typeof turnCard>;

const base = { seq: z.number().int(), at: z.string() };

/** What a run tells, in order; `seq` is the SSE id, from 1, without gaps. */
export const runEvent = z.discriminatedUnion('type', [
	z.object({
		...base,
		type: z.literal('started'),
		text: z.string(),
		provider: z.string(),
		model: z.string(),
	}),
	z.object({ ...base, type: z.literal('notice'), text: z.string() }),
	z.object({ ...base, type: z.literal('text'), delta: z.string() }),
	z.object({
		...base,
		type: z.literal('tool_started'),
		callId: z.string(),
		name: z.string(),
		/** One line for people: `edit src/App.svelte`. */
		title: z.string(),
		/** sha-256 of the input, hex. */
		argsHash: z.string().optional(),
	}),
	z.object({
		...base,
		type: z.literal('tool_finished'),
		callId: z.string(),
		name: z.string(),
		ok: z.boolean(),
		/** Facts for people: `+11 −2`, `38 ms`. */
		summary: z.string(),
		detail: z.string().optional(),
		ms: z.number(),
	}),
	z.object({
		...base,
		type: z.literal('file_changed'),
		path: z.string(),
		hash: z.string().nullable(),
	}),
	z.object({ ...base, type: z.literal('schema_changed'), summary: z.array(z.string()) }),
	z.object({ ...base, type: z.literal('check'), check: checkResult }),
	z.object({
		...base,
		type: z.literal('build'),
		build: z.string(),
		nonce: z.string(),
		ok: z.boolean(),
	}),
	/** A studio that shows this build opens it at `path`, does the actions and posts what it saw. */
	z.object({
		...base,
		type: z.literal('preview_request'),
		requestId: z.string(),
		build: z.string(),
		nonce: z.string(),
		path: z.string(),
		actions: previewActions,
	}),
	/** No answer is waited for any more. */
	z.object({ ...base, type: z.literal('preview_answered'), requestId: z.string() }),
	z.object({ ...base, type: z.literal('approval_requested'), approvalId: z.string() }),
	z.object({
		...base,
		type: z.literal('approval_decided'),
		approvalId: z.string(),
		accepted: z.boolean(),
	}),
	/** The run is parked until a person answers. */
	z.object({
		...base,
		type: z.literal('question_asked'),
		questionId: z.string(),
		callId: z.string(),
		waitingFor,
	}),
	z.object({
		...base,
		type: z.literal('question_answered'),
		questionId: z.string(),
		status: z.enum(['answered', 'declined', 'stale']),
		/** Each question with its answer; never a secret. */
		lines: z.array(z.string()),
	}),
	z.object({
		...base,
		type: z.literal('todo'),
		items: z.array(z.object({ text: z.string(), done: z.boolean() })),
	}),
	/** The conversation was shortened, with its cause; sizes are estimated tokens. */
	z.object({
		...base,
		type: z.literal('compacted'),
		cause: z.enum(['overflow', 'context_full']),
		/** `reset`: nothing of the conversation was kept but what was asked, settled and changed. */
		how: z.enum(['summary', 'reset']),
		before: z.number(),
		after: z.number(),
	}),
	/** From here on the run has read text that nobody in this conversation wrote: it cannot raise rights by itself. */
	z.object({ ...base, type: z.literal('tainted'), source: z.string() }),
	z.object({
		...base,
		type: z.literal('fact_added'),
		factId: z.string(),
		kind: factKind,
		text: z.string(),
	}),
	z.object({ ...base, type: z.literal('plan_saved'), planId: z.string() }),
	/** Of one answer of the model. The three counts are disjoint. */
	z.object({
		...base,
		type: z.literal('usage'),
		inputTokens: z.number(),
		outputTokens: z.number(),
		cachedTokens: z.number(),
		usd: z.number().optional(),
	}),
	z.object({
		...base,
		type: z.literal('retrying'),
		attempt: z.number(),
		waitMs: z.number(),
		reason: z.string(),
	}),
	z.object({
		...base,
		type: z.literal('stopped'),
		reason: stopReason,
		message: z.string(),
		next: z.string(),
		card: turnCard.optional(),
	}),
]);
export type RunEvent = z.infer<typeof runEvent>;
export type RunEventType = RunEvent['type'];
type Body<E> = E extends RunEvent ? Omit<E, 'seq' | 'at'> : never;
/** An event before the log numbered it. */
export type RunEventBody = Body<RunEvent>;
