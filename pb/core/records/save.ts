import type { Transaction } from '../../store/index.ts';
import type { Collection } from '../collections/types.ts';
import type { Core } from '../core.ts';
import { autogenerate } from '../fields/index.ts';
import { afterAuthSave, beforeAuthSave } from './auth-effects.ts';
import { createDraft, setValue } from './draft.ts';
import type { Draft } from './draft.ts';
import { hashDraft } from './passwords.ts';
import type { StoredRecord } from './record.ts';
import { validateDraft } from './validate.ts';
import { saveFailure, writeDraft } from './write.ts';

export interface SaveOptions {
	/** Default true. */
	readonly validate?: boolean;
}

/** What trusted code saves: every field may be set, hidden ones included. */
export interface SaveInput {
	readonly collection: Collection;
	/** The stored record to change; left out for a new one. */
	readonly record?: StoredRecord | undefined;
	/** By field name or name with modifier. A password is given as text or, hashed before, as `PasswordValue`. */
	readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Saves a record without any rule: validates it, writes what changed, keeps the promises of auth records (token key,
 * sign-in traces), and tells realtime subscribers once the commit is on disk.
 * @throws ApiError 400 with the issues by field.
 */
export async function saveRecord(
	core: Core,
	tx: Transaction,
	input: SaveInput,
	options: SaveOptions = {},
): Promise<StoredRecord> {
	const draft = createDraft(input.collection, input.record?.data);
	for (const key of Object.keys(input.values)) setValue(draft, key, input.values[key]);
	await hashDraft(draft);
	return saveDraft(core, tx, draft, options);
}

/** Validates and writes a draft; the passwords in it are hashed. */
export async function saveDraft(
	core: Core,
	tx: Transaction,
	draft: Draft,
	options: SaveOptions = {},
): Promise<StoredRecord> {
	const { collection, isNew, data } = draft;
	if (isNew)
		for (const field of collection.fields)
			if (field.type === 'text') data[field.name] = autogenerate(field, data[field.name]);
	if (options.validate !== false) {
		const issues = await validateDraft(core, draft, tx);
		if (issues) throw saveFailure(draft, issues);
	}
	if (collection.type !== 'auth') return writeDraft(core, tx, draft);
	const issues = await beforeAuthSave(core, tx, draft);
	if (issues) throw saveFailure(draft, issues);
	const record = await writeDraft(core, tx, draft);
	await afterAuthSave(core, tx, draft);
	return record;
}
