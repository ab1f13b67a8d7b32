import { describe, expect, it } from 'vitest';
import { formValues, inferValue } from '../../../../pb/api/body/infer.ts';

describe('inferValue', () => {
	it.each([
		['true', true],
		['false', false],
		['0', 0],
		['-1.5', -1.5],
		['123', 123],
		['007', '007'],
		['1.0', '1.0'],
		['1e3', '1e3'],
		['.5', '.5'],
		['+1', '+1'],
		['-', '-'],
		['1.2.3', '1.2.3'],
		['12345678901234567890', '12345678901234567890'],
		['True', 'True'],
		['null', 'null'],
		['', ''],
	])('%s', (raw, expected) => {
		expect(inferValue(raw)).toBe(expected);
	});
});

it('makes a list of a repeated key and no prototype', () => {
	const values = formValues([
		['a', '1'],
		['b', 'x'],
		['a', 'true'],
		['__proto__', 'x'],
	]);
	expect(values).toEqual({ a: [1, true], b: 'x' });
	expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
});
