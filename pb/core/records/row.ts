import { ident, join, seq, sql, text } from '../../sql/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Row } from '../../store/index.ts';
import type { Collection } from '../collections/types.ts';
import { kindOf } from '../fields/index.ts';
import type { Field, FieldKind } from '../fields/index.ts';
import { createData } from './data.ts';
import type { RecordData, StoredRecord } from './record.ts';

/** How a field stands in a result row. */
export interface Column {
	readonly field: Field;
	readonly kind: FieldKind;
	/** Name in the result row. */
	readonly label: string;
}

interface RowShape {
	readonly columns: readonly Column[];
	readonly byName: ReadonlyMap<string, Column>;
	readonly selects: Map<string, SqlNode>;
}

const shapes = new WeakMap<Collection, RowShape>();

function shapeOf(collection: Collection): RowShape {
	let shape = shapes.get(collection);
	if (!shape) {
		const columns = collection.fields.map((field) => ({
			field,
			kind: kindOf(field),
			// A driver that assigns this name to a plain object would set its prototype instead.
			label: field.name === '__proto__' ? '__proto__ ' : field.name,
		}));
		const byName = new Map(columns.map((column) => [column.field.name, column]));
		shape = { columns, byName, selects: new Map() };
		shapes.set(collection, shape);
	}
	return shape;
}

/** The field of that exact name. */
export const fieldOf = (collection: Collection, name: string): Field | undefined =>
	columnOf(collection, name)?.field;

/** The column of the field of that exact name. */
export const columnOf = (collection: Collection, name: string): Column | undefined =>
	shapeOf(collection).byName.get(name);

/** The normalised value of a column in a row of `columnsOf`. */
export const valueIn = (row: Row, { field, kind, label }: Column): unknown =>
	kind.fromColumn(field, row[label] ?? null);

/** `alias.a, alias.b, …`: the columns of all fields, so that foreign columns are neither read nor compared. */
export function columnsOf(collection: Collection, alias: string): SqlNode {
	const shape = shapeOf(collection);
	let node = shape.selects.get(alias);
	if (!node) {
		node = join(
			shape.columns.map(({ field, label }) => {
				const column = ident(alias, field.name);
				// A whole number above 2^53 in a json column would lose digits as a number; as text it keeps them.
				if (field.type === 'json') {
					const exact = sql`CASE typeof(${column}) WHEN 'integer' THEN CAST(${column} AS TEXT) ELSE ${column} END`;
					return sql`${exact} AS ${ident(label)}`;
				}
				return label === field.name ? column : sql`${column} AS ${ident(label)}`;
			}),
			', ',
		);
		shape.selects.set(alias, node);
	}
	return node;
}

/** `posts`, or `posts AS alias`. */
export const tableAs = (collection: Collection, alias: string): SqlNode =>
	alias === collection.name
		? ident(collection.name)
		: seq(ident(collection.name), text(' AS '), ident(alias));

/** A row of `columnsOf` as normalised values. */
export function toData(collection: Collection, row: Row): RecordData {
	const data = createData();
	for (const column of shapeOf(collection).columns) data[column.field.name] = valueIn(row, column);
	return data;
}

export const toRecord = (collection: Collection, row: Row): StoredRecord => ({
	collection,
	data: toData(collection, row),
});

/** What a record holds before anything is set. */
export function zeroData(collection: Collection): RecordData {
	const data = createData();
	for (const { field, kind } of shapeOf(collection).columns) data[field.name] = kind.zero(field);
	data['id'] = '';
	return data;
}
