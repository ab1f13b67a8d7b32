import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TinykitError } from '#lib/contracts/index.ts';

const ivBytes = 12;
const tagBytes = 16;

/** Encrypts what must not stand in a data directory in clear. The key lives outside of it. */
export interface SecretBox {
	/** @param context bound to the secret: opening with another one fails */
	seal(plain: string, context: string): Uint8Array;
	/** The secret, or undefined when it was sealed with another key or context ("enter again"). */
	open(sealed: Uint8Array, context: string): string | undefined;
}

/** AES-256-GCM: `iv(12) tag(16) ciphertext`. @param key 32 bytes */
export function createSecretBox(key: Uint8Array): SecretBox {
	return {
		seal(plain, context) {
			const iv = randomBytes(ivBytes);
			const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
			const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
			return Buffer.concat([iv, cipher.getAuthTag(), body]);
		},
		open(sealed, context) {
			try {
				const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes))
					.setAAD(Buffer.from(context))
					.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
				return Buffer.concat([
					decipher.update(sealed.subarray(ivBytes + tagBytes)),
					decipher.final(),
				]).toString('utf8');
			} catch {
				// Another key or a changed byte: the caller asks for the secret again, all else works on.
				return undefined;
			}
		},
	};
}

/**
 * The installation's key: `TINYKIT_SECRET_KEY`, else the key file, created 0600 at first start (definitions.md 7).
 * @throws TinykitError `env_invalid` when the file cannot be used
 */
export function loadSecretKey(env: {
	readonly secretKey: Buffer | undefined;
	readonly keyFile: string;
}): Uint8Array {
	if (env.secretKey) return env.secretKey;
	try {
		mkdirSync(dirname(env.keyFile), { recursive: true, mode: 0o700 });
		try {
			writeFileSync(env.keyFile, randomBytes(32).toString('base64') + '\n', {
				mode: 0o600,
				flag: 'wx',
			});
		} catch (error) {
			if (!isExisting(error)) throw error;
		}
		const key = Buffer.from(readFileSync(env.keyFile, 'utf8').trim(), 'base64');
		if (key.length === 32) return key;
	} catch (cause) {
		throw new TinykitError('env_invalid', {
			message: `The key file ${env.keyFile} cannot be read or made.`,
			cause,
		});
	}
	throw new TinykitError('env_invalid', {
		message: `The key file ${env.keyFile} does not hold 32 bytes in base64.`,
	});
}

const isExisting = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && error.code === 'EEXIST';
