import { describe, expect, it } from 'vitest';
import { appOrigins, resolveHost } from '../../../../../src/lib/server/web/hosts.ts';
import { createOrigins } from '../../../../../src/lib/server/web/origins.ts';

const local = { builder: 'localhost', appsDomain: 'localhost' };
const remote = { builder: 'builder.example.com', appsDomain: 'apps.example.net' };
const capability = 'abcdefghij234567';

describe('resolveHost', () => {
	it.each([
		['localhost', { kind: 'builder' }],
		['localhost:3000', { kind: 'builder' }],
		['LOCALHOST:3000', { kind: 'builder' }],
		['localhost.', { kind: 'builder' }],
		['127.0.0.1:3000', { kind: 'loopback' }],
		['[::1]:3000', { kind: 'loopback' }],
		[
			'guestbook.localhost',
			{ kind: 'app', slug: 'guestbook', stage: 'live', capability: undefined },
		],
		[
			'guestbook--draft.localhost:1',
			{ kind: 'app', slug: 'guestbook', stage: 'draft', capability: undefined },
		],
		[
			'my-app-2--draft.localhost',
			{ kind: 'app', slug: 'my-app-2', stage: 'draft', capability: undefined },
		],
		[`a--draft-${capability}.localhost`, { kind: 'app', slug: 'a', stage: 'draft', capability }],
		// Not a capability, and `--` is in no slug.
		['a--draft-short.localhost', { kind: 'unknown' }],
		['a--b.localhost', { kind: 'unknown' }],
		['a--draft--draft.localhost', { kind: 'unknown' }],
		['tinykit.localhost', { kind: 'unknown' }],
		['api.localhost', { kind: 'unknown' }],
		['a.b.localhost', { kind: 'unknown' }],
		['1a.localhost', { kind: 'unknown' }],
		['-a.localhost', { kind: 'unknown' }],
		['example.com', { kind: 'unknown' }],
		['localhost.example.com', { kind: 'unknown' }],
		['localhost@evil.com', { kind: 'unknown' }],
		['localhost:3000:1', { kind: 'unknown' }],
		['local host', { kind: 'unknown' }],
		['', { kind: 'unknown' }],
		[undefined, { kind: 'unknown' }],
	])('%s', (header, host) => {
		expect(resolveHost(header, local)).toEqual(host);
	});

	it('keeps the builder and the apps apart on public names', () => {
		expect(resolveHost('builder.example.com', remote)).toEqual({ kind: 'builder' });
		expect(resolveHost('localhost', remote)).toEqual({ kind: 'unknown' });
		expect(resolveHost('shop.apps.example.net', remote)).toMatchObject({
			kind: 'app',
			slug: 'shop',
			stage: 'live',
		});
		expect(resolveHost('apps.example.net', remote)).toEqual({ kind: 'unknown' });
	});
});

describe('appOrigins', () => {
	it('puts the capability into a draft name that is reachable from outside', () => {
		expect(
			appOrigins('shop', capability, {
				appsDomain: 'apps.example.net',
				protocol: 'https:',
				port: '',
				local: false,
			}),
		).toEqual({
			draft: `https://shop--draft-${capability}.apps.example.net`,
			live: 'https://shop.apps.example.net',
		});
		expect(
			appOrigins('shop', capability, {
				appsDomain: 'localhost',
				protocol: 'http:',
				port: '3000',
				local: true,
			}),
		).toEqual({
			draft: 'http://shop--draft.localhost:3000',
			live: 'http://shop.localhost:3000',
		});
	});
});

describe('createOrigins', () => {
	it.each([
		[{ host: '127.0.0.1', appsDomain: 'localhost' }, true],
		[{ host: '::1', appsDomain: 'apps.localhost', builderUrl: 'http://localhost:8080' }, true],
		[{ host: '127.0.0.1', appsDomain: 'localhost', builderUrl: 'http://127.0.0.1:3000' }, true],
		[{ host: '0.0.0.0', appsDomain: 'localhost' }, false],
		[{ host: '127.0.0.1', appsDomain: 'apps.example.net' }, false],
		// Behind a proxy: it hands on the Host header that a stranger wrote.
		[
			{ host: '127.0.0.1', appsDomain: 'localhost', builderUrl: 'https://builder.example.com' },
			false,
		],
	])('%o: a draft answers to its plain name: %s', (env, plain) => {
		const builderUrl = 'builderUrl' in env ? new URL(env.builderUrl) : undefined;
		const origins = createOrigins({ ...env, builderUrl }, 3000);
		expect(origins.plainDrafts).toBe(plain);
		expect(origins.app({ slug: 'shop', capability }).draft.includes(capability)).toBe(!plain);
	});
});
