import { sql } from '../../sql/index.ts';
import {
	FilterError,
	LIMITS,
	nothing,
	quoted,
	type Join,
	type Operand,
} from '../../filter/index.ts';
import type { Catalog, Collection } from '../collections/types.ts';
import { isMultiple, type Field, type RelationField } from '../fields/index.ts';
import {
	columnOf,
	columnOperand,
	itemOperand,
	jsonOperand,
	lengthOperand,
	lowered,
	type Place,
} from './columns.ts';
import { uniqueness } from './indexes.ts';
import { recordOf, referrersOf, valuesOf } from './joins.ts';
import { splitModifier } from './request-values.ts';

/** What a path may do; the resolver behind it remembers the joins, so that equal paths share theirs. */
export interface PathContext {
	readonly catalog: Catalog;
	/** Hidden fields may be read, and other collections regardless of their list rule. */
	readonly isTrusted: boolean;
	/** The one join for a key; `target` is the collection that its rows show. */
	join(key: string, target: Collection | undefined, create: () => Join): Join;
}

export interface PathStart {
	readonly place: Place;
	/** Names the place in join keys. */
	readonly key: string;
	/** A part that does not exist is NULL: the path starts in the request. */
	readonly isLenient: boolean;
}

const BACK_REFERENCE = /^(\w+)_via_(\w+)$/;

/**
 * Follows a dotted path from a row to a value (core/record_field_resolver_runner.go).
 * @throws {FilterError} for unknown, hidden or forbidden parts and for more than six relations
 */
export function followPath(
	start: PathStart,
	props: readonly string[],
	context: PathContext,
): Operand {
	let { place, key } = start;
	for (const [i, prop] of props.entries()) {
		if (i === props.length - 1) return lastPart(place, key, prop, start, context);

		const field = fieldOf(place.collection, prop);
		if (field?.hidden && !context.isTrusted) throw hidden(prop);
		if (field && (field.type === 'json' || field.type === 'geoPoint'))
			return jsonOperand(place, field, jsonPath(props.slice(i + 1)));
		if (i >= LIMITS.relations)
			throw new FilterError('too_deep', `max nested relations reached for field ${quoted(prop)}`);

		if (!field) {
			const back = backReference(place, prop, start, context);
			if (!back) return nothing();
			key = `${key}.${prop}`;
			place = crossBack(place, key, back, context);
			continue;
		}
		if (field.type !== 'relation')
			throw new FilterError('unresolved', `field ${quoted(prop)} is not a valid relation`);
		const target = context.catalog.find(field.collectionId);
		if (!target)
			throw new FilterError('unresolved', `failed to load field ${quoted(prop)} collection`);
		// `author.id` is what `author` holds, and needs no look at the author.
		if (!isMultiple(field) && i === props.length - 2 && props[i + 1] === 'id')
			return lastPart(place, key, field.name, start, context);
		key = `${key}.${prop}`;
		place = crossRelation(place, key, field, target, context);
	}
	throw new FilterError('unresolved', 'failed to resolve an empty path');
}

function crossRelation(
	place: Place,
	key: string,
	field: RelationField,
	target: Collection,
	context: PathContext,
): Place {
	const isList = isMultiple(field);
	const parent = isList
		? context.join(`${key}[]`, undefined, () => valuesOf(place, field))
		: place.join;
	const join = context.join(key, target, () =>
		recordOf(parent, target, isList ? 'value' : field.name),
	);
	return { collection: target, join, isDraft: false, every: place.every || isList };
}

function crossBack(
	place: Place,
	key: string,
	back: { readonly collection: Collection; readonly field: RelationField },
	context: PathContext,
): Place {
	const { collection, field } = back;
	const join = context.join(key, collection, () => referrersOf(place.join, collection, field));
	const isSingle = !isMultiple(field) && uniqueness(collection, field.name) !== undefined;
	return { collection, join, isDraft: false, every: place.every || !isSingle };
}

/** The relation that `collection_via_field` names; `undefined`: NULL for a lenient path. */
function backReference(
	place: Place,
	prop: string,
	start: PathStart,
	context: PathContext,
): { readonly collection: Collection; readonly field: RelationField } | undefined {
	const found = findBackReference(place, prop, context);
	if (typeof found !== 'string') return found;
	if (start.isLenient) return undefined;
	throw new FilterError('unresolved', found);
}

/** @returns what is wrong when there is no such relation */
function findBackReference(
	place: Place,
	prop: string,
	context: PathContext,
): { readonly collection: Collection; readonly field: RelationField } | string {
	const [, collectionName = '', fieldName = ''] = BACK_REFERENCE.exec(prop) ?? [];
	if (collectionName === '') return `failed to resolve field ${quoted(prop)}`;
	const collection = context.catalog.find(collectionName);
	if (!collection) return `failed to load back relation field ${quoted(prop)} collection`;
	const field = fieldOf(collection, fieldName);
	if (!field) return `missing back relation field ${quoted(fieldName)}`;
	if (field.type !== 'relation') return `invalid back relation field ${quoted(fieldName)}`;
	if (field.hidden && !context.isTrusted)
		throw new FilterError('hidden', `non-filterable back relation field ${quoted(field.name)}`);
	// A record that is only about to exist has nobody who refers to it.
	if (field.collectionId !== place.collection.id || place.isDraft)
		return `invalid collection reference of a back relation field ${quoted(field.name)}`;
	return { collection, field };
}

function lastPart(
	place: Place,
	key: string,
	prop: string,
	start: PathStart,
	context: PathContext,
): Operand {
	const { name, modifier } = splitModifier(prop);
	const field = fieldOf(place.collection, name);
	if (!field) {
		if (start.isLenient) return nothing();
		throw new FilterError('unresolved', `unknown field ${quoted(name)}`);
	}
	if (field.hidden && !context.isTrusted) throw hidden(name);

	const mayBeList = field.type === 'select' || field.type === 'file' || field.type === 'relation';
	if (modifier === 'length' && mayBeList) return lengthOperand(place, field);
	if (modifier === 'each' && mayBeList) {
		const join = context.join(`${key}.${name}[]`, undefined, () => valuesOf(place, field));
		return itemOperand(join, place.every || isMultiple(field));
	}

	const operand =
		field.type === 'json' ? jsonOperand(place, field, '') : columnOperand(place, field);
	const value = modifier === 'lower' ? lowered(operand) : operand;
	if (field.name !== 'email' || place.collection.type !== 'auth' || context.isTrusted) return value;
	return {
		...value,
		visible: (names) =>
			sql`${columnOf(place, { ...field, name: 'emailVisibility' }, names)} = TRUE`,
	};
}

const fieldOf = (collection: Collection, name: string): Field | undefined =>
	collection.fields.find((field) => field.name === name);

const hidden = (name: string): FilterError =>
	new FilterError('hidden', `non-filterable field ${quoted(name)}`);

/** `a.0.b` as SQLite writes it: `.a[0].b`. */
function jsonPath(keys: readonly string[]): string {
	return keys
		.map((key) => {
			const name = key.replaceAll(':', '');
			if (name === '') throw new FilterError('unresolved', 'empty key in a json path');
			return /^[0-9]{1,18}$/.test(name) ? `[${name}]` : `.${name}`;
		})
		.join('');
}
