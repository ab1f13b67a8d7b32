import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
	decrypt,
	defaultSettings,
	encrypt,
	mergeSettings,
	settingsToJson,
	settingsToWire,
	validateSettings,
} from '../../../../pb/core/settings/index.ts';

const key = '0123456789abcdef0123456789abcdef';

describe('encryption', () => {
	it('reads a settings row that PocketBase 0.39.11 wrote with --encryptionEnv', async () => {
		const row = await readFile(new URL('./encrypted-settings.txt', import.meta.url), 'utf8');
		expect(mergeSettings(defaultSettings, JSON.parse(decrypt(row.trim(), key)))).toEqual(
			defaultSettings,
		);
		expect(settingsToJson(defaultSettings)).toBe(decrypt(row.trim(), key));
	});

	it('writes nonce, text and tag', () => {
		const nonce = Uint8Array.from({ length: 12 }, (_, i) => i);
		const sealed = Buffer.from(encrypt('{"a":1}', key, nonce), 'base64');
		expect(sealed).toHaveLength(12 + 7 + 16);
		expect(sealed.subarray(0, 12)).toEqual(Buffer.from(nonce));
		expect(decrypt(sealed.toString('base64'), key)).toBe('{"a":1}');
	});

	it('refuses another key, a changed text and a key of the wrong length', () => {
		const sealed = encrypt('secret', key);
		expect(encrypt('secret', key)).not.toBe(sealed);
		const bytes = Buffer.from(sealed, 'base64');
		bytes[14] = (bytes[14] ?? 0) ^ 1;
		expect(() => decrypt(sealed, key.replace('0', '1'))).toThrow();
		expect(() => decrypt(bytes.toString('base64'), key)).toThrow();
		expect(() => decrypt('', key)).toThrow();
		expect(() => encrypt('x', 'short')).toThrow('32 characters');
	});
});

describe('merge', () => {
	it('goes deep, drops unknown keys and replaces lists', () => {
		const merged = mergeSettings(defaultSettings, {
			unknown: 1,
			meta: { appName: 'Mine' },
			superuserIPs: ['1.2.3.4'],
			backups: { s3: { region: 'eu' } },
			trustedProxy: { headers: null },
		});
		expect(merged).toEqual({
			...defaultSettings,
			meta: { ...defaultSettings.meta, appName: 'Mine' },
			superuserIPs: ['1.2.3.4'],
			backups: { ...defaultSettings.backups, s3: { ...defaultSettings.backups.s3, region: 'eu' } },
		});
	});

	it('keeps secrets that are omitted; an empty S3 secret counts as omitted', () => {
		const first = mergeSettings(defaultSettings, {
			smtp: { password: 'p' },
			s3: { secret: 's' },
			backups: { s3: { secret: 't' } },
		});
		const second = mergeSettings(first, {
			smtp: { host: 'h' },
			s3: { secret: '' },
			backups: { s3: {} },
		});
		expect([second.smtp.password, second.s3.secret, second.backups.s3.secret]).toEqual([
			'p',
			's',
			't',
		]);
		expect(mergeSettings(first, { smtp: { password: '' } }).smtp.password).toBe('');
		const wire = JSON.stringify(settingsToWire(second));
		expect(wire).not.toContain('"password"');
		expect(wire).not.toContain('"secret"');
		expect(settingsToJson(second)).toContain('"secret":"s"');
	});

	it.each([
		[null],
		[[]],
		[{ meta: 1 }],
		[{ meta: { appName: 1 } }],
		[{ logs: { maxDays: 1.5 } }],
		[{ superuserIPs: [1] }],
		[{ rateLimits: { rules: [1] } }],
	])('refuses %j', (patch) => {
		expect(() => mergeSettings(defaultSettings, patch)).toThrow(
			expect.objectContaining({ name: 'DecodeError' }),
		);
	});
});

describe('validate', () => {
	it('passes the defaults', async () => {
		expect(await validateSettings(defaultSettings)).toBeUndefined();
	});

	it.each([
		[
			{ meta: { appName: '', appURL: 'x', senderAddress: 'x', accentColor: '#12345g' } },
			[
				'meta.accentColor: validation_is_hex_color',
				'meta.appName: validation_required',
				'meta.appURL: validation_is_url',
				'meta.senderAddress: validation_is_email',
			],
		],
		[{ meta: { accentColor: '#123' } }, ['meta.accentColor: validation_length_invalid']],
		[
			{ smtp: { enabled: true, host: '', port: 0, authMethod: 'X', localName: 'a b' } },
			[
				'smtp.authMethod: validation_in_invalid',
				'smtp.host: validation_required',
				'smtp.localName: validation_is_host',
				'smtp.port: validation_required',
			],
		],
		[
			{ s3: { enabled: true } },
			[
				's3.accessKey: validation_required',
				's3.bucket: validation_required',
				's3.endpoint: validation_required',
				's3.region: validation_required',
				's3.secret: validation_required',
			],
		],
		[{ backups: { cron: 'daily' } }, ['backups.cron: validation_invalid_cron']],
		[{ backups: { cron: '@daily', cronMaxKeep: 0 } }, ['backups.cronMaxKeep: validation_required']],
		[
			{ batch: { enabled: true, maxRequests: 0, maxBodySize: -1 } },
			[
				'batch.maxBodySize: validation_min_greater_equal_than_required',
				'batch.maxRequests: validation_required',
			],
		],
		[{ logs: { maxDays: -1 } }, ['logs.maxDays: validation_min_greater_equal_than_required']],
		[{ rateLimits: { enabled: true, rules: [] } }, ['rateLimits.rules: validation_required']],
		[
			{ rateLimits: { rules: [{ label: 'a b c', audience: 'x', duration: -1, maxRequests: 0 }] } },
			[
				'rateLimits.rules.0.audience: validation_in_invalid',
				'rateLimits.rules.0.duration: validation_min_greater_equal_than_required',
				'rateLimits.rules.0.label: validation_match_invalid',
				'rateLimits.rules.0.maxRequests: validation_required',
			],
		],
		[
			{
				rateLimits: {
					rules: [
						{ label: '/a', audience: '' },
						{ label: '/a', audience: '@auth' },
					],
				},
			},
			['rateLimits.rules.1.label: validation_conflicting_rate_limit_rule'],
		],
		[
			{ superuserIPs: ['', 'x', '10.0.0.0/8'] },
			['superuserIPs.0: validation_required', 'superuserIPs.1: validation_invlaid_ip_or_subnet'],
		],
	])('%j', async (patch, expected) => {
		const codes = (issues: object, path: string): string[] =>
			Object.entries(issues).flatMap(([key, value]: [string, object]) =>
				'code' in value ? `${path}${key}: ${String(value.code)}` : codes(value, `${path}${key}.`),
			);
		expect(
			codes((await validateSettings(mergeSettings(defaultSettings, patch))) ?? {}, '').sort(),
		).toEqual(expected);
	});
});
