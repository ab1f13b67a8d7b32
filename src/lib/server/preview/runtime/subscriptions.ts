/**
 * What an app listens to: one subscription of the SDK for each topic, shared by all who listen to it.
 *
 * Sharing is not thrift. The SDK (0.28) does not hand events to a listener that joins a topic while the request
 * for this very topic is under way, and effects that run again while a page loads join just then.
 */
import type { RecordSubscription } from 'pocketbase';
import { client } from './client.ts';

export interface Listener {
	readonly changed: (change: RecordSubscription) => void;
	/** Told when the subscription is refused. */
	readonly refused: (error: unknown) => void;
}

interface Feed {
	readonly listeners: Set<Listener>;
	/** Subscribes or leaves, whichever the listeners there are then ask for. */
	settle(): void;
	/** Leaves; `settle` joins again. */
	leave(): Promise<void>;
	/** Settled once all that was asked for is done. */
	idle(): Promise<unknown>;
}

const feeds = new Map<string, Feed>();

/** Settled once nobody is subscribed as the person who was signed in before. */
let moved: Promise<unknown> = Promise.resolve();
let identity: string | undefined;
client.authStore.onChange((_token, record) => {
	if (record?.id === identity) return;
	identity = record?.id;
	// The server fixes who listens on a connection, so all leave it before the first joins again.
	const all = [...feeds.values()];
	moved = Promise.all(all.map((feed) => feed.idle())).then(() =>
		Promise.allSettled(all.map((feed) => feed.leave())),
	);
	for (const feed of all) feed.settle();
}, true);

function openFeed(key: string, collection: string, topic: string, options: object): Feed {
	const listeners = new Set<Listener>();
	const changed = (change: RecordSubscription): void => {
		for (const listener of [...listeners])
			try {
				listener.changed(change);
			} catch (error) {
				reportError(error);
			}
	};
	let unsubscribe: (() => Promise<void>) | undefined;
	const leave = async (): Promise<void> => {
		const stop = unsubscribe;
		unsubscribe = undefined;
		await stop?.();
	};
	const work = async (): Promise<void> => {
		if (listeners.size === 0) await leave();
		else unsubscribe ??= await client.collection(collection).subscribe(topic, changed, options);
		if (listeners.size === 0 && !unsubscribe) feeds.delete(key);
	};
	const refused = (error: unknown): void => {
		for (const listener of listeners) listener.refused(error);
	};
	let last: Promise<unknown> = Promise.resolve();
	const feed: Feed = {
		listeners,
		leave,
		idle: () => last,
		settle() {
			last = Promise.all([last, moved]).then(work).catch(refused);
		},
	};
	feeds.set(key, feed);
	return feed;
}

/**
 * Listens to the changes of a collection or of one record.
 * @param topic an id, or `*`
 * @param options what the SDK sends along: `filter`, `expand`, `fields`
 * @returns stops listening; may be called again
 */
export function listen(
	collection: string,
	topic: string,
	options: object,
	listener: Listener,
): () => void {
	const key = JSON.stringify([collection, topic, options]);
	const feed = feeds.get(key) ?? openFeed(key, collection, topic, options);
	feed.listeners.add(listener);
	feed.settle();
	return () => {
		if (feed.listeners.delete(listener)) feed.settle();
	};
}
