import { describe, expect, it } from 'vitest';
import { parseJsonBody } from '../../../../pb/api/body/json-body.ts';

const nested = (depth: number): string =>
	'{"a":' + '['.repeat(depth - 1) + ']'.repeat(depth - 1) + '}';

describe('parseJsonBody', () => {
	it.each([
		['an object', '{"a":1,"b":[null,"x"]}', { a: 1, b: [null, 'x'] }],
		['null', ' null ', {}],
		['the last of two equal keys', '{"a":1,"a":2}', { a: 2 }],
		['only the first value', '{"a":"}"},junk', { a: '}' }],
		['the first of two objects', '{"a":{"b":1}}{"c":2}', { a: { b: 1 } }],
		['a pair of surrogates', '{"a":"\\ud83d\\ude00"}', { a: '😀' }],
		['a number at the edge of a double', '{"a":1e308}', { a: 1e308 }],
		['256 levels', nested(256), undefined],
	])('takes %s', (_, text, expected) => {
		const value = parseJsonBody(text);
		if (expected) expect(value).toEqual(expected);
	});

	it.each([
		['257 levels', nested(257), 'nests deeper than 256'],
		['200,000 levels', nested(200_000), 'nests deeper than 256'],
		['200,000 brackets that are never closed', '['.repeat(200_000), 'nests deeper'],
		['an infinite number', '{"a":[{"b":1e400}]}', 'number that is too large'],
		['a number of 400 digits', `{"a":${'9'.repeat(400)}}`, 'number that is too large'],
		['a lone surrogate', '{"a":"\\ud800"}', 'not valid Unicode'],
		['a lone surrogate in a key', '{"\\udfff":1}', 'not valid Unicode'],
		['a list', '[1]', 'Something went wrong'],
		['a text', '"x"', 'Something went wrong'],
		['nothing', ' ', 'Something went wrong'],
		['half an object', '{"a":', 'Something went wrong'],
		['junk first', 'x{"a":1}', 'Something went wrong'],
	])('refuses %s with 400', (_, text, message) => {
		expect(() => parseJsonBody(text)).toThrow(expect.objectContaining({ status: 400 }) as Error);
		expect(() => parseJsonBody(text)).toThrow(message);
	});

	it.each(['{"a":1,"__proto__":{"x":1}}', '{"a":{"\\u005f_proto__":{"x":1}}}'])(
		'drops the key __proto__ in %s',
		(text) => {
			expect(JSON.stringify(parseJsonBody(text))).not.toContain('x');
		},
	);
});
