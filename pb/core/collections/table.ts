import { ident, join, sql, text } from '../../sql/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import { StoreError } from '../../store/index.ts';
import { collectIssues, fieldToWire, goJson, isMultiple, issue, kindOf } from '../fields/index.ts';
import type { Field, FieldIssue } from '../fields/index.ts';
import { withTexts } from './double-quotes.ts';
import { buildIndex, isValidIndex, parseIndex } from './indexes.ts';
import { dropView, hasTable, trusted } from './session.ts';
import type { SchemaSession } from './session.ts';
import type { Collection } from './types.ts';
import { InvalidError } from './invalid.ts';

const ddl = (field: Field) => text(kindOf(field).column(field));
const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
	a.name < b.name ? -1 : 1;
const definition = (fields: readonly Field[]): string => goJson(fields.map(fieldToWire));

/**
 * Creates the record table of a new collection or changes the one of an existing collection: columns are matched
 * by field id, so data survives renames and the change between one and several values.
 * @throws InvalidError with `indexes.N` when an index cannot be created.
 */
export async function syncTable(
	session: SchemaSession,
	next: Collection,
	old: Collection | undefined,
): Promise<void> {
	const { tx } = session;
	if (old === undefined || !(await hasTable(tx, old.name))) {
		// Columns in alphabetical order, as PocketBase writes them.
		const columns = [...next.fields]
			.sort(byName)
			.map((field) => sql`${ident(field.name)} ${ddl(field)}`);
		await tx.run(sql`CREATE TABLE ${ident(next.name)} (${join(columns, ', ')})`);
		await createIndexes(session, next);
		return;
	}
	const isRenamed = old.name.toLowerCase() !== next.name.toLowerCase();
	const needsIndexes =
		isRenamed ||
		definition(old.fields) !== definition(next.fields) ||
		goJson(old.indexes) !== goJson(next.indexes);
	if (needsIndexes) await dropIndexes(session, old);
	if (isRenamed) await tx.run(sql`ALTER TABLE ${ident(old.name)} RENAME TO ${ident(next.name)}`);
	await syncColumns(session, next, old);
	await convertMultiples(session, next, old);
	if (needsIndexes) await createIndexes(session, next);
}

const find = (collection: Collection, id: string): Field | undefined =>
	collection.fields.find((field) => field.id === id);

async function syncColumns(
	{ tx, deps }: SchemaSession,
	next: Collection,
	old: Collection,
): Promise<void> {
	const table = ident(next.name);
	const alter = async (what: string, change: SqlNode): Promise<void> => {
		try {
			await tx.run(sql`ALTER TABLE ${table} ${change}`);
		} catch (error) {
			if (!(error instanceof StoreError)) throw error;
			throw new Error(`failed to ${what} - ${error.message}`, { cause: error });
		}
	};
	const rename = (from: string, to: string, name: string) =>
		alter(`rename column ${name}`, sql`RENAME COLUMN ${ident(from)} TO ${ident(to)}`);
	for (const { id, name } of old.fields)
		if (find(next, id) === undefined)
			await alter(`drop column ${name}`, sql`DROP COLUMN ${ident(name)}`);
	// Through temporary names, so that two fields can swap theirs.
	const pending: (readonly [from: string, to: string])[] = [];
	for (const field of next.fields) {
		const before = find(old, field.id);
		if (before?.name === field.name) continue;
		const temporary = field.name + deps.random.text(5);
		pending.push([temporary, field.name]);
		if (before === undefined)
			await alter(`add column ${field.name}`, sql`ADD ${ident(temporary)} ${ddl(field)}`);
		else await rename(before.name, temporary, before.name);
	}
	for (const [from, to] of pending) await rename(from, to, to);
}

/** Moves the values of fields that now hold several values, or only one, into a column of the other type. */
async function convertMultiples(
	session: SchemaSession,
	next: Collection,
	old: Collection,
): Promise<void> {
	const { tx, deps } = session;
	for (const field of next.fields) {
		const before = find(old, field.id);
		const was = before !== undefined && isMultiple(before);
		const is = isMultiple(field);
		// A new column has its type from the start.
		if (was === is || (before === undefined && is)) continue;
		// SQLite refuses to drop a column while a view uses it.
		const views = await tx.all(
			sql`SELECT name, sql FROM sqlite_schema WHERE type = 'view' AND sql IS NOT NULL`,
		);
		for (const view of views) await dropView(tx, String(view['name']));
		const table = ident(next.name);
		const temporary = `_${field.name}${deps.random.text(5)}`;
		const from = ident(temporary);
		await tx.run(sql`ALTER TABLE ${table} RENAME COLUMN ${ident(field.name)} TO ${from}`);
		await tx.run(sql`ALTER TABLE ${table} ADD ${ident(field.name)} ${ddl(field)}`);
		const isList = sql`json_valid(${from}) AND json_type(${from}) = 'array'`;
		const value = is
			? sql`CASE WHEN COALESCE(${from}, '') = '' THEN '[]' WHEN ${isList} THEN ${from} ELSE json_array(${from}) END`
			: sql`CASE WHEN COALESCE(${from}, '[]') = '[]' THEN '' WHEN ${isList} THEN COALESCE(json_extract(${from}, '$[#-1]'), '') ELSE ${from} END`;
		await tx.run(sql`UPDATE ${table} SET ${ident(field.name)} = (${value})`);
		await tx.run(sql`ALTER TABLE ${table} DROP COLUMN ${from}`);
		for (const view of views) await tx.run(trusted(String(view['sql'])));
	}
}

export async function dropIndexes({ tx }: SchemaSession, collection: Collection): Promise<void> {
	for (const statement of collection.indexes) {
		const { name } = parseIndex(statement);
		if (name === '') throw new Error(`failed to drop index - missing index name: ${statement}`);
		await tx.run(sql`DROP INDEX IF EXISTS ${ident(name)}`);
	}
}

async function createIndexes({ tx }: SchemaSession, collection: Collection): Promise<void> {
	const issues: Record<string, FieldIssue> = {};
	for (const [i, statement] of collection.indexes.entries()) {
		const index = { ...parseIndex(statement), table: collection.name };
		if (!isValidIndex(index)) {
			issues[i] = issue('validation_invalid_index_expression', 'Invalid CREATE INDEX expression.');
			continue;
		}
		try {
			await withTexts(buildIndex(index), (statement) => tx.run(trusted(statement)));
		} catch (error) {
			if (!(error instanceof StoreError)) throw error;
			issues[i] = issue(
				'validation_invalid_index_expression',
				`Failed to create index ${index.name} - ${error.message}.`,
			);
		}
	}
	const indexes = collectIssues(issues);
	if (indexes !== undefined) throw new InvalidError({ indexes });
}
