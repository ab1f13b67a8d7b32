import { parseIndex } from '../collections/indexes.ts';
import type { Collection } from '../collections/types.ts';

interface IndexFacts {
	/** Lower-case columns that a whole-table index begins with. */
	readonly leading: ReadonlySet<string>;
	/** Lower-case columns whose single-column index is unique, and whether that holds for every row. */
	readonly unique: ReadonlyMap<string, 'whole' | 'partial'>;
}

const known = new WeakMap<Collection, IndexFacts>();

function factsOf(collection: Collection): IndexFacts {
	let facts = known.get(collection);
	if (facts) return facts;
	const leading = new Set<string>();
	const unique = new Map<string, 'whole' | 'partial'>();
	for (const statement of collection.indexes) {
		const index = parseIndex(statement);
		const [first] = index.columns;
		if (!first) continue;
		const name = first.name.toLowerCase();
		// A comparison uses BINARY; an index of another collation does not serve it.
		if (index.where === '' && /^(?:binary)?$/i.test(first.collate)) leading.add(name);
		if (index.isUnique && index.columns.length === 1 && unique.get(name) !== 'whole')
			unique.set(name, index.where === '' ? 'whole' : 'partial');
	}
	if (collection.type !== 'view') leading.add('id');
	facts = { leading, unique };
	known.set(collection, facts);
	return facts;
}

/** A look-up by that column is bounded. */
export const hasLeadingIndex = (collection: Collection, column: string): boolean =>
	factsOf(collection).leading.has(column.toLowerCase());

/** How far a single-column unique index reaches; PocketBase takes a partial one for a whole one. */
export const uniqueness = (
	collection: Collection,
	column: string,
): 'whole' | 'partial' | undefined => factsOf(collection).unique.get(column.toLowerCase());
