import type { PlainCollection } from '../schema/index.ts';

/** Who sends a request to the clone. */
export type Identity =
	| { readonly kind: 'visitor'; readonly label: string }
	| { readonly kind: 'superuser'; readonly label: string }
	| {
			readonly kind: 'person';
			/** `A`, `B`, or what sets the person apart: `somebody with role = "admin"`. */
			readonly label: string;
			/** Name of the auth collection. */
			readonly collection: string;
			readonly id: string;
			/** Neither A nor B: has rights by a field. */
			readonly special: boolean;
	  };

/** A row as it stands in the clone's table. */
export interface StateRow {
	/** Id of the collection. */
	readonly collection: string;
	readonly id: string;
	/** Whose record it is. */
	readonly owner: 'A' | 'B' | 'nobody' | 'other';
	readonly values: Readonly<Record<string, string | number | null>>;
	/** Files that stand in storage. */
	readonly files: readonly { readonly field: string; readonly name: string }[];
}

export interface BenchReply {
	readonly status: number;
	readonly text: string;
}

/** What a listener was told. */
export interface BenchEvent {
	readonly topic: string;
	readonly text: string;
}

/** A clone with the app's collections and none of its records, and the backend's own handler in front of it. */
export interface RulesBench {
	readonly collections: readonly PlainCollection[];
	/** Puts exactly these rows and their files there. @returns ids that could be written (a unique index may refuse) */
	fill(rows: readonly StateRow[]): Promise<ReadonlySet<string>>;
	/** @param path with query, from `/api/` on */
	send(as: Identity, method: string, path: string, body?: unknown): Promise<BenchReply>;
	/**
	 * Subscribes each listener to the topics, lets `change` happen and gives what each was told.
	 * @returns undefined when the stream did not end in time
	 */
	listen(
		listeners: readonly Identity[],
		topics: readonly string[],
		change: () => Promise<void>,
	): Promise<readonly (readonly BenchEvent[])[] | undefined>;
}
