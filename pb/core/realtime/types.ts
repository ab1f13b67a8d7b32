import type { Readable } from 'node:stream';
import type { Collection } from '../collections/types.ts';
import type { AuthRecord, RecordData, StoredRecord } from '../records/record.ts';

export type RecordAction = 'create' | 'update' | 'delete';

/** One open event stream. */
export interface RealtimeConnection {
	/** 40 characters; who knows it may set the subscriptions. */
	readonly id: string;
	/** Address it was opened from. */
	readonly ip: string;
	/** Who set the subscriptions last. */
	readonly auth: AuthRecord | undefined;
	/** The events as bytes; ends when the connection is closed. Destroying it closes the connection. */
	readonly stream: Readable;
}

/**
 * Told by the record save path. For a delete `prepare` is called inside the transaction, before the row goes,
 * because rules look at the row; what it returns is called after the commit.
 */
export interface RealtimeHub {
	readonly hasSubscribers: boolean;
	/**
	 * After the commit of a create or update. Resolves once the rules have been asked: whoever waits for a write may
	 * then change the row again without taking this event from those who may see it.
	 */
	publish(
		action: RecordAction,
		record: StoredRecord,
		original?: RecordData,
	): Promise<void> | undefined;
	prepareDelete(record: StoredRecord): Promise<() => void>;
	/** Opens a stream, whose first event tells its id. */
	connect(ip: string): RealtimeConnection;
	find(connectionId: string): RealtimeConnection | undefined;
	/** Replaces all subscriptions of a connection and whose rights they have. */
	subscribe(
		connection: RealtimeConnection,
		auth: AuthRecord | undefined,
		subscriptions: readonly string[],
	): void;
	/**
	 * Sends one event on a topic of the app's own and ends that subscription.
	 * @returns false when the connection has not subscribed to it.
	 */
	answer(connection: RealtimeConnection, topic: string, data: unknown): boolean;
	/** Takes the rights of all who signed in to a collection: its tokens are worth nothing any more. */
	signOut(collection: Collection): void;
	/** Ends all streams. */
	close(): void;
}
