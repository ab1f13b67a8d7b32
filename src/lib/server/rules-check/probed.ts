import type { PlainCollection, PlainField } from '../schema/index.ts';
import type { States } from './states.ts';
import type { Identity, RulesBench, StateRow } from './types.ts';

/** What a request was tried on, and what came of it. */
export interface Trial {
	readonly as: Identity;
	readonly row: StateRow | undefined;
	readonly allowed: boolean;
	/** For people: method, path, body, status. */
	readonly request: string;
	/** Fields that could be changed where not all of them could at once; of a download, the field of the file. */
	readonly only?: readonly string[];
}

/** Something that was read: whose record, which field, through which door. */
export interface Sighting {
	readonly as: Identity;
	readonly row: StateRow;
	readonly field: string;
	/** Name of the collection that was asked. */
	readonly through: string;
	readonly door: 'list' | 'view' | 'expand' | 'realtime';
	readonly request: string;
}

export interface Probed {
	readonly collection: PlainCollection;
	readonly owner: PlainField | undefined;
	readonly list: readonly Trial[];
	readonly view: readonly Trial[];
	readonly create: readonly Trial[];
	readonly update: readonly Trial[];
	readonly delete: readonly Trial[];
	readonly files: readonly Trial[];
	/** Creates that named somebody else as owner. */
	readonly forged: readonly Trial[];
	/** Changes that gave a record away. */
	readonly moved: readonly Trial[];
	/** A person gave themselves what a rule asks people for. */
	readonly promoted: readonly (Trial & { readonly field: string })[];
}

export interface ProbeContext {
	readonly bench: RulesBench;
	readonly states: States;
	readonly identities: readonly Identity[];
	/** Ids that stand in the clone. */
	readonly present: ReadonlySet<string>;
	/** Puts the rows back after a request that changed something. */
	readonly reset: () => Promise<void>;
	readonly saw: (sighting: Sighting) => void;
}
