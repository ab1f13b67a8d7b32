import { addField } from './field-list.ts';
import { applyPatch, newDraft } from './draft.ts';
import { parseField } from '../fields/index.ts';
import { prepare, writeCollection } from './save.ts';
import type { SchemaSession } from './session.ts';
import type { Collection } from './types.ts';

/** One of the collections a data directory starts with. */
export interface InitialCollection {
	readonly id?: string;
	readonly name: string;
	readonly type: 'base' | 'auth';
	readonly input: Readonly<Record<string, unknown>>;
	/** Added behind the default fields of the type. */
	readonly fields: readonly Readonly<Record<string, unknown>>[];
}

/** Creates a collection that the server itself defines; no checks. */
export async function createInitialCollection(
	session: SchemaSession,
	{ id, name, type, input, fields }: InitialCollection,
): Promise<Collection> {
	const draft = applyPatch(newDraft(type, name, session.deps.random, id), input);
	const complete = { ...draft, fields: fields.map(parseField).reduce(addField, draft.fields) };
	return writeCollection(session, prepare(session, complete, true), undefined);
}
