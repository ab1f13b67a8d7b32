import { LruCache } from '../../lib/index.ts';
import { compileShape, ident, seq, slot, sql, text } from '../../sql/index.ts';
import type { SqlNode, SqlShape, SqlValue } from '../../sql/index.ts';
import type { Reader } from '../../store/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import type { StoredRecord } from './record.ts';
import { columnsOf, fieldOf, tableAs, toRecord } from './row.ts';

export interface FindOptions {
	/** ASCII letters compare without case. Default false. */
	readonly caseInsensitive?: boolean;
	/** Where to look; a transaction sees its own changes. Default: the last commit. */
	readonly reader?: Reader;
}

/** `SELECT <columns> FROM <collection>`; its rows go through `toRecord`. */
export const selectFrom = (collection: Collection): SqlNode =>
	seq(
		text('SELECT '),
		columnsOf(collection, collection.name),
		text(' FROM '),
		tableAs(collection, collection.name),
	);

/** Which columns an update changes is up to the client: not every combination may stay. */
const shapesPerCollection = 100;
const shapes = new WeakMap<Collection, LruCache<string, SqlShape>>();

/** A statement of a collection, compiled once for as long as its definition lives. */
export function cachedShape(collection: Collection, key: string, build: () => SqlNode): SqlShape {
	let known = shapes.get(collection);
	if (!known) shapes.set(collection, (known = new LruCache(shapesPerCollection)));
	let shape = known.get(key);
	if (!shape) known.set(key, (shape = compileShape(build())));
	return shape;
}

/**
 * The record with that id, without any rule.
 * @param reader A transaction sees its own changes. Default: the last commit.
 */
export async function findRecord(
	core: Core,
	collection: Collection,
	id: string,
	reader: Reader = core.store,
): Promise<StoredRecord | undefined> {
	if (id === '') return undefined;
	const shape = cachedShape(
		collection,
		'id',
		() =>
			sql`${selectFrom(collection)} WHERE ${ident(collection.name, 'id')} = ${slot('id')} LIMIT 1`,
	);
	const row = await reader.get(shape.bind({ id }));
	return row && toRecord(collection, row);
}

/** The first record whose field holds `value`, without any rule; undefined for an unknown field. */
export async function findRecordBy(
	core: Core,
	collection: Collection,
	field: string,
	value: SqlValue,
	options: FindOptions = {},
): Promise<StoredRecord | undefined> {
	if (!fieldOf(collection, field)) return undefined;
	const nocase = options.caseInsensitive === true;
	const shape = cachedShape(
		collection,
		`by ${nocase ? 'nocase ' : ''}${field}`,
		() =>
			sql`${selectFrom(collection)} WHERE ${ident(collection.name, field)} = ${slot('value')}${text(nocase ? ' COLLATE NOCASE' : '')} LIMIT 1`,
	);
	const row = await (options.reader ?? core.store).get(shape.bind({ value }));
	return row && toRecord(collection, row);
}

/** All records whose fields hold these values, in rowid order; for the small tables of the auth system. */
export async function findRecordsWhere(
	core: Core,
	collection: Collection,
	values: Readonly<Record<string, SqlValue>>,
	reader: Reader = core.store,
): Promise<StoredRecord[]> {
	const names = Object.keys(values);
	const shape = cachedShape(collection, `where ${names.join()}`, () =>
		seq(
			selectFrom(collection),
			text(' WHERE 1 = 1'),
			...names.map((name) => sql` AND ${ident(collection.name, name)} = ${slot(name)}`),
		),
	);
	const rows = await reader.all(shape.bind(values));
	return rows.map((row) => toRecord(collection, row));
}
