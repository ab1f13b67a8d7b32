import { ident, sql } from '../../../sql/index.ts';
import type { Store } from '../../../store/index.ts';
import { castString, checkField, kindOf } from '../../fields/index.ts';
import type { Field } from '../../fields/index.ts';
import { newDraft, toCollection } from '../draft.ts';
import { describeIssues } from '../invalid.ts';
import { trusted } from '../session.ts';
import type { SchemaSession } from '../session.ts';
import type { Collection } from '../types.ts';
import { viewFields, withTextId } from './fields.ts';
import { normaliseQuery } from './query.ts';

/** A view that could be saved. */
export interface ViewPlan {
	/** A view collection that is not saved, with the fields the query yields. */
	readonly collection: Collection;
	readonly fields: readonly Field[];
	/** The query with its id as text. */
	readonly query: string;
}

/** Normalised values by field name. */
export type SampleRow = Readonly<Record<string, unknown>>;

const sampleSize = 10;

/** Finds the fields of a view's query and checks them. @throws Error saying why the query cannot be a view. */
export async function planView(session: SchemaSession, query: string): Promise<ViewPlan> {
	const normal = normaliseQuery(query);
	const fields = await viewFields(session, normal);
	const { catalog, deps } = session;
	const name = `temp_view_${deps.random.text(5)}`;
	const collection = toCollection({ ...newDraft('view', name, deps.random), fields });
	for (const [i, field] of fields.entries()) {
		const issues = await checkField(field, { collection, original: undefined, catalog });
		if (issues !== undefined)
			throw new Error(`invalid field "${field.name}" (${i}): ${describeIssues(issues)}`);
	}
	return { collection, fields, query: await withTextId(session, normal) };
}

/**
 * The first rows of a view. Read off the main thread and with a deadline, because nobody knows what a query costs
 * before it has run; so it sees the last commit, not a running transaction.
 * @throws Error for rows without an id of their own; StoreError for a query that fails or takes too long.
 */
export async function sampleView(
	store: Pick<Store, 'scan'>,
	{ collection, fields, query }: ViewPlan,
): Promise<readonly SampleRow[]> {
	const source = trusted(query);
	const rows = await store.scan(
		sql`SELECT * FROM (SELECT * FROM (${source})) AS ${ident(collection.name)} LIMIT ${sampleSize}`,
	);
	const seen = new Set<string>();
	return rows.map((row) => {
		const id = castString(row['id']);
		if (id === '') throw new Error('the query could return records with empty or invalid ids');
		if (seen.has(id)) throw new Error('the query could return records with non-unique ids');
		seen.add(id);
		return Object.fromEntries(
			fields.map((field) => [field.name, kindOf(field).fromColumn(field, row[field.name] ?? null)]),
		);
	});
}
