import { describe, expect, it } from 'vitest';
import {
	matchesPattern,
	patternProblem,
	randomByPattern,
} from '../../../../pb/core/fields/index.ts';

describe('randomByPattern', () => {
	it.each([
		'[a-z0-9]{15}',
		'[a-zA-Z0-9]{50}',
		'\\d{3}-\\w+\\s',
		'(ab|cd){2,4}x*y+',
		'[^\\W_]{4}',
		'[[:alpha:]]{5}',
		'(?:a|b)(?P<n>c)',
		'\\x41\\x{42}\\.\\[',
		'a{2,}b{x}',
		'[\\]a-]{3}',
	])('%s yields text it matches', async (pattern) => {
		for (let i = 0; i < 20; i++)
			expect(await matchesPattern(`^(?:${pattern})$`, randomByPattern(pattern))).toBe(true);
	});

	it('draws from the given source: upper bounds are exclusive, open ones end at 6', () => {
		const highest = (below: number) => below - 1;
		expect(randomByPattern('a{2,5}', highest)).toBe('aaaa');
		expect(randomByPattern('a*', highest)).toBe('aaaaa');
		expect(randomByPattern('a?b', highest)).toBe('b');
		expect(randomByPattern('[a-c]', highest)).toBe('c');
		expect(randomByPattern('.', highest)).toBe('9');
	});

	it.each([
		'^a',
		'a$',
		'\\bx',
		'(?=a)',
		'[a',
		'(a',
		'a)',
		'*',
		'a**',
		'a{3,2}',
		'a{1001}',
		'[z-a]',
		'\\',
		'\\q',
		'((a{1000}){1000})',
	])('refuses %s', (pattern) => {
		expect(() => randomByPattern(pattern)).toThrow(
			expect.objectContaining({ name: 'PatternError' }),
		);
	});
});

describe('patterns', () => {
	it('match in linear time what a backtracking engine would not finish', async () => {
		expect(await matchesPattern('^(a+)+$', 'a'.repeat(5000) + 'b')).toBe(false);
		expect(await matchesPattern('^(a|a)*$', 'a'.repeat(5000) + 'b')).toBe(false);
	});

	it.each([
		['b', 'abc', true],
		['^b', 'abc', false],
		['^[a-z0-9]+$', 'abc\n', false],
		['(', 'anything', false],
	])('%s in %j: %s', async (pattern, value, expected) => {
		expect(await matchesPattern(pattern, value)).toBe(expected);
	});

	it('says what is wrong with one', async () => {
		expect(await patternProblem('a+')).toBeUndefined();
		expect(await patternProblem('(')).toContain('missing closing )');
		expect(await patternProblem('(?=a)')).toContain('invalid');
	});
});
