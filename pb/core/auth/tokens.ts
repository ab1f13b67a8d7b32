import type { AuthCollection, Catalog, Collection } from '../collections/types.ts';
import type { AuthRecord, RecordData, StoredRecord } from '../records/record.ts';
import { isSignedBy, readClaims, signJwt, type Claims } from './jwt.ts';

export type TokenType = 'auth' | 'file' | 'verification' | 'passwordReset' | 'emailChange';

export interface TokenExtra {
	/** Only for `auth`: a refreshable token is renewed by auth-refresh. Default true. */
	readonly refreshable?: boolean;
	/** Seconds instead of the collection's setting. */
	readonly duration?: number;
	/** Only for `emailChange`. */
	readonly newEmail?: string;
}

/** Finds a record by collection and id; the record part gives it, so that this folder needs no store. */
export type FindRecord = (collection: Collection, id: string) => Promise<StoredRecord | undefined>;

export interface TokenSource {
	readonly catalog: Catalog;
	readonly now: () => Date;
	readonly findRecord: FindRecord;
}

const text = (data: RecordData, field: string): string => {
	const value = data[field];
	return typeof value === 'string' ? value : '';
};

const optionsOf = (collection: AuthCollection, type: TokenType) => collection.auth[`${type}Token`];

/** The signing key: the record's own, so that changing it ends its tokens, plus the collection's. */
export const keyOf = (collection: AuthCollection, data: RecordData, type: TokenType): string =>
	text(data, 'tokenKey') + optionsOf(collection, type).secret;

/** A stored record as the one that is signed in; `undefined` when its collection is not for signing in. */
export const asAuthRecord = (record: StoredRecord): AuthRecord | undefined =>
	record.collection.type === 'auth'
		? { ...record, isSuperuser: record.collection.name === '_superusers' }
		: undefined;

/**
 * A token of the record with PocketBase's claims (core/record_tokens.go): no `iat`, no `iss`.
 * @throws TypeError when the collection is not an auth collection.
 */
export async function issueToken(
	record: StoredRecord,
	type: TokenType,
	now: Date,
	extra: TokenExtra = {},
): Promise<string> {
	const { collection, data } = record;
	if (collection.type !== 'auth') throw new TypeError('tokens are for auth records');
	const options = optionsOf(collection, type);
	const duration = extra.duration ? extra.duration : options.duration;
	const claims: Record<string, unknown> = { collectionId: collection.id };
	if (type !== 'auth' && type !== 'file') claims['email'] = text(data, 'email');
	claims['exp'] = Math.floor(now.getTime() / 1000) + duration;
	claims['id'] = text(data, 'id');
	if (type === 'emailChange') claims['newEmail'] = extra.newEmail ?? '';
	if (type === 'auth') claims['refreshable'] = extra.refreshable ?? true;
	claims['type'] = type;
	return signJwt(claims, keyOf(collection, data, type));
}

interface Checked {
	readonly record: AuthRecord;
	readonly claims: Claims;
}

/** The record a token belongs to and its claims; `undefined` for a wrong, foreign or expired token. */
export async function verifyToken(
	source: TokenSource,
	token: string,
	type: TokenType,
): Promise<Checked | undefined> {
	const claims = readClaims(token, source.now());
	if (claims?.['type'] !== type) return undefined;
	const record = await recordOf(source, claims['collectionId'], claims['id']);
	if (!record || record.collection.type !== 'auth') return undefined;
	const key = keyOf(record.collection, record.data, type);
	if (!(await isSignedBy(token, key, source.now()))) return undefined;
	return { record, claims };
}

/** The auth record that the claims of a token name. */
export async function recordOf(
	source: TokenSource,
	collectionId: unknown,
	id: unknown,
): Promise<AuthRecord | undefined> {
	if (typeof collectionId !== 'string' || typeof id !== 'string' || id === '') return undefined;
	const collection = source.catalog.find(collectionId);
	if (collection?.type !== 'auth' || collection.id !== collectionId) return undefined;
	const record = await source.findRecord(collection, id);
	return record && asAuthRecord(record);
}
