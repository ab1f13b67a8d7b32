import { ident, sql } from '../../../sql/index.ts';
import { defaultIdPattern, parseField } from '../../fields/index.ts';
import type { Field, FieldType } from '../../fields/index.ts';
import { withTexts } from '../double-quotes.ts';
import { fieldList } from '../field-list.ts';
import { dropView, tableInfo, trusted } from '../session.ts';
import type { SchemaSession } from '../session.ts';
import type { Catalog, Collection } from '../types.ts';
import { normaliseQuery, parseViewQuery } from './query.ts';
import type { Identifier } from './query.ts';

const field = (
	type: FieldType,
	name: string,
	options: Readonly<Record<string, unknown>> = {},
): Field => parseField({ type, name, ...options });

/** A column of which nothing is known may hold anything. */
const anyField = (name: string): Field =>
	name === 'id' ? idField() : field('json', name, { maxSize: 1 });
const idField = (): Field =>
	field('text', 'id', {
		system: true,
		required: true,
		primaryKey: true,
		pattern: defaultIdPattern,
	});

/** The fields that a view's query yields, in the order of its columns. @throws Error when it has no usable id. */
export async function viewFields(session: SchemaSession, query: string): Promise<readonly Field[]> {
	const fields = await columnFields(session, query);
	if (!fields.some(({ name }) => name === 'id'))
		throw new Error(
			"missing required id column (you can use `(ROW_NUMBER() OVER()) as id` if you don't have one)",
		);
	return fields;
}

/** The same for the checks, which say themselves what is missing: none when the query is wrong. */
export async function viewFieldsIfAny(
	session: SchemaSession,
	query: string,
): Promise<readonly Field[]> {
	try {
		return await session.tx.savepoint(() => columnFields(session, query));
	} catch {
		return [];
	}
}

async function columnFields(session: SchemaSession, query: string): Promise<readonly Field[]> {
	const known = inferFields(session, query);
	const { columns } = await readColumns(session, query);
	return fieldList(columns.map(({ name }) => known.get(name) ?? anyField(name)));
}

interface Column {
	readonly name: string;
	readonly type: string;
}

/** Names and types of the query's columns, as SQLite sees them, and the query as it understands it. */
async function readColumns(
	session: SchemaSession,
	query: string,
): Promise<{ readonly columns: readonly Column[]; readonly query: string }> {
	const { tx, deps } = session;
	const temporary = `_temp_${deps.random.text(6)}`;
	return tx.savepoint(async () => {
		const understood = await saveView(session, temporary, query);
		const rows = await tableInfo(tx, temporary);
		await dropView(tx, temporary);
		const columns = rows.map((row) => ({ name: String(row['name']), type: String(row['type']) }));
		return { columns, query: understood };
	});
}

/**
 * Creates or replaces the SQL view.
 * @returns The query as it stands in the view.
 * @throws StoreError when SQLite refuses the query.
 */
export async function saveView(
	session: SchemaSession,
	name: string,
	query: string,
): Promise<string> {
	const { tx } = session;
	await dropView(tx, name);
	return withTexts(normaliseQuery(query), (text) =>
		tx.savepoint(async () => {
			await tx.run(sql`CREATE VIEW ${ident(name)} AS SELECT * FROM (${trusted(text)})`);
			// A view is only compiled when it is used.
			await tableInfo(tx, name);
		}),
	);
}

/** The query with its id as text, whatever type it yields. */
export async function withTextId(session: SchemaSession, query: string): Promise<string> {
	const { columns, query: understood } = await readColumns(session, normaliseQuery(query));
	const isText = columns.some(
		({ name, type }) => name.toLowerCase() === 'id' && type.toUpperCase() === 'TEXT',
	);
	if (isText) return understood;
	const quote = (name: string): string => '`' + name.replaceAll('`', '``') + '`';
	const list = parseViewQuery(query).columns.map(({ alias }) =>
		alias === 'id' ? `CAST(${quote(alias)} as TEXT) ${quote(alias)}` : quote(alias),
	);
	return `SELECT ${list.join(',')} FROM (${understood})`;
}

/** Column name -> field, for the columns whose origin or type can be told from the text. */
function inferFields({ catalog, deps }: SchemaSession, query: string): ReadonlyMap<string, Field> {
	const { columns, tables } = parseViewQuery(query);
	const collections = tableCollections(catalog, tables);
	const main = tables[0] === undefined ? undefined : collections.get(tables[0].alias);
	const found = new Map<string, Field>();
	for (const column of columns) {
		if (column.alias === '*')
			throw new Error(
				'wildcard columns (*) are not supported - manually type the collection field names you want the view query to have',
			);
		const cloneId = `_clone_${deps.random.text(4)}`;
		found.set(column.alias, inferField(column, collections, main, cloneId));
	}
	return found;
}

function tableCollections(
	catalog: Catalog,
	tables: readonly Identifier[],
): ReadonlyMap<string, Collection> {
	const found = new Map<string, Collection>();
	for (const { original, alias } of tables) {
		if (alias.includes('(')) continue;
		const collection = catalog.find(original);
		if (collection?.name === original) found.set(alias, collection);
	}
	return found;
}

function inferField(
	{ original, alias }: Identifier,
	collections: ReadonlyMap<string, Collection>,
	main: Collection | undefined,
	cloneId: string,
): Field {
	if (alias === 'id') return idField();
	const typed = typedField(original, alias);
	if (typed !== undefined) return typed;
	const parts = original.split('.');
	const [first = '', second = ''] = parts;
	const collection = parts.length === 2 ? collections.get(first) : main;
	const name = (parts.length === 2 ? second : first).toLowerCase();
	const source = collection?.fields.find((candidate) => candidate.name.toLowerCase() === name);
	if (collection === undefined || source === undefined) return anyField(alias);
	if (name === 'id') return field('relation', alias, { maxSelect: 1, collectionId: collection.id });
	return { ...source, id: cloneId, name: alias };
}

/** Expressions whose type is in their text: count, total and casts. */
function typedField(expression: string, name: string): Field | undefined {
	const lower = expression.toLowerCase();
	if (lower.startsWith('count(')) return field('number', name, { onlyInt: true });
	if (lower.startsWith('total(')) return field('number', name);
	switch (/^cast\s*\([\s\S]*\s+as\s+(\w+)\s*\)$/.exec(lower)?.[1]) {
		case 'real':
		case 'decimal':
		case 'numeric':
			return field('number', name);
		case 'int':
		case 'integer':
			return field('number', name, { onlyInt: true });
		case 'text':
			return field('text', name);
		case 'boolean':
		case 'bool':
			return field('bool', name);
		default:
			return undefined;
	}
}
