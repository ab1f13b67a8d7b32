import { describe, expect, it } from 'vitest';
import { JsonText } from '../../../../pb/core/fields/index.ts';
import type { UploadedFile } from '../../../../pb/core/index.ts';
import { createDraft, loadInput } from '../../../../pb/core/records/draft.ts';
import { collectionOf, usersOf } from './fixtures.ts';

const posts = collectionOf('posts', [
	{ name: 'title', type: 'text', autogeneratePattern: '[0-9]{3}' },
	{ name: 'n', type: 'number' },
	{ name: 'tags', type: 'select', values: ['a', 'b', 'c', 'd'], maxSelect: 4 },
	{ name: 'docs', type: 'file', maxSelect: 3 },
	{ name: 'secret', type: 'text', hidden: true },
	{ name: 'meta', type: 'json' },
	{ name: 'created', type: 'autodate', onCreate: true },
	{ name: '__proto__', type: 'text' },
]);

const stored = (values: Record<string, unknown> = {}) => {
	const draft = createDraft(posts, undefined);
	return createDraft(posts, {
		...draft.data,
		id: 'abc',
		n: 10,
		tags: ['b'],
		docs: ['old.txt'],
		secret: 's',
		...values,
	});
};

const upload = (name: string): UploadedFile => ({
	originalName: name,
	name,
	size: 1,
	open: () => {
		throw new Error('unused');
	},
	bytes: async () => new Uint8Array(1),
});

describe('loadInput', () => {
	const cases: [string, Record<string, unknown>, Record<string, unknown>][] = [
		['a plain value', { title: 'x' }, { title: 'x' }],
		['a number as text', { n: '5' }, { n: 5 }],
		['number+', { 'n+': 5 }, { n: 15 }],
		['number-', { 'n-': 1 }, { n: 9 }],
		['the base value before its modifier', { 'n-': 5, n: 1, 'n+': 2 }, { n: -2 }],
		['append', { 'tags+': ['c', 'b'] }, { tags: ['b', 'c'] }],
		['prepend', { '+tags': 'a' }, { tags: ['a', 'b'] }],
		['remove', { 'tags-': 'b' }, { tags: [] }],
		['a file name removed', { 'docs-': 'old.txt' }, { docs: [] }],
		['an autodate is ignored', { created: '2020-01-01 00:00:00.000Z' }, { created: '' }],
		['unknown keys', { nope: 1, expand: 'x' }, {}],
	];
	it.each(cases)('%s', (_name, values, expected) => {
		const draft = stored();
		loadInput(draft, { values }, true);
		expect(draft.data).toMatchObject(expected);
	});

	it('generates with the value as prefix', () => {
		const draft = stored();
		loadInput(draft, { values: { 'title:autogenerate': 'no-' } }, true);
		expect(draft.data['title']).toMatch(/^no-[0-9]{3}$/);
	});

	it('shows rules the resolved values under the names of the fields, and unknown keys as sent', () => {
		const body = loadInput(
			stored(),
			{ values: { 'n+': 1, nope: { a: 1 }, meta: { b: 1 } } },
			false,
		);
		expect({ ...body }).toEqual({ n: 11, nope: { a: 1 }, meta: new JsonText('{"b":1}') });
	});

	it('keeps hidden fields from those who may not set them, also by modifier', () => {
		const draft = stored();
		const body = loadInput(draft, { values: { secret: 'x', 'secret:autogenerate': 'y' } }, false);
		expect(draft.data['secret']).toBe('s');
		expect(Object.keys(body)).toEqual([]);
		loadInput(draft, { values: { secret: 'x' } }, true);
		expect(draft.data['secret']).toBe('x');
	});

	it('lets everyone set the password of an auth record, hidden as it is', () => {
		const draft = createDraft(usersOf(), undefined);
		const body = loadInput(draft, { values: { password: 'secret12', tokenKey: 'k' } }, false);
		expect(body['password']).toBe('secret12');
		expect(draft.data['password']).toMatchObject({ plain: 'secret12' });
		expect(draft.data['tokenKey']).toBe('');
	});

	it('sets, appends and prepends uploads; names beside them are kept', () => {
		const load = (values: Record<string, unknown>, key: string) => {
			const draft = stored();
			const body = loadInput(
				draft,
				{ values, files: new Map([[key, [upload('new.txt')]]]) },
				false,
			);
			return body['docs'];
		};
		expect(load({}, 'docs')).toEqual(['new.txt']);
		expect(load({ docs: ['old.txt'] }, 'docs')).toEqual(['old.txt', 'new.txt']);
		expect(load({ docs: '["old.txt"]' }, 'docs')).toEqual(['old.txt', 'new.txt']);
		expect(load({}, 'docs+')).toEqual(['old.txt', 'new.txt']);
		expect(load({}, '+docs')).toEqual(['new.txt', 'old.txt']);
		expect(load({}, 'title')).toBeUndefined();
	});

	it('treats __proto__ as a key like any other', () => {
		const draft = stored();
		const values = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, unknown>;
		const body = loadInput(draft, { values }, false);
		expect(Object.keys(draft.data)).toContain('__proto__');
		expect(Object.getOwnPropertyDescriptor(draft.data, '__proto__')?.value).toBe('x');
		expect(Object.keys(body).sort()).toEqual(['__proto__', 'constructor']);
	});

	it('leaves the stored values alone', () => {
		const draft = stored({ meta: new JsonText('[1]') });
		loadInput(draft, { values: { title: 'x', meta: [2], 'tags+': 'c' } }, false);
		expect(draft.original).toMatchObject({ title: '', tags: ['b'], meta: new JsonText('[1]') });
	});
});
