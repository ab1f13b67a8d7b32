import { describe, expect, it } from 'vitest';
import { parseEnv } from '../../../../src/lib/server/env.ts';

describe('parseEnv', () => {
	it('has a default for everything', () => {
		expect(parseEnv({ HOME: '/home/me' }, '/srv/tinykit')).toEqual({
			port: 3000,
			host: '127.0.0.1',
			dataDir: '/srv/tinykit/pb_data',
			workspaceDir: '/srv/tinykit/workspace',
			backupDir: '/srv/tinykit/backups',
			builderUrl: undefined,
			appsDomain: 'localhost',
			durability: 'full',
			secretKey: undefined,
			keyFile: '/home/me/.config/tinykit/key',
			chromium: { path: undefined, searchPath: '', sandbox: true },
			model: {
				name: undefined,
				anthropic: { apiKey: undefined, baseUrl: undefined },
				openai: { apiKey: undefined, baseUrl: undefined },
			},
		});
	});

	it('takes an empty value for an unset one', () => {
		expect(parseEnv({ PORT: ' ', TINYKIT_APPS_DOMAIN: '' }, '/')).toMatchObject({
			port: 3000,
			appsDomain: 'localhost',
		});
	});

	it('takes a browser by its path, or off', () => {
		const of = (TINYKIT_CHROMIUM: string) => parseEnv({ TINYKIT_CHROMIUM }, '/srv').chromium.path;
		expect([of('bin/chromium'), of('/usr/bin/x'), of('off')]).toEqual([
			'/srv/bin/chromium',
			'/usr/bin/x',
			'off',
		]);
	});

	it.each([
		['PORT', 'abc', 'PORT must be a port number from 0 to 65535.'],
		['PORT', '70000', 'PORT must be a port number from 0 to 65535.'],
		['PORT', '-1', 'PORT must be a port number from 0 to 65535.'],
		[
			'TINYKIT_BUILDER_URL',
			'javascript:alert(1)',
			'TINYKIT_BUILDER_URL must be an http(s) URL such as https://builder.example.com.',
		],
		[
			'TINYKIT_APPS_DOMAIN',
			'a b',
			'TINYKIT_APPS_DOMAIN must be a host name such as apps.example.com.',
		],
		['TINYKIT_DURABILITY', 'fast', 'TINYKIT_DURABILITY must be full or normal.'],
		['TINYKIT_CHROMIUM_SANDBOX', 'no', 'TINYKIT_CHROMIUM_SANDBOX must be on or off.'],
		['TINYKIT_SECRET_KEY', 'c2hvcnQ=', 'TINYKIT_SECRET_KEY must be 32 bytes in base64.'],
		['ANTHROPIC_BASE_URL', 'nonsense', 'ANTHROPIC_BASE_URL must be an http(s) URL.'],
	])('refuses %s=%s in one sentence', (name, value, sentence) => {
		expect(() => parseEnv({ [name]: value }, '/')).toThrow(sentence);
	});
});
