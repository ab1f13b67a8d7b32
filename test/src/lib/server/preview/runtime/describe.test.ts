import { describe, expect, it } from 'vitest';
import { describe as say } from '#lib/server/preview/runtime/describe.ts';

const circular: Record<string, unknown> = { name: 'loop' };
circular['self'] = circular;

describe('describe', () => {
	it.each([
		['text', 'text'],
		[1, '1'],
		[null, 'null'],
		[undefined, 'undefined'],
		[10n, '10'],
		[Symbol('x'), 'Symbol(x)'],
		[['a', 1], "['a', 1]"],
		[{ a: [1, { b: 'c' }] }, "{ a: [1, { b: 'c' }] }"],
		[{}, '{}'],
		[new Date(0), '1970-01-01T00:00:00.000Z'],
		[new Date(Number.NaN), 'Invalid Date'],
		[Object.assign(Object.create(null) as object, { a: 1 }), '{ a: 1 }'],
		[new Map([['a', 1]]), 'Map {}'],
		[circular, "{ name: 'loop', self: [circular] }"],
		[{ a: { b: { c: { d: { e: 1 } } } } }, '{ a: { b: { c: { d: {…} } } } }'],
		[Array.from({ length: 60 }, () => 0), `[${'0, '.repeat(50)}…]`],
	])('says value %#', (value, text) => {
		expect(say(value)).toBe(text);
	});

	it('says an error with its stack', () => {
		const text = say(new TypeError('bad'));
		expect(text).toMatch(/^TypeError: bad\n {4}at /);
	});

	it('never throws and never says more than 8000 characters', () => {
		const trap = {
			get bad(): string {
				throw new Error('no');
			},
		};
		expect(say(trap)).toBe('[unreadable]');
		const hostile = new Proxy(
			{},
			{
				ownKeys: () => {
					throw new Error('no');
				},
			},
		);
		expect(say(hostile)).toBe('[unreadable]');
		expect(say('x'.repeat(100_000))).toHaveLength(8000);
		expect(say({ a: 'x'.repeat(100_000) })).toHaveLength(8000);
	});
});
