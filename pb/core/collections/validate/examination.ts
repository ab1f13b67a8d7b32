import type { Draft } from '../draft.ts';
import type { SchemaSession } from '../session.ts';
import type { Collection } from '../types.ts';

/** A draft under examination. */
export interface Examination {
	readonly session: SchemaSession;
	readonly draft: Draft;
	/** The draft as a collection. */
	readonly collection: Collection;
	/** As it is stored; undefined for a new collection. */
	readonly original: Collection | undefined;
}
