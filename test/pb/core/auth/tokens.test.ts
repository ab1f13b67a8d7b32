import { createHmac } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from 'vitest';
import {
	createAuthenticator,
	issueToken,
	readClaims,
	verifyToken,
	type Authenticate,
	type AuthenticatorSource,
	type TokenType,
} from '../../../../pb/core/auth/index.ts';
import type { AuthCollection, Catalog } from '../../../../pb/core/collections/types.ts';
import { JsonText } from '../../../../pb/core/fields/index.ts';
import type { StoredRecord } from '../../../../pb/core/records/record.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const types: TokenType[] = ['auth', 'file', 'verification', 'passwordReset', 'emailChange'];

let collection: AuthCollection;
let record: StoredRecord | undefined;
let now: Date;
let lookups: number;
let version: number;
let catalog: Catalog;
/** Called while a record is looked up. */
let meanwhile: () => void;

const newCatalog = (): Catalog => ({
	version: 1,
	all: () => [collection],
	find: (name) => (name === collection.id || name === collection.name ? collection : undefined),
});

const source: AuthenticatorSource = {
	get catalog() {
		return catalog;
	},
	get version() {
		return version;
	},
	now: () => now,
	findRecord: async (_, id) => {
		lookups += 1;
		const found = record?.data['id'] === id ? record : undefined;
		meanwhile();
		return found;
	},
};

const withSecrets = (prefix: string): AuthCollection => {
	const options = Object.fromEntries(
		types.map((type) => [`${type}Token`, { secret: prefix + type, duration: 100 }]),
	);
	return { id: 'c1', name: 'users', type: 'auth', auth: options } as unknown as AuthCollection;
};

beforeEach(() => {
	collection = withSecrets('secret-');
	record = { collection, data: { id: 'r1', tokenKey: 'key-', email: 'a@example.test' } };
	now = new Date('2026-01-01T00:00:00Z');
	lookups = 0;
	version = 1;
	catalog = newCatalog();
	meanwhile = () => undefined;
});

describe('issueToken', () => {
	it.each([
		[
			'auth',
			{},
			{ collectionId: 'c1', exp: 1767225700, id: 'r1', refreshable: true, type: 'auth' },
		],
		[
			'auth',
			{ refreshable: false, duration: 7 },
			{ collectionId: 'c1', exp: 1767225607, id: 'r1', refreshable: false, type: 'auth' },
		],
		['file', {}, { collectionId: 'c1', exp: 1767225700, id: 'r1', type: 'file' }],
		[
			'verification',
			{},
			{
				collectionId: 'c1',
				email: 'a@example.test',
				exp: 1767225700,
				id: 'r1',
				type: 'verification',
			},
		],
		[
			'emailChange',
			{ newEmail: 'b@example.test' },
			{
				collectionId: 'c1',
				email: 'a@example.test',
				exp: 1767225700,
				id: 'r1',
				newEmail: 'b@example.test',
				type: 'emailChange',
			},
		],
	] as const)('%s has exactly the claims of PocketBase', async (type, extra, claims) => {
		const token = await issueToken(record!, type, now, extra);
		const [head, body, signature] = token.split('.');
		expect(JSON.parse(Buffer.from(head!, 'base64url').toString())).toEqual({
			alg: 'HS256',
			typ: 'JWT',
		});
		expect(Buffer.from(body!, 'base64url').toString()).toBe(JSON.stringify(claims));
		const key = `key-secret-${type}`;
		expect(signature).toBe(createHmac('sha256', key).update(`${head}.${body}`).digest('base64url'));
	});
});

describe('verifyToken', () => {
	it.each(types)('accepts a %s token for its own purpose only', async (type) => {
		const token = await issueToken(record!, type, now);
		expect((await verifyToken(source, token, type))?.record.data['id']).toBe('r1');
		for (const other of types.filter((each) => each !== type))
			expect(await verifyToken(source, token, other)).toBeUndefined();
	});

	const forge = (head: object, claims: object, key: string) => {
		const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
		const content = `${part(head)}.${part(claims)}`;
		return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
	};
	const good = { collectionId: 'c1', exp: 1767225700, id: 'r1', type: 'auth' };
	const key = 'key-secret-auth';
	it.each([
		['without typ', forge({ alg: 'HS256' }, good, key), true],
		['another algorithm', forge({ alg: 'HS512' }, good, key), false],
		['alg none', forge({ alg: 'none' }, good, ''), false],
		['another key', forge({ alg: 'HS256' }, good, 'key-secret-file'), false],
		['an unknown collection', forge({ alg: 'HS256' }, { ...good, collectionId: 'x' }, key), false],
		[
			'a collection by name',
			forge({ alg: 'HS256' }, { ...good, collectionId: 'users' }, key),
			false,
		],
		['an unknown record', forge({ alg: 'HS256' }, { ...good, id: 'r2' }, key), false],
		['an id that is no text', forge({ alg: 'HS256' }, { ...good, id: ['r1'] }, key), false],
		['an expired token', forge({ alg: 'HS256' }, { ...good, exp: 1767225600 }, key), false],
		[
			'an exp that is no number',
			forge({ alg: 'HS256' }, { ...good, exp: '1767225700' }, key),
			false,
		],
		['two parts', 'a.b', false],
		['no JSON', 'a.b.c', false],
		['an empty text', '', false],
	])('%s', async (_, token, accepted) => {
		expect((await verifyToken(source, token, 'auth')) !== undefined).toBe(accepted);
	});
});

describe('createAuthenticator', () => {
	const rename = (email: string): void => {
		record = { collection, data: { ...record!.data, email } };
	};
	const emailOf = async (authenticate: Authenticate, token: string): Promise<unknown> =>
		(await authenticate(token))?.data['email'];

	it('reads the record anew after each write', async () => {
		const authenticate = createAuthenticator(source);
		const token = await issueToken(record!, 'auth', now);
		for (const email of ['b@example.test', 'c@example.test']) {
			version += 1;
			rename(email);
			for (let i = 0; i < 3; i++) expect(await emailOf(authenticate, token)).toBe(email);
		}
		expect(lookups).toBe(2);
	});

	it('answers at once while nothing is written, and nobody can change what others get', async () => {
		const authenticate = createAuthenticator(source);
		const token = await issueToken(record!, 'auth', now);
		const first = (await authenticate(token))!;
		expect(authenticate(token)).toBe(first);
		expect(() => (first.data['email'] = 'x')).toThrow(TypeError);
	});

	it('lets an old schema go, whoever was signed in then', async () => {
		const authenticate = createAuthenticator(source);
		const [early, late] = await Promise.all(
			[10, 20].map((duration) => issueToken(record!, 'auth', now, { duration })),
		);
		await authenticate(early!);
		const old = new WeakRef(catalog);
		expect(authenticate(early!)).not.toBeInstanceOf(Promise);
		catalog = newCatalog();
		await authenticate(late!);
		await new Promise((resolve) => setTimeout(resolve));
		collectGarbage();
		expect(old.deref()).toBeUndefined();
		expect(await emailOf(authenticate, early!)).toBe('a@example.test');
	});

	it('does not keep what was read while something was written', async () => {
		const authenticate = createAuthenticator(source);
		const token = await issueToken(record!, 'auth', now);
		meanwhile = () => {
			version += 1;
			rename('later@example.test');
			meanwhile = () => undefined;
		};
		expect(await emailOf(authenticate, token)).toBe('a@example.test');
		expect(await emailOf(authenticate, token)).toBe('later@example.test');
	});

	it.each([
		['a text', { about: 'x'.repeat(5000) }],
		['a list', { about: ['x'.repeat(5000)] }],
		['json', { about: new JsonText(`"${'x'.repeat(5000)}"`) }],
	])('looks a large record up each time: %s', async (_, more) => {
		record = { collection, data: { ...record!.data, ...more } };
		const authenticate = createAuthenticator(source);
		const token = await issueToken(record, 'auth', now);
		for (let i = 0; i < 3; i++) await authenticate(token);
		expect(lookups).toBe(3);
	});

	it.each([
		[
			'the token key changes',
			() => {
				version += 1;
				record = { collection, data: { ...record!.data, tokenKey: 'other' } };
			},
		],
		[
			'the record goes',
			() => {
				version += 1;
				record = undefined;
			},
		],
		['the token expires', () => (now = new Date('2026-01-01T00:01:40Z'))],
		[
			'the collection secret changes',
			() => {
				collection = withSecrets('changed-');
				record = { ...record!, collection };
				catalog = newCatalog();
			},
		],
	])('forgets a token when %s', async (_, change) => {
		const authenticate = createAuthenticator(source);
		const token = await issueToken(record!, 'auth', now);
		for (let i = 0; i < 2; i++) expect(await authenticate(token)).toBeDefined();
		change();
		for (let i = 0; i < 2; i++) expect(await authenticate(token)).toBeUndefined();
	});

	it('forgets a token of a record that is not looked up again', async () => {
		const authenticate = createAuthenticator(source);
		const token = await issueToken(record!, 'auth', now);
		await authenticate(token);
		record = undefined;
		expect(await authenticate(token)).toBeDefined();
		now = new Date('2026-01-01T00:01:40Z');
		expect(await authenticate(token)).toBeUndefined();
	});

	it('keeps no more tokens than its size', async () => {
		const authenticate = createAuthenticator(source, 1);
		const first = await issueToken(record!, 'auth', now);
		const second = await issueToken(record!, 'auth', now, { duration: 50 });
		for (const token of [first, second, first]) expect(await authenticate(token)).toBeDefined();
	});
});

it('reads no claims of a token with a later start', () => {
	const part = Buffer.from(JSON.stringify({ nbf: 1767225601 })).toString('base64url');
	const head = Buffer.from('{"alg":"HS256"}').toString('base64url');
	expect(readClaims(`${head}.${part}.x`, now)).toBeUndefined();
});
