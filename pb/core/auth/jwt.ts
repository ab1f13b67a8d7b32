import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';

export type Claims = Readonly<Record<string, unknown>>;

/** The one algorithm there is: a token that names another is no token (RFC 8725 3.1). */
const alg = 'HS256';
const keyBytes = (key: string): Uint8Array => new TextEncoder().encode(key);

/** A compact JWT, HS256. Claims keep their order; give them sorted to match PocketBase's bytes. */
export function signJwt(claims: Claims, key: string): Promise<string> {
	return new SignJWT({ ...claims }).setProtectedHeader({ alg, typ: 'JWT' }).sign(keyBytes(key));
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
