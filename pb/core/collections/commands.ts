import { ident, sql } from '../../sql/index.ts';
import { StoreError } from '../../store/index.ts';
import type { Transaction } from '../../store/index.ts';
import type { Core } from '../core.ts';
import { ApiError, badRequest } from '../errors.ts';
import { castString, DecodeError, isObject } from '../fields/index.ts';
import { renameRateLimitLabels } from '../settings/index.ts';
import { applyPatch, draftOf, newDraft } from './draft.ts';
import type { Draft } from './draft.ts';
import { InvalidError } from './invalid.ts';
import { prepare, resaveViews, writeCollection } from './save.ts';
import { changeSchema, dropView, openSession } from './session.ts';
import type { SchemaSession } from './session.ts';
import type { Collection } from './types.ts';
import { validate } from './validate/index.ts';
import { planView, sampleView } from './views/dry-run.ts';
import type { SampleRow, ViewPlan } from './views/dry-run.ts';

const unreadable = (cause: unknown): ApiError =>
	badRequest('Failed to load the submitted data due to invalid formatting.', undefined, cause);

/** Failed checks stand in `data`; anything else in the message, because only superusers get here. */
function asApiError(message: string, error: unknown): unknown {
	if (error instanceof ApiError) return error;
	if (error instanceof DecodeError) return unreadable(error);
	if (error instanceof InvalidError) return badRequest(message, error.issues, error);
	if (error instanceof StoreError && (error.code === 'closed' || error.code === 'disk_failure'))
		return error;
	const reason = error instanceof Error ? error.message : String(error);
	return badRequest(`${message} Raw error: \n${reason}`, undefined, error);
}

async function orApiError<T>(message: string, run: () => Promise<T>): Promise<T> {
	try {
		return await run();
	} catch (error) {
		throw asApiError(message, error);
	}
}

/** Checks and writes a draft, then the views that depend on it. */
async function save(
	session: SchemaSession,
	draft: Draft,
	old: Collection | undefined,
): Promise<Collection> {
	const prepared = prepare(session, draft, old === undefined);
	const issues = await validate(session, prepared, old);
	if (issues !== undefined) throw new InvalidError(issues);
	const saved = await writeCollection(session, prepared, old);
	await saveDependentViews(session, saved.id);
	return saved;
}

async function saveDependentViews(session: SchemaSession, changedId: string): Promise<void> {
	const failures = await resaveViews(session, changedId, async (view) => {
		await save(session, draftOf(view), view);
	});
	for (const failure of failures)
		session.deps.log.write(4, 'Dependent view collection may need to be updated', {
			error: failure,
		});
}

/**
 * Creates a collection and its table or view.
 * @param input A collection in wire form; missing members get the defaults of its type.
 * @throws ApiError 400 with the failed checks in `data`, nested by member.
 * @example await createCollection(core, { type: 'base', name: 'posts', fields: [{ type: 'text', name: 'title' }] });
 */
export async function createCollection(core: Core, input: unknown): Promise<Collection> {
	return orApiError('Failed to create collection.', () =>
		changeSchema(core, (session) => createIn(session, input)),
	);
}

async function createIn(session: SchemaSession, input: unknown): Promise<Collection> {
	if (!isObject(input)) throw new DecodeError('a collection must be an object');
	const type = input['type'] ?? '';
	const name = input['name'] ?? '';
	if (typeof type !== 'string' || typeof name !== 'string')
		throw new DecodeError('type and name must be strings');
	return save(session, applyPatch(newDraft(type, name, session.deps.random), input), undefined);
}

/**
 * Changes a collection: absent members stay. Columns follow the fields by id, data is kept.
 * @throws ApiError 400 with the failed checks in `data`; 404 when the collection is gone.
 */
export async function updateCollection(
	core: Core,
	collection: Collection,
	patch: unknown,
): Promise<Collection> {
	const updated = await orApiError('Failed to update collection.', () =>
		changeSchema(core, async (session) => {
			const old = session.catalog.find(collection.id);
			if (old === undefined) throw new ApiError(404, '');
			const saved = await save(session, applyPatch(draftOf(old), patch), old);
			if (saved.name !== old.name)
				await renameRateLimitLabels(core, session.tx, old.name, saved.name);
			return saved;
		}),
	);
	if (updated.name !== collection.name) await core.reloadSettings();
	return updated;
}

/** Collections with a relation to this one, itself excluded. */
const referrers = (session: SchemaSession, { id }: Collection): readonly Collection[] =>
	session.catalog
		.all()
		.filter(
			(other) =>
				other.id !== id &&
				other.fields.some((field) => field.type === 'relation' && field.collectionId === id),
		);

/**
 * Deletes a collection with its records and files.
 * @throws ApiError 400 when it is a system collection or another one refers to it.
 */
export async function deleteCollection(core: Core, collection: Collection): Promise<void> {
	let references: readonly Collection[] = [];
	try {
		await changeSchema(core, async (session) => {
			const current = session.catalog.find(collection.id);
			if (current === undefined) throw new ApiError(404, '');
			references = referrers(session, current);
			if (references.length > 0) throw new Error('existing relation references');
			await deleteIn(session, core, current);
			const failures = await resaveViews(session, current.id, async (view) => {
				await save(session, draftOf(view), view);
			});
			if (failures.length > 0) throw new Error(failures.join('; '));
		});
	} catch (error) {
		if (error instanceof ApiError) throw error;
		const names = references.map(({ name }) => name).join(', ');
		const reason = names === '' ? '' : ` probably due to existing reference in ${names}`;
		throw badRequest(`Failed to delete collection${reason}`, undefined, error);
	}
}

/** Drops table or view and row; files go after the commit. References are the caller's business. */
export async function deleteIn(
	session: SchemaSession,
	core: Pick<Core, 'files'>,
	collection: Collection,
): Promise<void> {
	const { tx } = session;
	if (collection.system)
		throw new Error(`[${collection.name}] system collections cannot be deleted`);
	if (collection.type === 'view') await dropView(tx, collection.name);
	else await tx.run(sql`DROP TABLE IF EXISTS ${ident(collection.name)}`);
	await tx.run(sql`DELETE FROM _collections WHERE id = ${collection.id}`);
	if (collection.type === 'auth')
		for (const table of ['_mfas', '_otps', '_externalAuths', '_authOrigins'])
			await tx.run(sql`DELETE FROM ${ident(table)} WHERE collectionRef = ${collection.id}`);
	session.remove(collection);
	tx.afterCommit(() => core.files.deletePrefix(`${collection.id}/`));
}

/**
 * Deletes all records of a collection, each with what its deletion entails.
 * @param deleteRecord Deletes one record in the transaction, or finds that a cascade has taken it already; given by the
 * records module, which knows cascades, files and realtime.
 * @throws ApiError 400 for views and when a required relation stands in the way.
 */
export async function truncateCollection(
	core: Pick<Core, 'store'>,
	collection: Collection,
	deleteRecord: (tx: Transaction, id: string) => Promise<void>,
): Promise<void> {
	if (collection.type === 'view')
		throw badRequest(
			"View collections cannot be truncated since they don't store their own records.",
		);
	try {
		await core.store.write(async (tx) => {
			for (;;) {
				const rows = await tx.all(sql`SELECT id FROM ${ident(collection.name)} LIMIT 500`);
				if (rows.length === 0) return;
				for (const row of rows) await deleteRecord(tx, castString(row['id']));
			}
		});
	} catch (error) {
		throw badRequest(
			'Failed to truncate collection (most likely due to required cascade delete record references).',
			undefined,
			error,
		);
	}
}

/** What a view's query yields. */
export interface DryRun extends ViewPlan {
	readonly sample: readonly SampleRow[];
}

/**
 * Runs a view's query without saving anything: its fields and first rows.
 * @throws ApiError 400 saying why the query cannot be a view.
 */
export async function dryRunView(core: Core, query: string): Promise<DryRun> {
	const found: { plan?: ViewPlan } = {};
	const undo = new Error('undo');
	try {
		// Field types come from a temporary view; nothing of it may stay.
		await core.store.write(async (tx) => {
			found.plan = await planView(await openSession(core, tx), query);
			throw undo;
		});
	} catch (error) {
		if (error !== undo) throw asApiError('Invalid view query.', error);
	}
	const { plan } = found;
	if (plan === undefined) throw badRequest('Invalid view query.');
	return orApiError('Invalid view query.', async () => ({
		...plan,
		sample: await sampleView(core.store, plan),
	}));
}
