import { createPrivateKey, sign } from 'node:crypto';
import { badRequest } from '../errors.ts';
import {
	castString,
	collectIssues,
	lengthIssue,
	matchIssue,
	rangeIssue,
	requiredIssue,
} from '../fields/index.ts';
import type { FieldIssue } from '../fields/index.ts';

const pem = /-----BEGIN PRIVATE KEY----[\s\S]+-----END PRIVATE KEY-----/;
const exactly10 = (value: string): FieldIssue | undefined =>
	value === '' ? requiredIssue() : lengthIssue(value, 10, 10);

/**
 * The client secret that "sign in with Apple" wants: a JWT signed with the team's own key (ES256).
 * @param input `clientId`, `teamId` and `keyId` (10 characters), `privateKey` (PKCS #8 PEM), `duration` in seconds
 * (1 to 15,777,000).
 * @throws ApiError 400 with the failed checks.
 */
export function appleClientSecret(input: Readonly<Record<string, unknown>>, now: Date): string {
	const [clientId, teamId, keyId, privateKey] = ['clientId', 'teamId', 'keyId', 'privateKey'].map(
		(key) => castString(input[key]),
	) as [string, string, string, string];
	const duration = typeof input['duration'] === 'number' ? input['duration'] : 0;
	const issues = collectIssues({
		clientId: clientId === '' ? requiredIssue() : undefined,
		teamId: exactly10(teamId),
		keyId: exactly10(keyId),
		privateKey:
			privateKey === '' ? requiredIssue() : pem.test(privateKey) ? undefined : matchIssue(),
		duration: duration === 0 ? requiredIssue() : rangeIssue(duration, 1, 15_777_000),
	});
	if (issues !== undefined) throw badRequest('Invalid client secret data.', issues);
	const seconds = Math.floor(now.getTime() / 1000);
	const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
	const body = `${encode({ alg: 'ES256', kid: keyId, typ: 'JWT' })}.${encode({
		iss: teamId,
		sub: clientId,
		aud: ['https://appleid.apple.com'],
		exp: seconds + duration,
		iat: seconds,
	})}`;
	try {
		const key = createPrivateKey(privateKey.trim());
		if (key.asymmetricKeyType !== 'ec') throw new Error('not an elliptic curve key');
		return `${body}.${sign('sha256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
	} catch (error) {
		throw badRequest(
			'Failed to generate client secret. Raw error: \nkey is not a valid ECDSA private key',
			undefined,
			error,
		);
	}
}
