import { z } from 'zod';
import { stopReason } from './events.ts';

/** A message that waits for its turn. Its id is the id of the run it becomes. */
export const queuedMessage = z.object({
	id: z.string(),
	text: z.string(),
	/** From 1: the next to start. */
	position: z.number().int(),
	created: z.string(),
});
export type QueuedMessage = z.infer<typeof queuedMessage>;

/** The messages of an app that wait. After `done` the next starts by itself; else a person resumes. */
export const queue = z.object({
	items: z.array(queuedMessage),
	/** Why nothing starts by itself: how the last run ended. */
	paused: z.object({ reason: stopReason, since: z.string() }).nullable(),
});
export type Queue = z.infer<typeof queue>;

export const updateQueued = z.strictObject({
	text: z.string().trim().min(1).max(20_000).optional(),
	/** From 1; past the end means the end. */
	position: z.number().int().min(1).max(1000).optional(),
});

/** The sender's own name for a message: sent again, it is accepted once. */
export const clientId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, _ and -');
