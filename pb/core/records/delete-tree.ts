import { ident, param, slot, sql, text } from '../../sql/index.ts';
import type { SqlNode } from '../../sql/index.ts';
import type { Transaction } from '../../store/index.ts';
import type { Catalog, Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { ApiError, badRequest } from '../errors.ts';
import { isMultiple } from '../fields/index.ts';
import type { RelationField } from '../fields/index.ts';
import { hasLeadingIndex } from '../rules/index.ts';
import { eachItem } from './back-references.ts';
import { namesOf } from './data.ts';
import { createDraft, setValue } from './draft.ts';
import { dropFiles } from './files.ts';
import { learnHeld, mayHold, portionsOf } from './held-values.ts';
import { cachedShape, findRecord, findRecordsWhere } from './find.ts';
import type { StoredRecord } from './record.ts';
import { referenceCollections } from './references.ts';
import { writeDraft } from './write.ts';

export const deleteFailure =
	'Failed to delete record. Make sure that the record is not part of a required relation reference.';

/** References are looked up in portions, so that a record with a million of them needs no list of a million. */
const portion = 4000;

/**
 * Deletes a record without any rule, with everything that hangs on it: what references it is deleted with it
 * (`cascadeDelete`), loses the reference, or, when the reference is required, keeps the record from being deleted.
 * Files and realtime events follow once the commit is on disk.
 * @throws ApiError 400; the transaction must then be rolled back.
 */
export async function deleteRecordTree(
	core: Core,
	tx: Transaction,
	record: StoredRecord,
): Promise<void> {
	const { collection, data } = record;
	const id = String(data['id']);
	if (collection.name === '_superusers' && (await isLastSuperuser(tx)))
		throw badRequest("You can't delete the only existing superuser");
	// Rules of subscribers look at the row, so that it must still be there.
	if (core.realtime.hasSubscribers) tx.afterCommit(await core.realtime.prepareDelete(record));
	const shape = cachedShape(
		collection,
		'delete',
		() => sql`DELETE FROM ${ident(collection.name)} WHERE ${ident('id')} = ${slot('id')}`,
	);
	// The row goes first: two records that reference each other would else never come to an end.
	await tx.run(shape.bind({ id }), { isTracked: true });
	dropFiles(core, tx, record);
	for (const { from, fields } of referencesTo(core, collection))
		for (const field of fields) await releaseReferences(core, tx, from, field, id);
	if (collection.type === 'auth') await deleteAuthTraces(core, tx, record);
}

async function isLastSuperuser(tx: Transaction): Promise<boolean> {
	const row = await tx.get(sql`SELECT COUNT(*) AS total FROM ${ident('_superusers')}`);
	return Number(row?.['total']) === 1;
}

interface References {
	readonly from: Collection;
	readonly fields: readonly RelationField[];
}

const references = new WeakMap<Catalog, Map<Collection, readonly References[]>>();

/** All relations that point at a collection, by name of their own. */
function referencesTo(core: Core, collection: Collection): readonly References[] {
	let known = references.get(core.catalog);
	if (!known) references.set(core.catalog, (known = new Map<Collection, readonly References[]>()));
	let found = known.get(collection);
	if (!found) known.set(collection, (found = findReferences(core.catalog, collection)));
	return found;
}

const findReferences = (catalog: Catalog, collection: Collection): readonly References[] =>
	catalog
		.all()
		.filter((from) => from.type !== 'view')
		.map((from) => ({
			from,
			fields: from.fields.filter(
				(field) => field.type === 'relation' && field.collectionId === collection.id,
			) as RelationField[],
		}))
		.filter(({ fields }) => fields.length > 0)
		.sort((a, b) => (a.from.name < b.from.name ? -1 : 1));

/** Whether deleting a record of the collection waits for nothing but the transaction, and touches nothing else. */
export const isQuickDelete = (core: Core, collection: Collection): boolean =>
	collection.type !== 'auth' &&
	!core.realtime.hasSubscribers &&
	referencesTo(core, collection).length === 0;

async function releaseReferences(
	core: Core,
	tx: Transaction,
	from: Collection,
	field: RelationField,
	id: string,
): Promise<void> {
	if (isIndexed(from, field))
		return releaseWithin(core, tx, { from, field, id, within: text('1 = 1') });
	if (!mayHold(core, from, field, id)) return;
	learnHeld(core, tx, from, field);
	for await (const within of portionsOf(tx, from))
		await releaseWithin(core, tx, { from, field, id, within });
}

const isIndexed = (from: Collection, field: RelationField): boolean =>
	!isMultiple(field) && hasLeadingIndex(from, field.name);

interface Search {
	readonly from: Collection;
	readonly field: RelationField;
	readonly id: string;
	/** Which rows to look at. */
	readonly within: SqlNode;
}

async function releaseWithin(core: Core, tx: Transaction, search: Search): Promise<void> {
	const { from, field, id, within } = search;
	const rowid = sql`${ident(from.name)}.rowid`;
	for (let last = -Infinity; ;) {
		const after = Number.isFinite(last) ? sql` AND ${rowid} > ${param(last)}` : text('');
		const rows = await tx.all(
			sql`SELECT ${ident(from.name, 'id')} AS id, ${rowid} AS place FROM ${ident(from.name)} WHERE ${within} AND ${holds(from, field, id)}${after} ORDER BY ${rowid} LIMIT ${param(portion)}`,
		);
		for (const row of rows) {
			// Read again, one by one: deleting the one before may have deleted or changed this one as well
			// (PocketBase 0.40.3 for relations of a collection to itself).
			const reference = await findRecord(core, from, String(row['id']), tx);
			if (reference) await releaseReference(core, tx, reference, field, id);
		}
		if (rows.length < portion) return;
		last = Number(rows.at(-1)?.['place']);
	}
}

function holds(from: Collection, field: RelationField, id: string): SqlNode {
	const column = ident(from.name, field.name);
	if (!isMultiple(field)) return sql`${column} = ${param(id)}`;
	// Most rows are sorted out by their text alone; an id that JSON may write in another way is not.
	const hint = /^[\w-]+$/.test(id) ? sql`instr(${column}, ${param(id)}) AND ` : text('');
	return sql`${hint}EXISTS (SELECT 1 FROM ${eachItem(column)} AS __je WHERE __je.value = ${param(id)})`;
}

async function releaseReference(
	core: Core,
	tx: Transaction,
	reference: StoredRecord,
	field: RelationField,
	id: string,
): Promise<void> {
	const held = namesOf(reference.data[field.name]);
	const left = held.filter((each) => each !== id);
	if (left.length === held.length) return;
	if (field.cascadeDelete && left.length === 0) {
		await deleteRecordTree(core, tx, reference);
		return;
	}
	if (field.required && left.length === 0) throw badRequest(deleteFailure);
	const draft = createDraft(reference.collection, reference.data);
	setValue(draft, field.name, left);
	// Not validated: another field may still hold a record that this very deletion removes later.
	try {
		await writeDraft(core, tx, draft);
	} catch (error) {
		if (error instanceof ApiError) throw badRequest(deleteFailure, error.data, error);
		throw error;
	}
}

/** Sign-in traces and linked providers of a deleted auth record. */
async function deleteAuthTraces(
	core: Core,
	tx: Transaction,
	{ collection, data }: StoredRecord,
): Promise<void> {
	for (const name of referenceCollections) {
		const traces = core.catalog.find(name);
		if (!traces || traces.id === collection.id) continue;
		const owner = { collectionRef: collection.id, recordRef: String(data['id']) };
		for (const trace of await findRecordsWhere(core, traces, owner, tx))
			await deleteRecordTree(core, tx, trace);
	}
}
