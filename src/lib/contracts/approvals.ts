import { z } from 'zod';

/** One thing a person decides. Text is computed from the difference, never taken from a model. */
export const approval = z.object({
	id: z.string(),
	app: z.string(),
	runId: z.string(),
	/** `rows`: the model may read records of the draft until the end of the turn. */
	kind: z.enum(['schema', 'delete_files', 'secret', 'publish', 'rows']),
	status: z.enum(['pending', 'accepted', 'rejected', 'stale']),
	title: z.string(),
	/** Plain-words lines of the difference. */
	effects: z.array(
		z.object({
			level: z.enum(['info', 'widens', 'destroys']),
			text: z.string(),
			before: z.string().optional(),
			after: z.string().optional(),
			rows: z.number().optional(),
		}),
	),
	created: z.string(),
	decided: z.string().optional(),
});
export type Approval = z.infer<typeof approval>;

export const approvalDecision = z.object({ accept: z.boolean() });
