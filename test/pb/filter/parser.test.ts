import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNS, type FilterAst, type OperandAst } from '../../../pb/filter/ast.ts';
import { FilterError, LIMITS, parseFilter } from '../../../pb/filter/index.ts';
import { printFilter } from './print.ts';

/** The tree as text with every group in brackets. */
function shape(ast: FilterAst): string {
	if (ast.kind === 'comparison') return printFilter(ast);
	return `[${ast.items.map(shape).join(ast.kind === 'and' ? ' & ' : ' | ')}]`;
}

const codeOf = (source: string): string => {
	try {
		parseFilter(source);
		return 'none';
	} catch (error) {
		return error instanceof FilterError ? error.code : 'other';
	}
};

describe('parseFilter', () => {
	it.each([
		['a=1', 'a = 1'],
		['a=1 && b=2 || c=3', '[[a = 1 & b = 2] | c = 3]'],
		['a=1 || b=2 && c=3', '[a = 1 | [b = 2 & c = 3]]'],
		['(a=1 || b=2) && c=3', '[[a = 1 | b = 2] & c = 3]'],
		['((a=1))', 'a = 1'],
		['(a=1 && (b=2 && c=3))', '[a = 1 & [b = 2 & c = 3]]'],
		['"x" ?!~ a', "'x' ?!~ a"],
		['f(a,1,"x",) > 2', "f(a, 1, 'x') > 2"],
		['f() = g(h(1))', 'f() = g(h(1))'],
		['(a=1 // a note)', 'a = 1'],
		["a=1 // it's (\n", 'a = 1'],
	])('%j', (source, expected) => {
		expect(shape(parseFilter(source))).toBe(expected);
	});

	it.each([
		['', 'empty', 'empty filter expression'],
		[' // only a comment', 'empty', 'empty filter expression'],
		['()', 'empty', 'empty filter expression'],
		['a', 'syntax', 'invalid or incomplete filter expression'],
		['a =', 'syntax', 'invalid or incomplete filter expression'],
		['a = 1 &&', 'syntax', 'invalid or incomplete filter expression'],
		['a = 1 && b', 'syntax', 'invalid or incomplete filter expression'],
		['a = 1 b', 'syntax', 'expected && or ||, got "b" (identifier)'],
		['a b', 'syntax', 'expected a sign operator, got "b" (identifier)'],
		[
			'> 1',
			'syntax',
			'expected left operand (identifier, function, text or number), got ">" (sign)',
		],
		['a > >', 'syntax', 'expected right operand'],
		[
			'a = &&',
			'syntax',
			'expected right operand (identifier, function text or number), got "&&" (join)',
		],
		['a = )', 'syntax', `unexpected character ')'`],
		['a, b', 'syntax', `unexpected character ','`],
		["(a=1 // it's\n)", 'syntax', 'invalid quoted text'],
		['(a=1 // x)\n && b=2)', 'syntax', `unexpected character ')'`],
		['(a = )', 'syntax', 'invalid or incomplete filter expression'],
		["a b = 'x", 'syntax', 'expected a sign operator, got "b" (identifier)'],
		['(a = 1', 'syntax', 'invalid formatted group - missing 1 closing bracket(s)'],
		['a = 1)', 'syntax', `unexpected character ')'`],
		['a = (b = 1)', 'syntax', 'expected right operand'],
		['(a = 1) (b = 2)', 'syntax', 'expected && or ||, got "b = 2" (group)'],
		['f(a b) = 1', 'syntax', 'expected comma after the last argument in function "f"'],
		['f(,a) = 1', 'syntax', `unexpected character ','`],
		['f(a', 'syntax', `invalid or incomplete function "f" (expected ')')`],
		['f(a = 1) = 1', 'syntax', 'expected comma after the last argument in function "f"'],
		['f(g(h(i(1)))) = 1', 'too_deep', 'max nested function arguments reached (max: 3)'],
	])('refuses %j', (source, code, message) => {
		expect(() => parseFilter(source)).toThrow(
			expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
		);
	});

	it('allows 200 comparisons and no more', () => {
		const many = (n: number): string => Array(n).fill('a=1').join('||');
		expect(codeOf(many(LIMITS.comparisons))).toBe('none');
		expect(codeOf(many(LIMITS.comparisons + 1))).toBe('too_many');
	});

	it('allows 200 open parentheses and no more', () => {
		const nested = (n: number): string => '('.repeat(n) + 'a=1' + ')'.repeat(n);
		expect(codeOf(nested(LIMITS.depth))).toBe('none');
		expect(codeOf(nested(LIMITS.depth + 1))).toBe('too_deep');
		expect(codeOf('('.repeat(1_000_000))).toBe('syntax');
	});

	it('reads back what it printed', () => {
		const identifier = fc.stringMatching(/^[a-z@_][a-z0-9_.]{0,8}[a-z0-9]$/);
		const leaf: fc.Arbitrary<OperandAst> = fc.oneof(
			identifier.map((name) => ({ kind: 'identifier' as const, name })),
			fc
				.string({ unit: 'grapheme', maxLength: 12 })
				.filter((value) => !value.includes('\0'))
				.map((value) => ({ kind: 'text' as const, value })),
			fc.integer({ min: -9999, max: 9999 }).map((value) => ({
				kind: 'number' as const,
				value,
				literal: String(value),
			})),
		);
		const operand: fc.Arbitrary<OperandAst> = fc.oneof(
			{ weight: 5, arbitrary: leaf },
			fc.tuple(identifier, fc.array(leaf, { maxLength: 3 })).map(([name, args]) => ({
				kind: 'call' as const,
				name,
				args,
			})),
		);
		const { tree } = fc.letrec<{ tree: FilterAst; list: FilterAst[] }>((tie) => ({
			tree: fc.oneof(
				{ depthSize: 'small' },
				fc.record({
					kind: fc.constant('comparison' as const),
					left: operand,
					sign: fc.constantFrom(...SIGNS),
					any: fc.boolean(),
					right: operand,
				}),
				fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), items: tie('list') }),
			),
			list: fc.array(tie('tree'), { minLength: 2, maxLength: 4 }),
		}));
		fc.assert(
			fc.property(tree, (ast) => {
				expect(parseFilter(printFilter(ast))).toEqual(ast);
			}),
			{ numRuns: 500 },
		);
	});

	it('answers any text with a tree or a FilterError', () => {
		const piece = fc.constantFrom(
			...['a', '@request.auth.id', '(', ')', '&&', '||', '=', '?=', '!~', "'x'", '"', "'", '\\'],
			...[' ', '\n', '//', '1', '-', '.5', ',', 'f(', '\0', '__proto__', 'constructor.prototype'],
			...['\ud800', '💥', '%', '{:x}', '[[id]]', '`', ';--'],
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.array(piece, { maxLength: 40 }).map((list) => list.join('')),
					fc.string(),
				),
				(source) => {
					expect(codeOf(source)).not.toBe('other');
				},
			),
			{ numRuns: 3000 },
		);
	});
});
