import type { PlainCollection, PlainField } from './collection.ts';

/** A field before and after; at least one of the two is there. */
export interface FieldPair {
	readonly old: PlainField | undefined;
	readonly now: PlainField | undefined;
}

/** A collection that keeps rows, before and after, with the fields that are not the same. */
export interface CollectionPair {
	readonly old: PlainCollection;
	/** Undefined: it goes. */
	readonly now: PlainCollection | undefined;
	readonly fields: readonly FieldPair[];
}

/** Collections with rows whose fields change, by id. Rules, indexes and names of collections do not touch rows. */
export function changedCollections(
	before: readonly PlainCollection[],
	after: readonly PlainCollection[],
): readonly CollectionPair[] {
	const next = new Map(after.map((collection) => [collection.id, collection]));
	return before.flatMap((old): CollectionPair[] => {
		if (old.type === 'view') return [];
		const now = next.get(old.id);
		if (!now) return [{ old, now, fields: [] }];
		const fields = changedFields(old, now);
		return fields.length > 0 ? [{ old, now, fields }] : [];
	});
}

function changedFields(old: PlainCollection, now: PlainCollection): FieldPair[] {
	const next = new Map(now.fields.map((field) => [field.id, field]));
	const known = new Set(old.fields.map(({ id }) => id));
	return [
		...old.fields.flatMap((field): FieldPair[] => {
			const after = next.get(field.id);
			return after && text(after) === text(field) ? [] : [{ old: field, now: after }];
		}),
		...now.fields
			.filter(({ id }) => !known.has(id))
			.map((field): FieldPair => ({ old: undefined, now: field })),
	];
}

const text = (field: PlainField): string =>
	JSON.stringify(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A field whose value is a list. */
export const isList = (field: PlainField): boolean =>
	typeof field['maxSelect'] === 'number' && field['maxSelect'] > 1;

/** What a schema was computed from; times and order do not count. */
export function fingerprint(collections: readonly PlainCollection[]): string {
	const plain = collections.map((collection) => ({
		...collection,
		created: undefined,
		updated: undefined,
	}));
	return JSON.stringify(plain.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/** Names that are not there any more: of collections and fields that go or get another name. */
export interface GoneName {
	readonly kind: 'collection' | 'field';
	/** As it was called. */
	readonly name: string;
	/** Of a field: its collection, as it was called. */
	readonly collection: string;
	/** The new name, if it has one. */
	readonly to: string | undefined;
}

export function goneNames(
	before: readonly PlainCollection[],
	after: readonly PlainCollection[],
): readonly GoneName[] {
	const next = new Map(after.map((collection) => [collection.id, collection]));
	return before.flatMap((old): GoneName[] => {
		const now = next.get(old.id);
		const gone: GoneName[] =
			now?.name === old.name
				? []
				: [{ kind: 'collection', name: old.name, collection: old.name, to: now?.name }];
		if (!now) return gone;
		const names = new Set(now.fields.map(({ name }) => name));
		const fields = old.fields.filter(({ name }) => !names.has(name));
		return [
			...gone,
			...fields.map((field): GoneName => ({
				kind: 'field',
				name: field.name,
				collection: old.name,
				to: now.fields.find(({ id }) => id === field.id)?.name,
			})),
		];
	});
}
