import type { StoredRecord } from './record.ts';

/** A record on its way out, with what was expanded below it. */
export interface RecordNode {
	readonly record: StoredRecord;
	/** Undefined until an expand was tried: then the answer has the key, even when nothing was found. */
	expand: Map<string, RecordNode | RecordNode[]> | undefined;
	/** The e-mail is shown whatever the record's `emailVisibility`. */
	showEmail: boolean;
	/** Hidden fields are shown: a superuser asks. */
	showHidden: boolean;
}

export const toNode = (record: StoredRecord): RecordNode => ({
	record,
	expand: undefined,
	showEmail: false,
	showHidden: false,
});

/** Paths by their first segment: `a.b, a.c` is `a` with `b` and `c` below. */
export type PathTree = Map<string, PathTree>;

/** Deepest level that is followed; what lies below is ignored. */
export const maxExpandDepth = 6;

/**
 * Parses the `expand` parameter: `author,comments_via_post.author`. Spaces and dots at the edges do not count; a path
 * that another one continues is part of that one.
 */
export function parseExpand(expand: string): PathTree {
	const tree: PathTree = new Map();
	for (const part of expand.split(',')) {
		const path = part.replaceAll(' ', '').replace(/^\.+|\.+$/g, '');
		if (path === '') continue;
		let level = tree;
		const segments = path.split('.');
		for (const segment of segments.slice(0, maxExpandDepth)) {
			let next = level.get(segment);
			if (!next) level.set(segment, (next = new Map<string, PathTree>()));
			level = next;
		}
	}
	return tree;
}
