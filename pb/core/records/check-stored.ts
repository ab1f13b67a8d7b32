import type { Row } from '../../store/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { kindOf } from '../fields/index.ts';
import { toData } from './row.ts';

/**
 * Names of the fields whose stored value the collection would not accept if it were saved now: after a schema has
 * changed under it, or when a record it refers to is not there.
 * @param row all columns of the record
 * @param names the fields to look at
 */
export async function checkStored(
	core: Pick<Core, 'catalog' | 'store'>,
	collection: Collection,
	row: Row,
	names: ReadonlySet<string>,
): Promise<readonly string[]> {
	return (await storedIssues(core, collection, row, names)).map(({ field }) => field);
}

/** The same with the code of what is wrong, as the API answers it. */
export async function storedIssues(
	core: Pick<Core, 'catalog' | 'store'>,
	collection: Collection,
	row: Row,
	names: ReadonlySet<string>,
): Promise<readonly { readonly field: string; readonly code: string }[]> {
	const record = toData(collection, row);
	const context = {
		collection,
		catalog: core.catalog,
		reader: core.store,
		record,
		isNew: false,
		original: record,
	};
	const failed: { field: string; code: string }[] = [];
	for (const field of collection.fields) {
		// A hash says nothing about the password it was made of.
		if (!names.has(field.name) || field.type === 'password') continue;
		const issue = await kindOf(field).validate(field, record[field.name], context);
		if (issue) failed.push({ field: field.name, code: issue.code });
	}
	return failed;
}
