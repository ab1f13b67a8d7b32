import { findUniqueIndex } from '../../core/collections/indexes.ts';
import { notFound, type AuthCollection, type StoredRecord } from '../../core/index.ts';
import { findRecord, findRecordBy } from '../../core/records/index.ts';
import type { TokenSource } from '../../core/auth/index.ts';
import type { ApiContext } from '../types.ts';
import type { Core } from '../../core/index.ts';

/** The auth collection of the path. @throws ApiError 404 */
export function authCollection({ core, params }: ApiContext): AuthCollection {
	const collection = core.catalog.find(params['collection'] ?? '');
	if (collection?.type !== 'auth') throw notFound('Missing or invalid auth collection context.');
	return collection;
}

/**
 * The record whose identity field holds that text, without case where the unique index says so. Without a unique
 * index there is none: a text that may stand for two people must not sign in either.
 */
export async function findByIdentity(
	core: Core,
	collection: AuthCollection,
	field: string,
	value: string,
): Promise<StoredRecord | undefined> {
	const index = findUniqueIndex(collection.indexes, field);
	if (!index || value === '') return undefined;
	const caseInsensitive = index.columns[0]?.collate.toLowerCase() === 'nocase';
	return findRecordBy(core, collection, field, value, { caseInsensitive });
}

export const findByEmail = (
	core: Core,
	collection: AuthCollection,
	address: string,
): Promise<StoredRecord | undefined> => findByIdentity(core, collection, 'email', address);

/** What the token functions need of a backend. */
export const tokenSource = (core: Core): TokenSource => ({
	catalog: core.catalog,
	now: core.now,
	findRecord: (collection, id) => findRecord(core, collection, id),
});

/** Text of a field; '' when it holds none. */
export const textOf = (record: StoredRecord, field: string): string => {
	const value = record.data[field];
	return typeof value === 'string' ? value : '';
};
