import { ident, join as joined, sql, type SqlNode } from '../../sql/index.ts';
import type { Join } from '../../filter/index.ts';
import type { Collection } from '../collections/types.ts';
import { isMultiple, type Field, type RelationField } from '../fields/index.ts';
import { hasLeadingIndex, uniqueness } from './indexes.ts';
import { listOf, storedListOf, type Place } from './columns.ts';

/** The record that a column of the parent, or a value of a list, names. */
export const recordOf = (parent: Join | undefined, target: Collection, column: string): Join =>
	linked(parent, target, {
		single: true,
		own: 'id',
		outer: (alias) => ident(alias, column),
		indexed: hasLeadingIndex(target, 'id'),
	});

/** The values of a list column of the row at `place`. */
export function valuesOf(place: Place, field: Field): Join {
	const isList = isMultiple(field) && place.collection.type !== 'view' && !place.isDraft;
	const list = isList ? storedListOf : listOf;
	return {
		parent: place.join,
		single: false,
		constant: false,
		kind: 'json',
		source: (alias) => list(ident(alias, field.name)),
		on: () => undefined,
	};
}

/** The records whose relation field names the parent. */
export function referrersOf(
	parent: Join | undefined,
	referrer: Collection,
	field: RelationField,
): Join {
	if (!isMultiple(field))
		return linked(parent, referrer, {
			single: uniqueness(referrer, field.name) === 'whole',
			own: field.name,
			outer: (alias) => ident(alias, 'id'),
			indexed: hasLeadingIndex(referrer, field.name),
		});
	// One row for each reference, so that "who names this record" is an equality like any other.
	const source = sql`(SELECT t.*, v.value AS ${ident(REFERENCE)} FROM ${ident(referrer.name)} t, ${(referrer.type === 'view' ? listOf : storedListOf)(ident('t', field.name))} v)`;
	return {
		...linked(parent, referrer, {
			single: false,
			own: REFERENCE,
			outer: (alias) => ident(alias, 'id'),
			indexed: false,
		}),
		kind: 'view',
		source: () => source,
	};
}

/** No field can be called that. */
const REFERENCE = '@reference';

/** All records of a collection, whatever the base row is. */
export const everyRecordOf = (collection: Collection): Join => ({
	parent: undefined,
	single: false,
	constant: true,
	kind: kindOf(collection),
	source: () => ident(collection.name),
	on: () => undefined,
});

/** The records with these ids, whatever the base row is. */
export const recordsById = (collection: Collection, ids: readonly SqlNode[]): Join => {
	const list = joined(ids, ', ');
	return {
		parent: undefined,
		single: ids.length <= 1,
		constant: true,
		kind: kindOf(collection),
		source: () => ident(collection.name),
		on: (alias) =>
			ids.length === 1
				? sql`${ident(alias, 'id')} = ${list}`
				: sql`${ident(alias, 'id')} IN (${list})`,
		bounded: hasLeadingIndex(collection, 'id'),
	};
};

/** The items of a list that the request holds. */
export const givenValues = (json: string): Join => ({
	parent: undefined,
	single: false,
	constant: true,
	kind: 'json',
	source: () => sql`json_each(${json})`,
	on: () => undefined,
});

function linked(
	parent: Join | undefined,
	collection: Collection,
	link: {
		single: boolean;
		own: string;
		outer: (parent: string) => SqlNode;
		indexed: boolean;
	},
): Join {
	const column = (self: string): SqlNode => ident(self, link.own);
	return {
		parent,
		single: link.single,
		constant: false,
		kind: kindOf(collection),
		source: () => ident(collection.name),
		on: (self, alias) => sql`${column(self)} = ${link.outer(alias)}`,
		bounded: link.indexed,
		link: { column, outer: link.outer },
	};
}

const kindOf = (collection: Collection): 'table' | 'view' =>
	collection.type === 'view' ? 'view' : 'table';
