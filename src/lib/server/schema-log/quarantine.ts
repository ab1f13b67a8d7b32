import { ident, joinSql, sql, type Transaction } from '../backends.ts';
import { isList, type CollectionPair, type PlainCollection } from '../schema/index.ts';

/** A table that holds what a change took from a collection, under the names the columns had. */
export interface KeptTable {
	readonly table: string;
	/** Id of the collection; of a table of the backend's own, its name. */
	readonly collection: string;
	/** The whole record, or the named columns of records that had something in them. */
	readonly fields: readonly {
		readonly id: string;
		readonly name: string;
		readonly list: boolean;
	}[];
	readonly whole: boolean;
	readonly rows: number;
}

/** Sign-ins with other services, which go with their accounts. */
const external = '_externalAuths';

/**
 * Copies the values that a change is about to take away: of collections and fields that go, and of lists that keep
 * one value only. In the transaction of the change.
 */
export async function keepValues(
	tx: Transaction,
	change: string,
	pairs: readonly CollectionPair[],
): Promise<readonly KeptTable[]> {
	const kept: KeptTable[] = [];
	const nameOf = (): string => `_tk_kept_${change.replaceAll('-', '')}_${String(kept.length)}`;
	for (const { old, now, fields } of pairs) {
		const table = nameOf();
		const gone = now
			? fields.flatMap((pair) =>
					pair.old && (!pair.now || (isList(pair.old) && !isList(pair.now))) ? [pair.old] : [],
				)
			: old.fields;
		if (gone.length === 0) continue;
		const source = ident(old.name);
		const columns = joinSql(
			[...new Set(['id', ...gone.map(({ name }) => name)])].map((name) => ident(name)),
			', ',
		);
		const filled = joinSql(
			gone.map(({ name }) => sql`coalesce(${ident(name)}, '') NOT IN ('', '[]', 0)`),
			' OR ',
		);
		const which = now ? sql` WHERE ${filled}` : sql``;
		await tx.run(sql`CREATE TABLE ${ident(table)} AS SELECT ${columns} FROM ${source}${which}`);
		kept.push({
			table,
			collection: old.id ?? old.name,
			fields: gone.map((field) => ({
				id: field.id ?? field.name,
				name: field.name,
				list: now !== undefined && fields.some((pair) => pair.old === field && pair.now),
			})),
			whole: now === undefined,
			rows: await countOf(tx, table),
		});
		if (now || old.type !== 'auth') continue;
		const signIns = nameOf();
		await tx.run(
			sql`CREATE TABLE ${ident(signIns)} AS SELECT * FROM ${ident(external)} WHERE collectionRef = ${old.id ?? ''}`,
		);
		const rows = await countOf(tx, signIns);
		kept.push({ table: signIns, collection: external, fields: [], whole: true, rows });
	}
	return kept;
}

/**
 * Puts kept values back into collections and fields that are there again. Of a list that kept one value the others
 * come back where nobody has changed it since.
 */
export async function restoreValues(
	tx: Transaction,
	kept: readonly KeptTable[],
	collections: readonly PlainCollection[],
): Promise<{ readonly restored: number; readonly left: number }> {
	let restored = 0;
	let left = 0;
	for (const each of kept) {
		const collection = collections.find(({ id }) => id === each.collection);
		const name = each.collection === external ? external : collection?.name;
		if (name === undefined) {
			left += each.rows;
			continue;
		}
		if (each.whole) {
			const columns = await sharedColumns(tx, each.table, name);
			const list = joinSql(
				columns.map((column) => ident(column)),
				', ',
			);
			const { changes } = await tx.run(
				sql`INSERT OR IGNORE INTO ${ident(name)} (${list}) SELECT ${list} FROM ${ident(each.table)}`,
			);
			restored += changes;
			left += each.rows - changes;
			continue;
		}
		const done = await restoreFields(tx, each, name, collection);
		restored += done;
	}
	return { restored, left };
}

/** @returns records that got something back; those that are gone by now need nothing */
async function restoreFields(
	tx: Transaction,
	kept: KeptTable,
	table: string,
	collection: PlainCollection | undefined,
): Promise<number> {
	let most = 0;
	for (const { id, name, list } of kept.fields) {
		const now = collection?.fields.find((field) => field.id === id)?.name;
		if (now === undefined) continue;
		const value = sql`k.${ident(name)}`;
		// A field that is just back holds nothing yet; a list that kept its last value says so still, unless changed.
		const isUntouched = list
			? sql`t.${ident(now)} = json_array(json_extract(${value}, '$[#-1]'))`
			: sql`1`;
		const { changes } = await tx.run(
			sql`UPDATE OR IGNORE ${ident(table)} AS t SET ${ident(now)} = (SELECT ${value} FROM ${ident(kept.table)} AS k WHERE k.id = t.id)
				WHERE EXISTS (SELECT 1 FROM ${ident(kept.table)} AS k WHERE k.id = t.id AND ${isUntouched})`,
		);
		most = Math.max(most, changes);
	}
	return most;
}

const countOf = async (tx: Transaction, table: string): Promise<number> =>
	Number((await tx.get(sql`SELECT count(*) AS n FROM ${ident(table)}`))?.['n'] ?? 0);

async function sharedColumns(tx: Transaction, a: string, b: string): Promise<string[]> {
	const rows = await tx.all(
		sql`SELECT name FROM pragma_table_info(${a}) WHERE name IN (SELECT name FROM pragma_table_info(${b}))`,
	);
	return rows.map((row) => String(row['name']));
}
