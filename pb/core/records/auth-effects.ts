import type { Transaction } from '../../store/index.ts';
import { ident, sql } from '../../sql/index.ts';
import type { Core } from '../core.ts';
import type { IssueTree } from '../errors.ts';
import { issue, PasswordValue } from '../fields/index.ts';
import { textOf } from './data.ts';
import { deleteRecordTree } from './delete-tree.ts';
import { setValue } from './draft.ts';
import type { Draft } from './draft.ts';
import { findRecordBy, findRecordsWhere } from './find.ts';

/** Address of the account that the installer page makes for itself. */
const installerEmail = '__pbinstaller@example.com';

const hashOf = (value: unknown): string => (value instanceof PasswordValue ? value.hash : '');

const isSuperusers = (draft: Draft): boolean => draft.collection.name === '_superusers';

/**
 * What holds for every auth record before it is written: ids are unique over all auth collections, a new password or
 * e-mail ends all sessions, and a record that becomes verified loses the providers linked while it was not
 * (GHSA-pq7p-mc74-g65w).
 */
export async function beforeAuthSave(
	core: Core,
	tx: Transaction,
	draft: Draft,
): Promise<IssueTree | undefined> {
	const { data, original, isNew } = draft;
	if (isSuperusers(draft)) data['verified'] = true;
	if (isNew) return (await isIdTaken(core, tx, draft)) ? { id: takenId() } : undefined;
	const isUpgraded = original['verified'] !== true && data['verified'] === true;
	const hasLostLinks = isUpgraded && (await deleteTraces(core, tx, draft, '_externalAuths')) > 0;
	const hasKey = textOf(data, 'tokenKey') !== textOf(original, 'tokenKey');
	const isChanged =
		hashOf(data['password']) !== hashOf(original['password']) ||
		textOf(data, 'email') !== textOf(original, 'email');
	if (hasLostLinks || (!hasKey && isChanged)) setValue(draft, 'tokenKey:autogenerate', '');
	return undefined;
}

const takenId = () => issue('validation_invalid_auth_id', 'Invalid or duplicated auth record id.');

async function isIdTaken(
	core: Core,
	tx: Transaction,
	{ collection, data }: Draft,
): Promise<boolean> {
	for (const other of core.catalog.all()) {
		if (other.type !== 'auth' || other.id === collection.id) continue;
		const row = await tx.get(
			sql`SELECT 1 FROM ${ident(other.name)} WHERE ${ident('id')} = ${textOf(data, 'id')}`,
		);
		if (row) return true;
	}
	return false;
}

/** What follows once the row is written: traces of sign-ins with the old password or token key go. */
export async function afterAuthSave(core: Core, tx: Transaction, draft: Draft): Promise<void> {
	const { data, original, isNew } = draft;
	if (isNew) {
		if (isSuperusers(draft) && textOf(data, 'email') !== installerEmail) {
			const installer = await findRecordBy(core, draft.collection, 'email', installerEmail, {
				reader: tx,
			});
			if (installer) await deleteRecordTree(core, tx, installer);
		}
		return;
	}
	if (textOf(data, 'tokenKey') !== textOf(original, 'tokenKey'))
		await deleteTraces(core, tx, draft, '_otps');
	if (hashOf(data['password']) !== hashOf(original['password'])) {
		await deleteTraces(core, tx, draft, '_mfas');
		await deleteTraces(core, tx, draft, '_authOrigins');
	}
}

/** Deletes what a system collection keeps about an auth record. @returns how many records that were. */
async function deleteTraces(
	core: Core,
	tx: Transaction,
	{ collection, data }: Draft,
	name: string,
): Promise<number> {
	const traces = core.catalog.find(name);
	if (!traces) return 0;
	const found = await findRecordsWhere(
		core,
		traces,
		{ collectionRef: collection.id, recordRef: textOf(data, 'id') },
		tx,
	);
	for (const record of found) await deleteRecordTree(core, tx, record);
	return found.length;
}
