import { ident, join, slot, sql } from '../../sql/index.ts';
import type { SqlNode, SqlValue } from '../../sql/index.ts';
import { StoreError } from '../../store/index.ts';
import type { Transaction } from '../../store/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { badRequest } from '../errors.ts';
import type { ApiError, IssueTree } from '../errors.ts';
import { formatDateTime, issue, kindOf } from '../fields/index.ts';
import type { Field } from '../fields/index.ts';
import { createData } from './data.ts';
import type { Draft, RecordInput } from './draft.ts';
import { storeFiles } from './files.ts';
import { cachedShape } from './find.ts';
import { noteHeld } from './held-values.ts';
import type { StoredRecord } from './record.ts';

/** Whether saving waits for nothing but the transaction: no password to hash, no file to store. */
export const isQuick = (collection: Collection, { files }: RecordInput): boolean =>
	collection.type !== 'auth' && (files?.size ?? 0) === 0;

/** The refusal of a draft. @param cause Private. */
export const saveFailure = (draft: Draft, issues?: IssueTree, cause?: unknown): ApiError =>
	badRequest(draft.isNew ? 'Failed to create record.' : 'Failed to update record.', issues, cause);

/**
 * Writes a draft as it is: dates, files, the row, and the realtime event once the commit is on disk. Only columns that
 * changed are written, so that two changes of one record do not undo each other.
 * @throws ApiError 400 when a value must be unique and is not.
 */
export async function writeDraft(core: Core, tx: Transaction, draft: Draft): Promise<StoredRecord> {
	const { collection, isNew, data } = draft;
	stampDates(core, draft);
	await storeFiles(core, tx, draft);
	try {
		await (isNew ? insert(core, tx, draft) : update(core, tx, draft));
	} catch (error) {
		if (!(error instanceof StoreError)) throw error;
		throw saveFailure(draft, uniqueIssues(collection, error), error);
	}
	const record: StoredRecord = { collection, data };
	tx.afterCommit(() =>
		core.realtime.publish(isNew ? 'create' : 'update', record, isNew ? undefined : draft.original),
	);
	return record;
}

function stampDates(core: Core, { collection, data, isNew }: Draft): void {
	let now: string | undefined;
	for (const field of collection.fields)
		if (field.type === 'autodate' && (isNew ? field.onCreate : field.onUpdate))
			data[field.name] = now ??= formatDateTime(core.now());
}

async function insert(core: Core, tx: Transaction, { collection, data }: Draft): Promise<void> {
	const shape = cachedShape(collection, 'insert', () => {
		const columns = collection.fields.map((field) => ident(field.name));
		const slots = collection.fields.map((field) => slotOf(field));
		return sql`INSERT INTO ${ident(collection.name)} (${join(columns, ', ')}) VALUES (${join(slots, ', ')})`;
	});
	noteHeld(core, collection, data, collection.fields);
	await tx.run(shape.bind(columnValues(collection.fields, data)), { isTracked: true });
}

async function update(
	core: Core,
	tx: Transaction,
	{ collection, data, original }: Draft,
): Promise<void> {
	const changed = collection.fields.filter(
		(field) =>
			data[field.name] !== original[field.name] &&
			kindOf(field).toColumn(field, data[field.name]) !==
				kindOf(field).toColumn(field, original[field.name]),
	);
	if (changed.length === 0) return;
	const shape = cachedShape(
		collection,
		`update ${changed.map((field) => field.name).join()}`,
		() => {
			const sets = changed.map((field) => sql`${ident(field.name)} = ${slotOf(field)}`);
			return sql`UPDATE ${ident(collection.name)} SET ${join(sets, ', ')} WHERE ${ident('id')} = ${slot('where:id')}`;
		},
	);
	const values = columnValues(changed, data);
	values['where:id'] = String(original['id']);
	noteHeld(core, collection, data, changed);
	await tx.run(shape.bind(values), { isTracked: true });
}

const slotOf = (field: Field): SqlNode => slot(`set:${field.name}`);

function columnValues(
	fields: readonly Field[],
	data: Readonly<Record<string, unknown>>,
): Record<string, SqlValue> {
	const values = createData() as Record<string, SqlValue>;
	for (const field of fields)
		values[`set:${field.name}`] = kindOf(field).toColumn(field, data[field.name]);
	return values;
}

/** The fields of a collection whose values are taken, as the database names them. */
function uniqueIssues(collection: Collection, error: StoreError): IssueTree | undefined {
	if (error.code !== 'unique_violation') return undefined;
	const taken = new Set(error.columns.map((column) => column.toLowerCase()));
	const issues = createData() as Record<string, IssueTree[string]>;
	let hasIssues = false;
	for (const { name } of collection.fields) {
		if (!taken.has(`${collection.name}.${name}`.toLowerCase())) continue;
		issues[name] = issue('validation_not_unique', 'Value must be unique');
		hasIssues = true;
	}
	return hasIssues ? issues : undefined;
}
