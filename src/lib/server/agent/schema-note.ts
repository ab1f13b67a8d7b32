import type { AgentSchema } from './ports.ts';
import { clip } from './tools/index.ts';
import type { RunState } from './tools/index.ts';
import { nudges } from './turn.ts';

const maxDigest = 8000;

/**
 * The system prompt shows the collections as they were when the run began, and is not rewritten: that would cost
 * the cache. What became different stands in a note behind the change.
 *
 * @returns gives the note when the run changed collections since it was asked last
 */
export async function schemaNote(
	schema: AgentSchema,
): Promise<(state: RunState) => Promise<string | undefined>> {
	let known = paragraphs((await schema.describe()).text);
	let changes = 0;
	return async ({ schemaChanges }) => {
		if (schemaChanges.length <= changes) return undefined;
		changes = schemaChanges.length;
		const now = paragraphs((await schema.describe()).text);
		const fresh = now.filter((paragraph) => !known.includes(paragraph));
		const names = new Set(now.map(nameOf));
		const gone = known.map(nameOf).filter((name) => !names.has(name));
		known = now;
		const lines = [...fresh, ...gone.map((name) => `${name}: deleted`)];
		return lines.length === 0
			? undefined
			: nudges.schemaChanged(clip(lines.join('\n\n'), maxDigest));
	};
}

/** One per collection. */
const paragraphs = (text: string): readonly string[] =>
	text.split(/\n\s*\n/).filter((part) => part.trim() !== '');
const nameOf = (paragraph: string): string => paragraph.split(/[\s(]/, 1)[0] ?? '';
