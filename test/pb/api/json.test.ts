import { describe, expect, it } from 'vitest';
import { encodeJson } from '../../../pb/api/json.ts';

describe('encodeJson', () => {
	it.each([
		[
			'sorts keys at every depth',
			{ b: 1, a: { d: [{ z: 1, y: 2 }], c: 2 } },
			'{"a":{"c":2,"d":[{"y":2,"z":1}]},"b":1}',
		],
		['keeps a sorted object', { a: '', b: [] }, '{"a":"","b":[]}'],
		[
			'escapes as Go does',
			{ a: '<b>&\u2028\u2029' },
			'{"a":"\\u003cb\\u003e\\u0026\\u2028\\u2029"}',
		],
		['escapes keys too', { '<': 1 }, '{"\\u003c":1}'],
		['drops undefined', { b: 1, a: undefined }, '{"b":1}'],
		['orders integer-like keys as text', { b: 0, '2': 1, '10': 2 }, '{"10":2,"2":1,"b":0}'],
		['keeps a geo point as lon, lat', { p: { lon: 1, lat: 2 } }, '{"p":{"lon":1,"lat":2}}'],
		[
			'keeps a geo point in an unsorted object',
			{ p: { lon: 1, lat: 2 }, a: 0 },
			'{"a":0,"p":{"lon":1,"lat":2}}',
		],
		['writes dates through toJSON', { a: new Date(0) }, '{"a":"1970-01-01T00:00:00.000Z"}'],
		['writes large numbers as Go', [1e21, 1e-7, 0.1], '[1e+21,1e-7,0.1]'],
		['writes nothing as null', undefined, 'null'],
	])('%s', (_, value, expected) => {
		expect(encodeJson(value)).toBe(expected);
	});
});
