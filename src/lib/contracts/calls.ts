import { z } from 'zod';

/** One tool call of an agent, as the append-only log keeps it. Hashes are sha-256 in hex. */
export const callEntry = z.object({
	/** Grows; without gaps within a database that nobody tampered with. */
	seq: z.number().int(),
	at: z.string(),
	app: z.string(),
	runId: z.string(),
	callId: z.string(),
	/** The member whose message the run works on; empty when none is known. */
	by: z.string(),
	tool: z.string(),
	ok: z.boolean(),
	/** Milliseconds. */
	ms: z.number(),
	/** Of the person's message. */
	promptHash: z.string(),
	argsHash: z.string(),
	resultHash: z.string(),
	/** How the call ended, for people. */
	summary: z.string(),
});
export type CallEntry = z.infer<typeof callEntry>;
export const callList = z.object({ items: z.array(callEntry) });
