import { formatDateTime, fieldToWire, goJson } from '../fields/index.ts';
import { newSecret } from './auth-options.ts';
import { withDefaults } from './defaults.ts';
import { deriveId, toCollection } from './draft.ts';
import type { Draft } from './draft.ts';
import { fieldList } from './field-list.ts';
import { buildIndex, parseIndex } from './indexes.ts';
import { insertCollection, updateCollectionRow } from './row.ts';
import { dropView } from './session.ts';
import type { SchemaSession } from './session.ts';
import { syncTable } from './table.ts';
import type { Collection } from './types.ts';
import { saveView, viewFields, withTextId } from './views/fields.ts';

/**
 * Completes a draft before it is checked: type, id, dates, field ids, default fields and indexes, index statements
 * on this table's name (core/collection_model.go onCollectionSave).
 */
export function prepare({ catalog, deps }: SchemaSession, draft: Draft, isNew: boolean): Draft {
	const now = formatDateTime(deps.now());
	const type = draft.type === '' ? 'base' : draft.type;
	const hasId = draft.id !== '' || !isNew;
	const id = hasId ? draft.id : deriveId(type, draft.name);
	let next: Draft = withDefaults({
		...draft,
		type,
		id,
		derivedId: hasId ? draft.derivedId : id,
		created: isNew ? now : draft.created,
		updated: now,
		fields: fieldList(draft.fields),
	});
	if (next.type === 'auth') next = withoutMissingMappedFields(next);
	if (isNew && next.id === next.derivedId)
		next = renameId(
			next,
			freeId(next, (candidate) => catalog.find(candidate)?.id === candidate),
		);
	return { ...next, indexes: next.indexes.map((statement) => onTable(statement, next.name)) };
}

function freeId(draft: Draft, isTaken: (id: string) => boolean): string {
	const base = deriveId(draft.type, draft.name);
	for (let i = 1; i < 1000; i++) {
		const id = i === 1 ? base : base + String(i);
		if (!isTaken(id)) return id;
	}
	return base;
}

/** Names of default indexes hold the id of the collection. */
function renameId(draft: Draft, id: string): Draft {
	if (id === draft.id) return draft;
	const indexes = draft.indexes.map((statement) => {
		const index = parseIndex(statement);
		const name = index.name.replaceAll(draft.id, id);
		return name === index.name ? statement : buildIndex({ ...index, name });
	});
	return { ...draft, id, derivedId: id, indexes };
}

function onTable(statement: string, table: string): string {
	const index = parseIndex(statement);
	if (index.table === table) return statement;
	// An invalid statement stays for the checks to refuse.
	const built = buildIndex({ ...index, table });
	return built === '' ? statement : built;
}

function withoutMissingMappedFields(draft: Draft): Draft {
	const names = new Set(draft.fields.map((field) => field.name));
	const keep = (name: string): string => (names.has(name) ? name : '');
	const { id, name, username, avatarURL } = draft.auth.oauth2.mappedFields;
	const mappedFields = {
		id: keep(id),
		name: keep(name),
		username: keep(username),
		avatarURL: keep(avatarURL),
	};
	return { ...draft, auth: { ...draft.auth, oauth2: { ...draft.auth.oauth2, mappedFields } } };
}

/**
 * Writes a prepared draft: the row, then the table or view.
 * @param old The collection as it is stored; undefined for a new one.
 */
export async function writeCollection(
	session: SchemaSession,
	draft: Draft,
	old: Collection | undefined,
): Promise<Collection> {
	let collection = withForcedOptions(toCollection(draft));
	if (
		old?.type === 'auth' &&
		collection.type === 'auth' &&
		(old.auth.authRule ?? '') !== (collection.auth.authRule ?? '')
	)
		// Whoever may not sign in any more must not keep a valid token.
		collection = {
			...collection,
			auth: {
				...collection.auth,
				authToken: { ...collection.auth.authToken, secret: newSecret(session.deps.random) },
			},
		};
	if (collection.type === 'view') {
		const fields = await viewFields(session, collection.viewQuery);
		if (old !== undefined) await dropView(session.tx, old.name);
		await saveView(session, collection.name, await withTextId(session, collection.viewQuery));
		collection = { ...collection, fields };
	}
	await (old === undefined ? insertCollection : updateCollectionRow)(session.tx, collection);
	if (collection.type !== 'view') await syncTable(session, collection, old);
	session.put(collection);
	return collection;
}

/**
 * Superusers sign in with a password, never by OAuth2 alone, which could make one out of a stranger; a one-time
 * password only counts beside it (core/record_model_superusers.go).
 */
function withForcedOptions(collection: Collection): Collection {
	if (collection.name !== '_superusers' || collection.type !== 'auth') return collection;
	const { auth } = collection;
	return {
		...collection,
		auth: {
			...auth,
			oauth2: { ...auth.oauth2, enabled: false, providers: [] },
			passwordAuth: { ...auth.passwordAuth, enabled: true },
			mfa: { ...auth.mfa, enabled: auth.mfa.enabled || auth.otp.enabled },
		},
	};
}

const shapeOf = (collection: Collection): string =>
	goJson(collection.fields.map((field) => fieldToWire({ ...field, id: '' }))).toLowerCase();

/**
 * Saves the views again whose fields are others since the change of a collection.
 * @param save How a view is saved; checks included.
 * @returns What went wrong, one message a view; their SQL views stay as they were.
 */
export async function resaveViews(
	session: SchemaSession,
	changedId: string,
	save: (view: Collection) => Promise<void>,
): Promise<readonly string[]> {
	const failures: string[] = [];
	for (const view of session.catalog.all()) {
		if (view.type !== 'view' || view.id === changedId) continue;
		const before = session.catalog.all();
		try {
			await session.tx.savepoint(async () => {
				const fields = await viewFields(session, view.viewQuery);
				if (shapeOf({ ...view, fields }) !== shapeOf(view)) await save(view);
			});
		} catch (error) {
			session.reset(before);
			failures.push(`[${view.name}] ${error instanceof Error ? error.message : String(error)}`);
		}
	}
	return failures;
}
