import { describe, expect, it } from 'vitest';
import { tokenize } from '../../../pb/filter/lexer.ts';

const kinds = (source: string): string =>
	[...tokenize(source)]
		.slice(0, -1)
		.map((token) => `${token.kind}:${token.text}`)
		.join(' ');

describe('tokenize', () => {
	it.each([
		['a=1', 'identifier:a sign:= number:1'],
		['a.b:c ?!~ "x"', 'identifier:a.b:c sign:?!~ text:x'],
		['@request.auth.id>=-1.5', 'identifier:@request.auth.id sign:>= number:-1.5'],
		['-.5 < a', 'number:-.5 sign:< identifier:a'],
		['_a#x', 'identifier:_a identifier:#x'],
		['f(a, 1)', 'call:f identifier:a comma:, number:1 close:)'],
		['f (a)', 'identifier:f group:a'],
		["( a = ')' && (b) ) c", "group: a = ')' && (b)  identifier:c"],
		['(a // x)\n)', 'group:a // x close:)'],
		['a=1//x\n&&b=2', 'identifier:a sign:= number:1 join:&& identifier:b sign:= number:2'],
		['1.2', 'number:1.2'],
		['1-2', 'number:1 number:-2'],
		['a\t=\n1', 'identifier:a sign:= number:1'],
	])('%j', (source, expected) => {
		expect(kinds(source)).toBe(expected);
	});

	it.each([
		[String.raw`'a\nb\tc\rd'`, 'a\nb\tc\rd'],
		[String.raw`'it\'s'`, "it's"],
		[String.raw`'say "x"'`, 'say "x"'],
		[String.raw`"\"\\\'"`, `"\\'`],
		[String.raw`'\q\%'`, String.raw`\q\%`],
		["'ünï💥'", 'ünï💥'],
	])('reads the text %s', (source, value) => {
		expect(tokenize(source).next().value).toEqual({ kind: 'text', text: value });
	});

	it.each([
		['(a', 'invalid formatted group - missing 1 closing bracket(s)'],
		['((a) (', 'invalid formatted group - missing 2 closing bracket(s)'],
		["(a = 'x)", `invalid quoted text "'x)"`],
		['a = -', 'invalid number "-"'],
		['a = 5.', 'invalid number "5."'],
		['a. = 1', 'invalid identifier "a."'],
		['a: = 1', 'invalid identifier "a:"'],
		['@ = 1', 'invalid identifier "@"'],
		['#(1)', 'invalid function name "#"'],
		['a =! 1', 'invalid sign operator "=!"'],
		['a & b', 'invalid join operator "&"'],
		['a ||| b', 'invalid join operator "|||"'],
		['a / b', 'invalid comment'],
		["a = 'x", `invalid quoted text "'x"`],
		["a = 'x\\", `invalid quoted text "'x\\\\"`],
		['a = `x`', "unexpected character '`'"],
		['a = 💥', "unexpected character '💥'"],
		['a\r= 1', "unexpected character '\\r'"],
		["a = 'x'\0 && b = 1", 'unexpected character NUL'],
		["a = 'x\0y'", 'unexpected character NUL'],
	])('refuses %j', (source, message) => {
		expect(() => [...tokenize(source)]).toThrow(
			expect.objectContaining({ code: 'syntax', message }),
		);
	});
});
