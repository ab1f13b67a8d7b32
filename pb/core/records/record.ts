import type { Collection } from '../collections/types.ts';

/** Normalised field values by field name; always has `id` and one entry per field of the collection. */
export type RecordData = Record<string, unknown>;

/** A stored record. `data` is never shared between requests: whoever holds it may read, only the save path writes. */
export interface StoredRecord {
	readonly collection: Collection;
	readonly data: RecordData;
}

/** The signed-in record of a request. */
export interface AuthRecord extends StoredRecord {
	/** Its collection is `_superusers`: rules do not apply. */
	readonly isSuperuser: boolean;
}
