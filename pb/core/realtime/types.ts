import type { RecordData, StoredRecord } from '../records/record.ts';

export type RecordAction = 'create' | 'update' | 'delete';

/**
 * Told by the record save path. For a delete `prepare` is called inside the transaction, before the row goes,
 * because rules look at the row; what it returns is called after the commit.
 */
export interface RealtimeHub {
	readonly hasSubscribers: boolean;
	/** After the commit of a create or update. */
	publish(action: RecordAction, record: StoredRecord, original?: RecordData): void;
	prepareDelete(record: StoredRecord): Promise<() => void>;
}
