import { z } from 'zod';
import { stopReason } from './events.ts';
import { clientId } from './queue.ts';
import { viewState } from './view.ts';

export const runStatus = z.enum(['running', 'waiting', 'ended']);

/** `plan`: nothing is changed, a plan is written. */
export const runMode = z.enum(['build', 'plan']);
export type RunMode = z.infer<typeof runMode>;

/** What comes with a message besides its text. */
export const runOptions = z.strictObject({
	mode: runMode.optional(),
	/** Id of the plan that is built. */
	plan: z.string().max(100).optional(),
	/** Another model than the one in the settings, of the same provider. */
	model: z.string().trim().min(1).max(200).optional(),
	view: viewState.optional(),
});
export type RunOptions = z.infer<typeof runOptions>;

export const runKind = z.enum(['message', 'resend', 'retry', 'continue']);
export type RunKind = z.infer<typeof runKind>;

/** One turn of the agent: what was asked and how it ended. */
export const run = z.object({
	id: z.string(),
	app: z.string(),
	text: z.string(),
	status: runStatus,
	reason: stopReason.nullable(),
	created: z.string(),
	ended: z.string().nullable(),
	kind: runKind,
	/** The run that was sent again, tried again or continued. */
	of: z.string().nullable(),
	/** A later run took its place: what it did was undone, and later turns do not know of it. */
	superseded: z.boolean(),
	/** What was there before the run began; null when nothing was kept. */
	before: z.string().nullable(),
});
export type Run = z.infer<typeof run>;
export const runList = z.object({ items: z.array(run) });

const text = z.string().trim().min(1).max(20_000);
export const startRun = runOptions
	.omit({ plan: true })
	.extend({ text, clientId: clientId.optional() });
export const repeatRun = z.strictObject({ clientId: clientId.optional() });
/** A queued message has its id already; its run begins under the same. */
export const startedRun = z.object({
	id: z.string(),
	status: z.enum(['started', 'queued']),
	/** From 1, when queued. */
	position: z.number().int().optional(),
});
export type StartedRun = z.infer<typeof startedRun>;
