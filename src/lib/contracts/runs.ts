import { z } from 'zod';
import { stopReason } from './events.ts';

export const runStatus = z.enum(['running', 'waiting', 'ended']);

/** One turn of the agent: what was asked and how it ended. */
export const run = z.object({
	id: z.string(),
	app: z.string(),
	text: z.string(),
	status: runStatus,
	reason: stopReason.nullable(),
	created: z.string(),
	ended: z.string().nullable(),
});
export type Run = z.infer<typeof run>;
export const runList = z.object({ items: z.array(run) });
