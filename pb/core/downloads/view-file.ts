import { ident, param, sql } from '../../sql/index.ts';
import { parseViewQuery } from '../collections/index.ts';
import type { Collection, ViewCollection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { isMultiple, type FileField } from '../fields/index.ts';
import { findRecord } from '../records/index.ts';
import type { StoredRecord } from '../records/record.ts';

/** Views upon views; deeper ones are a circle or a mistake. */
const maxDepth = 5;

/**
 * The record that owns a file which a view only shows: views have no files of their own
 * (core/view.go FindRecordByViewFile).
 */
export async function viewFileOrigin(
	core: Core,
	view: ViewCollection,
	fieldName: string,
	filename: string,
): Promise<StoredRecord | undefined> {
	const origin = originOf(core, view, fieldName, 1);
	if (!origin) return undefined;
	const { collection, field } = origin;
	const column = ident(collection.name, field.name);
	const holds = isMultiple(field)
		? sql`EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(${column}) THEN ${column} ELSE '[]' END) WHERE value = ${param(filename)})`
		: sql`${column} = ${param(filename)}`;
	const [row] = await core.store.scan(
		sql`SELECT ${ident(collection.name, 'id')} AS id FROM ${ident(collection.name)} WHERE ${holds} LIMIT 1`,
	);
	return row && findRecord(core, collection, String(row['id']));
}

interface Origin {
	readonly collection: Collection;
	readonly field: FileField;
}

function originOf(
	core: Core,
	view: ViewCollection,
	name: string,
	depth: number,
): Origin | undefined {
	if (depth > maxDepth) return undefined;
	const { columns, tables } = parseViewQuery(view.viewQuery);
	for (const { original, alias } of columns) {
		const dot = original.lastIndexOf('.');
		const column = original.slice(dot + 1);
		if ((alias === '' ? column : alias) !== name) continue;
		const prefix = original.slice(0, Math.max(0, dot));
		const table = tables.find(
			(each) => prefix === '' || each.alias === prefix || each.original === prefix,
		);
		const collection = core.catalog.find(table?.original ?? '');
		if (collection?.type === 'view') return originOf(core, collection, column, depth + 1);
		const field = collection?.fields.find((each) => each.name === column);
		if (collection && field?.type === 'file') return { collection, field };
	}
	return undefined;
}
