import type { PlainCollection, PlainField } from '../schema/index.ts';

/** Collections an app can reach by name, in the order of their names. */
export function reachable(collections: readonly PlainCollection[]): readonly PlainCollection[] {
	return collections
		.filter((collection) => collection.system !== true)
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Fields a record shows to people who are no superusers. */
export function shownFields(collection: PlainCollection): readonly PlainField[] {
	return collection.fields.filter(({ type, hidden }) => type !== 'password' && hidden !== true);
}

const listTypes = new Set(['select', 'relation', 'file']);

/** The value is a list. */
export const isMultiple = (field: PlainField): boolean =>
	listTypes.has(field.type) && Number(field['maxSelect'] ?? 1) > 1;

/** One index over this field alone forbids two records with the same value. */
export const isUnique = (collection: PlainCollection, field: string): boolean =>
	collection.indexes.some((index) => {
		const [, columns] = /^\s*CREATE\s+UNIQUE\s+INDEX\b[^(]*\(([^)]*)\)\s*;?\s*$/i.exec(index) ?? [];
		return columns?.trim().replaceAll(/^[`"[]|[`"\]]$/g, '') === field;
	});

const pascal = (name: string): string => {
	const words = name.split(/[^A-Za-z0-9]+/).filter(Boolean);
	const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
	return /^[A-Za-z]/.test(joined) ? joined : `C${joined}`;
};

/**
 * The first part of each collection's type names, by collection name: `blog_posts` -> `BlogPosts`. Two names that
 * would become one are numbered in the order of the collections' names.
 */
export function typeNamesOf(collections: readonly PlainCollection[]): ReadonlyMap<string, string> {
	const taken = new Set<string>();
	const names = new Map<string, string>();
	for (const { name } of reachable(collections)) {
		const plain = pascal(name);
		let chosen = plain;
		for (let n = 2; taken.has(chosen); n += 1) chosen = `${plain}${n}`;
		taken.add(chosen);
		names.set(name, chosen);
	}
	return names;
}

/** Edits (insert, delete, replace, swap of neighbours) from one word to the other. */
function distance(a: string, b: string): number {
	let before: number[] = [];
	let row = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i += 1) {
		const next = [i];
		for (let j = 1; j <= b.length; j += 1) {
			const same = a[i - 1] === b[j - 1] ? 0 : 1;
			let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
				cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
			next.push(cost);
		}
		before = row;
		row = next;
	}
	return row[b.length] ?? 0;
}

const maxWord = 64;

/**
 * The name that was probably meant: the closest one, at most a third of its letters away; undefined when none is.
 * @example nearestName('titel', ['title', 'text']) // 'title'
 */
export function nearestName(word: string, names: readonly string[]): string | undefined {
	const wanted = word.slice(0, maxWord).toLowerCase();
	let best: { readonly name: string; readonly far: number } | undefined;
	for (const name of names) {
		const far = distance(wanted, name.slice(0, maxWord).toLowerCase());
		const isNear = far <= Math.max(1, Math.ceil(Math.max(wanted.length, name.length) / 3));
		if (isNear && (!best || far < best.far)) best = { name, far };
	}
	return best?.name;
}
