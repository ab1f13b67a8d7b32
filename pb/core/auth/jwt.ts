import { createHmac } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';

export type Claims = Readonly<Record<string, unknown>>;

/** The one algorithm there is: a token that names another is no token (RFC 8725 3.1). */
const alg = 'HS256';
const keyBytes = (key: string): Uint8Array => new TextEncoder().encode(key);

const base64url = (value: unknown): string =>
	Buffer.from(JSON.stringify(value)).toString('base64url');
const head = base64url({ alg, typ: 'JWT' });

/**
 * A compact JWT, HS256. Claims keep their order; give them sorted to match PocketBase's bytes. Signed here: jose goes to
 * WebCrypto, two ways to the thread pool for a hash of 200 bytes.
 */
export function signJwt(claims: Claims, key: string): string {
	const content = `${head}.${base64url(claims)}`;
	return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

/**
 * The claims of a token that nobody has verified yet: to find the key, never to trust.
 * `undefined` when the form is wrong, the algorithm is another, or the token has expired.
 */
export function readClaims(token: string, now: Date): Claims | undefined {
	const claims = peekClaims(token);
	if (!claims) return undefined;
	const exp = claims['exp'];
	const seconds = now.getTime() / 1000;
	if (exp !== undefined && !(typeof exp === 'number' && seconds < exp)) return undefined;
	const notBefore = claims['nbf'];
	if (notBefore !== undefined && !(typeof notBefore === 'number' && seconds >= notBefore))
		return undefined;
	return claims;
}

/** The same also of an expired token: to say what is wrong with it. */
export function peekClaims(token: string): Claims | undefined {
	try {
		return decodeProtectedHeader(token).alg === alg ? decodeJwt(token) : undefined;
	} catch {
		return undefined;
	}
}

/** Whether signature, algorithm and times of a token are right under `key`. */
export async function isSignedBy(token: string, key: string, now: Date): Promise<boolean> {
	try {
		await jwtVerify(token, keyBytes(key), { algorithms: [alg], currentDate: now });
		return true;
	} catch {
		return false;
	}
}
