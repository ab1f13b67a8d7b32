import { describe, expect, it } from 'vitest';
import { codeFrame, placeAt, placeOf, placeOfImport } from '#lib/server/preview/compile/frame.ts';

const source = 'one\n\ttwo\nthree\nfour\nfive\nsix';

describe('codeFrame', () => {
	it('shows two lines on both sides and a caret under the place, tabs as two spaces', () => {
		expect(codeFrame(source, { line: 2, column: 2 })).toBe(
			['1 | one', '2 |   two', '  |   ^', '3 | three', '4 | four'].join('\n'),
		);
		expect(codeFrame(source, { line: 6, column: 4 })).toBe(
			['4 | four', '5 | five', '6 | six', '  |    ^'].join('\n'),
		);
	});

	it('cuts long lines and leaves a caret out that would be beyond', () => {
		const frame = codeFrame('x'.repeat(10_000), { line: 1, column: 9000 });
		expect(frame).toBe(`1 | ${'x'.repeat(160)}`);
	});
});

describe('places', () => {
	it.each([
		[0, { line: 1, column: 1 }],
		[3, { line: 1, column: 4 }],
		[4, { line: 2, column: 1 }],
		[5, { line: 2, column: 2 }],
		[source.length, { line: 6, column: 4 }],
	])('of offset %i', (offset, place) => {
		expect(placeAt(source, offset)).toEqual(place);
	});

	it('of a text', () => {
		expect(placeOf(source, 'three')).toEqual({ line: 3, column: 1 });
		expect(placeOf(source, 'seven')).toBeUndefined();
		expect(placeOf(source, '')).toBeUndefined();
	});

	it('of an import, not of the same words elsewhere', () => {
		const code = `// './x' is read\nconst a = './x';\nimport b from './x';`;
		expect(placeOfImport(code, './x')).toEqual({ line: 3, column: 15 });
		expect(placeOfImport(`await import("./y")`, './y')).toEqual({ line: 1, column: 14 });
		expect(placeOfImport('h1 { background: url(./z.png) }', './z.png')).toEqual({
			line: 1,
			column: 22,
		});
	});
});
