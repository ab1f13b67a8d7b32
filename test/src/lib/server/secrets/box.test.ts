import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createSecretBox, loadSecretKey } from '../../../../../src/lib/server/secrets/box.ts';

const dir = mkdtempSync(join(tmpdir(), 'tinykit-secrets-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('createSecretBox', () => {
	const box = createSecretBox(randomBytes(32));

	it('opens what it sealed, only in the same context, only with the same key, only unchanged', () => {
		const sealed = box.seal('sk-ant-1 ü', 'model|https://api.example.com');
		expect(Buffer.from(sealed).includes('sk-ant')).toBe(false);
		expect(box.open(sealed, 'model|https://api.example.com')).toBe('sk-ant-1 ü');
		expect(box.open(sealed, 'model|https://evil.example.com')).toBeUndefined();
		expect(
			createSecretBox(randomBytes(32)).open(sealed, 'model|https://api.example.com'),
		).toBeUndefined();
		const changed = Uint8Array.from(sealed);
		changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
		expect(box.open(changed, 'model|https://api.example.com')).toBeUndefined();
		expect(box.open(new Uint8Array(3), 'x')).toBeUndefined();
	});
});

describe('loadSecretKey', () => {
	it('makes a private key file once and reads it again', () => {
		const keyFile = join(dir, 'deep', 'key');
		const first = loadSecretKey({ secretKey: undefined, keyFile });
		expect(first).toHaveLength(32);
		expect(statSync(keyFile).mode & 0o777).toBe(0o600);
		expect(loadSecretKey({ secretKey: undefined, keyFile })).toEqual(first);
		expect(readFileSync(keyFile, 'utf8').trim()).toBe(Buffer.from(first).toString('base64'));
	});

	it('refuses a damaged key file with a sentence', () => {
		const keyFile = join(dir, 'bad');
		writeFileSync(keyFile, 'not a key');
		expect(() => loadSecretKey({ secretKey: undefined, keyFile })).toThrow(
			'does not hold 32 bytes',
		);
	});
});
