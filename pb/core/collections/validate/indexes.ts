import { sql } from '../../../sql/index.ts';
import { castString, issue } from '../../fields/index.ts';
import type { FieldIssue, FieldIssues } from '../../fields/index.ts';
import { buildIndex, findUniqueIndex, isValidIndex, parseIndex } from '../indexes.ts';
import type { Index } from '../indexes.ts';
import type { Collection } from '../types.ts';
import type { Examination } from './examination.ts';

type Found = FieldIssue | FieldIssues | undefined;

export async function checkIndexes(examination: Examination): Promise<Found> {
	const { collection, original } = examination;
	if (collection.type === 'view')
		return collection.indexes.length > 0
			? issue('validation_indexes_not_supported', "View collections don't support indexes.")
			: undefined;
	return (
		(await statements(examination)) ??
		(original === undefined ? undefined : systemIndexes(collection, original)) ??
		(collection.type === 'auth' ? authIndexes(collection) : undefined)
	);
}

/** Each statement for itself and against the others; stops at the first that is wrong. */
async function statements(examination: Examination): Promise<Found> {
	const names = new Set<string>();
	const definitions = new Set<string>();
	for (const [i, statement] of examination.collection.indexes.entries()) {
		const index = { ...parseIndex(statement), table: 'validator' };
		const name = index.name.toLowerCase();
		if (!isValidIndex(index))
			return {
				[i]: issue('validation_invalid_index_expression', 'Invalid CREATE INDEX expression.'),
			};
		if (names.has(name))
			return { [i]: issue('validation_duplicated_index_name', 'The index name already exists.') };
		names.add(name);
		const usedTableName = await tableOfIndex(examination, index.name);
		if (usedTableName !== '')
			return {
				[i]: issue(
					'validation_existing_index_name',
					'The index name is already used in {usedTableName} collection.',
					{
						usedTableName,
					},
				),
			};
		const definition = buildIndex({ ...index, schema: 'validator', name: 'validator' });
		if (definitions.has(definition))
			return {
				[i]: issue(
					'validation_duplicated_index_definition',
					'The index definition already exists.',
				),
			};
		definitions.add(definition);
	}
	return undefined;
}

async function tableOfIndex(
	{ session, collection, original }: Examination,
	name: string,
): Promise<string> {
	const row = await session.tx.get(
		sql`SELECT tbl_name FROM sqlite_schema WHERE type = 'index' AND LOWER(name) = LOWER(${name})
			AND LOWER(tbl_name) != LOWER(${original?.name ?? ''}) AND LOWER(tbl_name) != LOWER(${collection.name}) LIMIT 1`,
	);
	return castString(row?.['tbl_name']);
}

/** What makes an index unique over its columns; their order of sorting and the condition do not matter. */
function essence(index: Index, like: Index): string {
	const columns = index.columns.map(({ name }) => ({ name, collate: '', sort: '' }));
	const { schema, name, table, where } = like;
	return buildIndex({ ...index, schema, name, table, where, columns });
}

/** Unique indexes on system fields have to stay. */
function systemIndexes(collection: Collection, original: Collection): Found {
	for (const statement of original.indexes) {
		const old = parseIndex(statement);
		const names = new Set(old.columns.map(({ name }) => name.toLowerCase()));
		const field = original.fields.find(
			({ system, name }) => system && names.has(name.toLowerCase()),
		);
		if (!old.isUnique || field === undefined) continue;
		const wanted = essence(old, old);
		if (!collection.indexes.some((candidate) => essence(parseIndex(candidate), old) === wanted))
			return issue(
				'validation_invalid_unique_system_field_index',
				'Unique index definition on system fields ({fieldName}) is invalid or missing.',
				{ fieldName: field.name },
			);
	}
	return undefined;
}

function authIndexes(collection: Collection): Found {
	const fieldName = ['tokenKey', 'email'].find(
		(name) => findUniqueIndex(collection.indexes, name) === undefined,
	);
	return fieldName === undefined
		? undefined
		: issue(
				'validation_missing_required_unique_index',
				'Missing required unique index for field "{fieldName}".',
				{
					fieldName,
				},
			);
}
