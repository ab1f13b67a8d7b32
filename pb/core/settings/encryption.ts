import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/*
 * PocketBase's form of encrypted settings: base64(nonce of 12 bytes, ciphertext, tag of 16 bytes), AES-256-GCM with
 * the 32 characters of the key as they are (tools/security/encrypt.go).
 */

const nonceLength = 12;
const tagLength = 16;

const keyBytes = (key: string): Buffer => {
	const bytes = Buffer.from(key, 'utf8');
	if (bytes.length !== 32) throw new Error('the encryption key must have 32 characters');
	return bytes;
};

/** @param nonce 12 bytes, never used twice with a key. Default: random. */
export function encrypt(
	plain: string,
	key: string,
	nonce: Uint8Array = randomBytes(nonceLength),
): string {
	const cipher = createCipheriv('aes-256-gcm', keyBytes(key), nonce);
	const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
	return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64');
}

/** @throws Error for another key or a changed text. */
export function decrypt(text: string, key: string): string {
	const bytes = Buffer.from(text, 'base64');
	if (bytes.length < nonceLength + tagLength) throw new Error('the encrypted text is too short');
	const decipher = createDecipheriv('aes-256-gcm', keyBytes(key), bytes.subarray(0, nonceLength));
	decipher.setAuthTag(bytes.subarray(bytes.length - tagLength));
	const sealed = bytes.subarray(nonceLength, bytes.length - tagLength);
	return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
}
