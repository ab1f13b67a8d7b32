import { z } from 'zod';

/** Facts of one app, at most; characters of one. They stand in every request of a run. */
export const maxFacts = 100;
const factText = z.string().trim().min(1).max(500);
/** A standing wish, something that was decided, or the answer to a question. */
export const factKind = z.enum(['preference', 'decision', 'answer']);
export type FactKind = z.infer<typeof factKind>;

/** What every later turn on an app has to know. Survives each shortening of a conversation. */
export const fact = z.object({
	id: z.string(),
	app: z.string(),
	kind: factKind,
	text: z.string(),
	/** Who wrote it: a person in the studio, or a run. */
	source: z.enum(['person', 'run']),
	created: z.string(),
	updated: z.string(),
});
export type Fact = z.infer<typeof fact>;
export const factList = z.object({ items: z.array(fact) });

export const createFact = z.strictObject({ kind: factKind, text: factText });
export const updateFact = z.strictObject({ kind: factKind.optional(), text: factText.optional() });
