import { describe, expect, it } from 'vitest';
import {
	goJson,
	isEmail,
	isHost,
	isIpOrSubnet,
	isUrl,
	JsonText,
} from '../../../../pb/core/fields/index.ts';

describe('formats', () => {
	it.each([
		['a@b.co', true],
		['a.b+c@d-e.org', true],
		['"a"@c.de', true],
		['"ab"@c.de', false],
		['é@x.com', true],
		['a@b.c.d.e.com', true],
		['a@b', false],
		['a..b@c.de', false],
		['@c.de', false],
		['a@c.de,', false],
		['a b@c.de', false],
	])('e-mail %s: %s', (value, expected) => expect(isEmail(value)).toBe(expected));

	it('decides on hostile e-mails at once', () => {
		expect(isEmail('a@' + 'a.'.repeat(20_000) + '!')).toBe(false);
		expect(isEmail('a.'.repeat(20_000) + '@')).toBe(false);
	});

	it.each([
		['example.com', true],
		['https://example.com', true],
		['http://localhost:8090', true],
		['https://user:pw@sub.example.co.uk:8080/a/b?c=d#e', true],
		['http://1.2.3.4/x', true],
		['http://[::1]:80/', true],
		['ws://x.io', true],
		['foo', false],
		['gopher://x.io', false],
		['http://', false],
		['.example.com', false],
		['https://example.com/%zz', false],
		['https://exa mple.com', false],
		['https://example.com/a b', false],
		['javascript:alert(1)', false],
	])('url %s: %s', async (value, expected) => expect(await isUrl(value)).toBe(expected));

	it.each([
		['1.2.3.4', true],
		['1.2.3.0/24', true],
		['::1', true],
		['2001:db8::/129', false],
		['1.2.3.4/33', false],
		['1.2.3.4/-1', false],
		['1.2.3', false],
		['x', false],
	])('address %s: %s', (value, expected) => expect(isIpOrSubnet(value)).toBe(expected));

	it.each([
		['smtp.example.com', true],
		['localhost', true],
		['::1', true],
		['a b', false],
		['-x', false],
	])('host %s: %s', (value, expected) => expect(isHost(value)).toBe(expected));
});

describe('goJson', () => {
	it.each([
		[{ b: 1, a: { d: null, c: '<&>' } }, '{"a":{"c":"\\u003c\\u0026\\u003e","d":null},"b":1}'],
		[['\u2028', 1e21, 1e-7, -0, true], '["\\u2028",1e+21,1e-7,-0,true]'],
		[{ '\u{1F600}': 1, '\uFFFD': 2 }, '{"\uFFFD":2,"\u{1F600}":1}'],
		[undefined, 'null'],
	])('%j', (value, expected) => expect(goJson(value)).toBe(expected));

	it('keeps the order of structs on demand', () => {
		expect(goJson({ b: 1, a: 2 }, 'given')).toBe('{"b":1,"a":2}');
	});
});

describe('JsonText', () => {
	it('compacts without touching strings, order or digits', () => {
		expect(new JsonText(' { "b" : 1.0,\n"a":"x  y\\" <" } ').compact()).toBe(
			'{"b":1.0,"a":"x  y\\" \\u003c"}',
		);
		expect(new JsonText('broken').compact()).toBe('null');
	});

	it('passes through JSON.stringify', () => {
		expect(
			JSON.stringify({
				a: new JsonText('12345678901234567890'),
				b: new JsonText('{"z":1,"y":2}'),
				c: new JsonText('{'),
			}),
		).toBe('{"a":12345678901234567890,"b":{"z":1,"y":2},"c":null}');
	});
});
