import { checkStored, ident, openClone, sql } from '../backends.ts';
import type { PlainField } from '../schema/index.ts';
import type { Table } from './targets.ts';

/** A row by the id of its collection and its own. */
export interface Written {
	readonly c: string;
	readonly id: string;
}

/**
 * What has to be looked at before rows that were written in one schema stay in another: fields with another
 * definition, and relations once there are rows that are not there any more.
 * @returns names of fields by id of the collection
 */
export function fieldsToCheck(
	tables: readonly Table[],
	isAnyRowGone: boolean,
): ReadonlyMap<string, ReadonlySet<string>> {
	const check = new Map<string, ReadonlySet<string>>();
	for (const { id, now, target } of tables) {
		const names = (target?.fields ?? []).filter((field) => {
			if (isAnyRowGone && field.type === 'relation') return true;
			const before = now?.fields.find((other) => other.id === field.id);
			return !before || optionsOf(before) !== optionsOf(field);
		});
		if (names.length > 0) check.set(id, new Set(names.map(({ name }) => name)));
	}
	return check;
}

const optionsOf = (field: PlainField): string =>
	JSON.stringify(Object.entries({ ...field, name: '' }).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Of these rows those that the collection would not accept. @param dir of the result, which nobody writes to */
export async function findUnfit(
	dir: string,
	check: ReadonlyMap<string, ReadonlySet<string>>,
	rows: readonly Written[],
): Promise<readonly Written[]> {
	if (rows.length === 0) return [];
	const clone = await openClone(dir);
	try {
		const { catalog, store } = clone.app;
		const unfit: Written[] = [];
		for (const row of rows) {
			const collection = catalog.find(row.c);
			const names = check.get(row.c);
			if (!collection || !names) continue;
			const found = await store.get(
				sql`SELECT * FROM ${ident(collection.name)} WHERE id = ${row.id}`,
			);
			if (found && (await checkStored(clone.app, collection, found, names)).length > 0)
				unfit.push(row);
		}
		return unfit;
	} finally {
		await clone.close();
	}
}
