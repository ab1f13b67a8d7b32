import { ident, sql } from '../../../sql/index.ts';
import { castString, checkField, kindOf } from '../../fields/index.ts';
import type { Field } from '../../fields/index.ts';
import { newDraft, toCollection } from '../draft.ts';
import { describeIssues } from '../invalid.ts';
import { trusted } from '../session.ts';
import type { SchemaSession } from '../session.ts';
import type { Collection } from '../types.ts';
import { viewFields, withTextId } from './fields.ts';
import { normaliseQuery } from './query.ts';

export interface DryRun {
	/** A view collection that is not saved, with the fields the query yields. */
	readonly collection: Collection;
	readonly fields: readonly Field[];
	/** Normalised values by field name. */
	readonly sample: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Runs a view's query without saving anything: fields and the first rows.
 * @param size Rows to read, at most.
 * @throws Error saying why the query cannot be a view.
 */
export async function dryRunView(
	session: SchemaSession,
	query: string,
	size: number,
): Promise<DryRun> {
	const normal = normaliseQuery(query);
	const fields = await viewFields(session, normal);
	const { catalog, deps, tx } = session;
	const name = `temp_view_${deps.random.text(5)}`;
	const collection = toCollection({ ...newDraft('view', name, deps.random), fields });
	for (const [i, field] of fields.entries()) {
		const issues = await checkField(field, { collection, original: undefined, catalog });
		if (issues !== undefined)
			throw new Error(`invalid field "${field.name}" (${i}): ${describeIssues(issues)}`);
	}
	const source = trusted(await withTextId(session, normal));
	const rows = await tx.all(
		sql`SELECT * FROM (SELECT * FROM (${source})) AS ${ident(name)} LIMIT ${size}`,
	);
	const seen = new Set<string>();
	const sample = rows.map((row) => {
		const id = castString(row['id']);
		if (id === '') throw new Error('the query could return records with empty or invalid ids');
		if (seen.has(id)) throw new Error('the query could return records with non-unique ids');
		seen.add(id);
		return Object.fromEntries(
			fields.map((field) => [field.name, kindOf(field).fromColumn(field, row[field.name] ?? null)]),
		);
	});
	return { collection, fields, sample };
}
