import type { Problem } from '#lib/contracts/index.ts';

/** Where something stands in a file of the app; both count from 1. */
export interface Place {
	readonly path: string;
	readonly line: number;
	readonly column: number;
}

/** Text files of one app by path, with the types of its `$data` and `$auth`. */
export interface AppSource {
	readonly files: ReadonlyMap<string, string>;
	/** Text of `clientTypes`. */
	readonly client: string;
	/** Name of the record type's first part -> name of the collection: `BlogPosts` -> `blog_posts`. */
	readonly collections: ReadonlyMap<string, string>;
}

/** A text of the filter or sort language and the like, as far as the code fixes it. */
export interface QueryText {
	/** What the code adds at run time stands in it as `{:dynamicN}`. */
	readonly text: string;
	readonly isDynamic: boolean;
}

/** A text of a query to one collection. */
export interface QueryUse<K extends string> extends QueryText {
	readonly kind: K;
	readonly collection: string;
	/** Names the call gives values for; undefined when that cannot be seen. */
	readonly params: readonly string[] | undefined;
}

/** One thing the code asks of the backend, to be compared with what there is. */
export type Use = Place &
	(
		| { readonly kind: 'collection'; readonly name: string }
		| QueryUse<'filter'>
		| QueryUse<'sort'>
		| QueryUse<'expand'>
		| QueryUse<'fields'>
		| {
				readonly kind: 'value';
				readonly collection: string;
				readonly field: string;
				/** The text that is sent, where the code fixes it. */
				readonly literal: string | undefined;
		  }
		/** A property of a record that its type does not have. */
		| { readonly kind: 'property'; readonly collection: string; readonly field: string }
		/** Something a person can press and nothing happens. */
		| { readonly kind: 'dead_control'; readonly message: string }
	);

export interface TypesResult {
	/** In the order of the files; without frames. */
	readonly problems: readonly Problem[];
	readonly uses: readonly Use[];
	/** Files that could not be read as code; what they use is not known. */
	readonly unread: readonly string[];
}

export interface CheckRequest {
	readonly id: number;
	readonly source: AppSource;
}
export type CheckAnswer =
	| { readonly id: number; readonly result: TypesResult }
	/** The checker itself broke. */
	| { readonly id: number; readonly error: string };
