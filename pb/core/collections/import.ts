import type { Transaction } from '../../store/index.ts';
import type { Core } from '../core.ts';
import { ApiError, badRequest } from '../errors.ts';
import { castString, goJson, isObject, issue, readOptions } from '../fields/index.ts';
import type { FieldIssue, JsonObject } from '../fields/index.ts';
import { deleteIn } from './commands.ts';
import { applyPatch, draftOf, newDraft } from './draft.ts';
import type { Draft } from './draft.ts';
import { addField } from './field-list.ts';
import { InvalidError, issueMessages } from './invalid.ts';
import { prepare, resaveViews, writeCollection } from './save.ts';
import { changeSchema } from './session.ts';
import type { SchemaSession } from './session.ts';
import type { Collection } from './types.ts';
import { validate } from './validate/index.ts';

export interface ImportInput {
	/** Collections in wire form; known ones are found by id, else by name. */
	readonly collections: readonly JsonObject[];
	/** Deletes collections and fields that are not in the list, system ones excepted. */
	readonly deleteMissing: boolean;
}

/** What else happens in the transaction of an import, or not at all. */
export interface ImportSteps {
	readonly before?: (tx: Transaction) => Promise<void>;
	/** @param again imports once more, in the same transaction */
	readonly after?: (tx: Transaction, again: (input: ImportInput) => Promise<void>) => Promise<void>;
}

const failure = (message: string): FieldIssue =>
	issue('validation_collections_import_failure', message);

/**
 * Brings the schema to that of a list of collections, all or nothing. Checks run after everything is written, so
 * that collections may refer to one another in any order (core/collection_import.go).
 * @throws ApiError 400 with `data.collections`.
 */
export async function importCollections(
	core: Core,
	input: ImportInput,
	steps: ImportSteps = {},
): Promise<void> {
	try {
		await changeSchema(core, async (session) => {
			await steps.before?.(session.tx);
			await importIn(session, core, input);
			await steps.after?.(session.tx, (next) => importIn(session, core, next));
		});
	} catch (error) {
		if (error instanceof ApiError) throw error;
		const reason = error instanceof Error ? error.message : String(error);
		const issues =
			error instanceof InvalidError
				? error.issues
				: {
						collections: failure(
							`Failed to import the collections configuration. Raw error:\n${reason}`,
						),
					};
		throw badRequest('Failed to import collections.', issues, error);
	}
}

interface Imported {
	readonly draft: Draft;
	readonly old: Collection | undefined;
}

async function importIn(session: SchemaSession, core: Core, input: ImportInput): Promise<void> {
	if (input.collections.length === 0) throw new Error('no collections to import');
	const existing = session.catalog.all();
	const imported = input.collections
		.map((raw) => read(session, raw, input.deleteMissing))
		.sort(inOrder);
	if (input.deleteMissing) {
		const kept = new Set(imported.map(({ draft }) => draft.id));
		for (const collection of existing)
			if (!kept.has(collection.id) && !collection.system) await deleteIn(session, core, collection);
	}
	const written: Draft[] = [];
	for (const { draft, old } of imported) {
		const prepared = prepare(session, draft, old === undefined);
		try {
			written.push(draftOf(await writeCollection(session, prepared, old)));
			await resaveViews(session, prepared.id, async (view) => {
				await writeCollection(session, prepare(session, draftOf(view), false), view);
			});
		} catch (error) {
			if (error instanceof InvalidError) throw error;
			const reason = error instanceof Error ? error.message : String(error);
			throw new Error(`failed to save collection "${draft.name}": ${reason}`, { cause: error });
		}
	}
	const before = new Map(existing.map((collection) => [collection.id, collection]));
	for (const draft of written) await check(session, draft, before.get(draft.id));
}

async function check(
	session: SchemaSession,
	draft: Draft,
	old: Collection | undefined,
): Promise<void> {
	// A new collection is compared with itself: its id and name are in the catalog by now.
	const issues = await validate(session, draft, old ?? session.catalog.find(draft.id));
	if (issues === undefined) return;
	const details = JSON.stringify(JSON.parse(goJson(issueMessages(issues))), undefined, 2);
	throw new InvalidError({
		collections: failure(
			`Data validations failed for collection "${draft.name}" (${draft.id}):\n${details}`,
		),
	});
}

function read({ catalog, deps }: SchemaSession, raw: JsonObject, deleteMissing: boolean): Imported {
	const identifier = castString(raw['id']) || castString(raw['name']);
	const old = identifier === '' ? undefined : catalog.find(identifier);
	if (old === undefined) {
		const options = readOptions(raw);
		const blank = newDraft(
			options.string('type'),
			options.string('name'),
			deps.random,
			options.string('id'),
		);
		return { draft: applyPatch(blank, raw), old };
	}
	const hasFields = raw['fields'] !== undefined && raw['fields'] !== null;
	const patch = hasFields || !deleteMissing ? raw : { ...raw, fields: [] };
	const draft = applyPatch(draftOf(old), patch);
	return { draft: withOldFields(draft, old, deleteMissing), old };
}

/** Keeps fields the import does not name: all of them, or only system fields when missing ones are to go. */
function withOldFields(draft: Draft, old: Collection, deleteMissing: boolean): Draft {
	let fields = draft.fields;
	for (const field of old.fields) {
		if ((!field.system && deleteMissing) || fields.some((other) => other.id === field.id)) continue;
		const namesake = fields.findIndex((other) => other.name === field.name);
		const found = fields[namesake];
		if (found?.type === field.type) fields = fields.with(namesake, { ...found, id: field.id });
		fields = addField(fields, field);
	}
	return { ...draft, fields };
}

/** Views last, then by age. */
function inOrder(a: Imported, b: Imported): number {
	const rank = ({ draft }: Imported): string =>
		`${draft.type === 'view' ? 1 : 0} ${draft.created.padEnd(24)} ${draft.updated}`;
	const left = rank(a);
	const right = rank(b);
	return left < right ? -1 : left > right ? 1 : 0;
}

/** The body of an import request. @throws ApiError 400 */
export function readImport(body: unknown): ImportInput {
	const unreadable = (): ApiError =>
		badRequest('An error occurred while loading the submitted data.');
	if (!isObject(body)) throw unreadable();
	const { collections = null, deleteMissing = false } = body;
	if (typeof deleteMissing !== 'boolean') throw unreadable();
	if (collections !== null && !Array.isArray(collections)) throw unreadable();
	const list: readonly unknown[] = collections ?? [];
	if (!list.every(isObject)) throw unreadable();
	if (list.length === 0)
		throw badRequest('An error occurred while validating the submitted data.', {
			collections: issue('validation_required', 'cannot be blank'),
		});
	return { collections: list, deleteMissing };
}
