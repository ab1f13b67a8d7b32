import { LruCache } from '../../lib/index.ts';
import type { Catalog } from '../collections/types.ts';
import { JsonText } from '../fields/index.ts';
import { textOf } from '../records/data.ts';
import type { AuthRecord, RecordData } from '../records/record.ts';
import { keyOf, recordOf, verifyToken, type TokenSource } from './tokens.ts';

/** Finds the signed-in record of a token; `undefined` for a guest. At once where nothing has to be read. */
export type Authenticate = (
	token: string,
) => Promise<AuthRecord | undefined> | AuthRecord | undefined;

export interface AuthenticatorSource extends TokenSource {
	/** Changes before any stored record does: `Store.version`. */
	readonly version: number;
}

interface Verified {
	readonly collectionId: string;
	readonly id: string;
	/** Seconds since 1970. */
	readonly exp: number;
	/** The key it was signed with: another one now means that the token has been revoked. */
	readonly key: string;
}

/**
 * What tokens gave at one version of the database and the schema; worthless once there is another, and after a second,
 * because the version does not count what other processes write: who revokes a token with a tool of SQLite means it.
 */
interface Found {
	readonly second: number;
	readonly version: number;
	readonly catalog: Catalog;
	readonly byToken: LruCache<string, { readonly record: AuthRecord; readonly exp: number }>;
}

/** Records kept, and characters of one that is still kept. */
const records = 1000;
const recordSize = 4096;

/**
 * Remembers the tokens whose signature was right, so that a request costs a look-up of the record and no
 * cryptography. A changed token key or collection secret makes a different key, and the entry worthless. As long as
 * nothing is written (`version`) and the schema stays, the record is looked up once a second.
 * @param size Tokens kept; the least recently used goes first.
 */
export function createAuthenticator(source: AuthenticatorSource, size = 10_000): Authenticate {
	const verified = new LruCache<string, Verified>(size);
	let found: Found | undefined;
	const current = (): Found['byToken'] => {
		const { version, catalog } = source;
		const second = Math.floor(source.now().getTime() / 1000);
		if (found?.version !== version || found.catalog !== catalog || found.second !== second)
			found = { second, version, catalog, byToken: new LruCache(records) };
		return found.byToken;
	};
	const read = async (
		token: string,
		byToken: Found['byToken'],
	): Promise<AuthRecord | undefined> => {
		const known = verified.get(token);
		const record = await (known ? readKnown(source, known) : readFirst(source, token, verified));
		if (!record) {
			verified.delete(token);
			return undefined;
		}
		const exp = verified.get(token)?.exp;
		if (exp !== undefined && isSmall(record.data)) {
			// It is handed to several requests now.
			Object.freeze(record.data);
			byToken.set(token, { record, exp });
		}
		return record;
	};
	return (token) => {
		// Those of before the record is read: what is written meanwhile makes them worthless, never wrong.
		const byToken = current();
		const last = byToken.get(token);
		if (!last) return read(token, byToken);
		return source.now().getTime() / 1000 < last.exp ? last.record : undefined;
	};
}

async function readKnown(
	source: TokenSource,
	{ collectionId, id, exp, key }: Verified,
): Promise<AuthRecord | undefined> {
	if (source.now().getTime() / 1000 >= exp) return undefined;
	const record = await recordOf(source, collectionId, id);
	if (record?.collection.type !== 'auth') return undefined;
	return keyOf(record.collection, record.data, 'auth') === key ? record : undefined;
}

async function readFirst(
	source: TokenSource,
	token: string,
	verified: LruCache<string, Verified>,
): Promise<AuthRecord | undefined> {
	const checked = await verifyToken(source, token, 'auth');
	if (!checked) return undefined;
	const { record, claims } = checked;
	if (record.collection.type !== 'auth') return undefined;
	verified.set(token, {
		collectionId: record.collection.id,
		id: textOf(record.data, 'id'),
		exp: typeof claims['exp'] === 'number' ? claims['exp'] : Infinity,
		key: keyOf(record.collection, record.data, 'auth'),
	});
	return record;
}

/** A field may hold megabytes, which a thousand records must not. */
function isSmall(data: RecordData): boolean {
	let size = 0;
	for (const key in data) {
		const value = data[key];
		if (typeof value === 'string') size += value.length;
		else if (Array.isArray(value)) for (const item of value) size += String(item).length;
		else if (value instanceof JsonText) size += value.text.length;
	}
	return size <= recordSize;
}
