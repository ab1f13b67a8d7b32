import { createHmac, timingSafeEqual } from 'node:crypto';

export type Claims = Readonly<Record<string, unknown>>;

/** `{"alg":"HS256","typ":"JWT"}` */
const header = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9';

const hmac = (text: string, key: string): Buffer => createHmac('sha256', key).update(text).digest();

/** A compact JWT, HS256. Claims keep their order; give them sorted to match PocketBase's bytes. */
export function signJwt(claims: Claims, key: string): string {
	const content = header + '.' + Buffer.from(JSON.stringify(claims)).toString('base64url');
	return content + '.' + hmac(content, key).toString('base64url');
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
	const parts = token.split('.');
	if (parts.length !== 3 || decodePart(parts[0] ?? '')?.['alg'] !== 'HS256') return undefined;
	return decodePart(parts[1] ?? '');
}

/** Whether the signature is HMAC-SHA256 of the content under `key`; compared in constant time. */
export function isSignedBy(token: string, key: string): boolean {
	const dot = token.lastIndexOf('.');
	const given = Buffer.from(token.slice(dot + 1), 'base64url');
	const expected = hmac(token.slice(0, dot), key);
	return given.length === expected.length && timingSafeEqual(given, expected);
}

function decodePart(part: string): Claims | undefined {
	try {
		const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
		return typeof value === 'object' && value !== null && !Array.isArray(value)
			? (value as Claims)
			: undefined;
	} catch {
		return undefined;
	}
}
