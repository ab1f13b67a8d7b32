import { describe, expect, it } from 'vitest';
import { likePattern } from '../../../pb/filter/like.ts';
import { macroValue } from '../../../pb/filter/macros.ts';

describe('likePattern', () => {
	it.each([
		['abc', '%abc%'],
		['', '%%'],
		['a%', 'a%'],
		['a_b', String.raw`%a\_b%`],
		['a__b', String.raw`%a\_\_b%`],
		[String.raw`a\%b`, String.raw`%a\%b%`],
		[String.raw`a\b`, String.raw`%a\\b%`],
		[String.raw`a\\b`, String.raw`%a\\b%`],
		[String.raw`a\\%b`, String.raw`a\\%b`],
		[String.raw`a\_b`, String.raw`%a\_b%`],
		['\\', String.raw`%\\%`],
	])('%j looks for %j', (text, pattern) => {
		expect(likePattern(text)).toBe(pattern);
	});
});

describe('macroValue', () => {
	const now = new Date('2024-02-29T07:08:09.010Z');

	it.each([
		['@now', '2024-02-29 07:08:09.010Z'],
		['@yesterday', '2024-02-28 07:08:09.010Z'],
		['@tomorrow', '2024-03-01 07:08:09.010Z'],
		['@second', 9],
		['@minute', 8],
		['@hour', 7],
		['@day', 29],
		['@month', 2],
		['@weekday', 4],
		['@year', 2024],
		['@todayStart', '2024-02-29 00:00:00.000Z'],
		['@todayEnd', '2024-02-29 23:59:59.999Z'],
		['@monthStart', '2024-02-01 00:00:00.000Z'],
		['@monthEnd', '2024-02-29 23:59:59.999Z'],
		['@yearStart', '2024-01-01 00:00:00.000Z'],
		['@yearEnd', '2024-12-31 23:59:59.999Z'],
		['@Now', undefined],
		['@collection', undefined],
	])('%s is %j', (name, value) => {
		expect(macroValue(name, now)).toBe(value);
	});

	it('ends December in December', () => {
		expect(macroValue('@monthEnd', new Date('2023-12-31T23:59:59.999Z'))).toBe(
			'2023-12-31 23:59:59.999Z',
		);
	});
});
