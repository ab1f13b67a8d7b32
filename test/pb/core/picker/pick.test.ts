import { describe, expect, it } from 'vitest';
import { JsonText } from '../../../../pb/core/fields/index.ts';
import { pickFields } from '../../../../pb/core/picker/index.ts';

const record = {
	id: 'r1',
	body: '<p>Hello <b>big</b></p><p>world &amp; all</p>',
	tags: ['a', 'b'],
	expand: { rel: { id: 'x', name: 'n' }, many: [{ id: 'y', name: 'm' }] },
};

describe('pickFields', () => {
	it.each([
		['id', { id: 'r1' }],
		['id,tags', { id: 'r1', tags: ['a', 'b'] }],
		['missing', {}],
		['expand.rel.name', { expand: { rel: { name: 'n' } } }],
		['expand.*.id', { expand: {} }],
		[
			'expand.many.id, expand.rel',
			{ expand: { rel: { id: 'x', name: 'n' }, many: [{ id: 'y' }] } },
		],
		['*,expand.rel.id', { ...record, expand: { rel: { id: 'x' } } }],
		['body:excerpt(8)', { body: 'Hello bi' }],
		['body:excerpt(8,true)', { body: 'Hello bi...' }],
		['body:excerpt(100)', { body: 'Hello big world & all' }],
		['id:excerpt(1),tags:excerpt(1)', { id: 'r', tags: ['a', 'b'] }],
		['', record],
	])('%s', (fields, expected) => {
		expect(pickFields(record, fields)).toEqual(expected);
	});

	it('looks into the text of a json field', () => {
		const value = { meta: new JsonText('{"a":1,"b":{"c":2}}'), id: 'x' };
		expect(pickFields(value, 'meta.b')).toEqual({ meta: { b: { c: 2 } } });
		expect(pickFields({ meta: new JsonText('1') }, 'meta.b')).toEqual({ meta: 1 });
	});

	it('picks lists item by item and leaves lists of other values', () => {
		expect(pickFields([{ a: 1, b: 2 }, { b: 3 }], 'a')).toEqual([{ a: 1 }, {}]);
		expect(pickFields([1, 2], 'a')).toEqual([1, 2]);
	});

	it.each(['id:excerpt', 'id:excerpt()', 'id:excerpt(0)', 'id:excerpt(1,true,3)', 'id:upper()'])(
		'refuses %s',
		(fields) => {
			expect(() => pickFields(record, fields)).toThrow('Invalid fields modifier.');
		},
	);

	it.each([
		['a<script>x</script>b', 'ab'],
		['a <3 b', 'a <3 b'],
		['<div>a</div><div>b</div>', 'a b'],
		['<span>a</span><em>b</em>', 'ab'],
		['x<!-- y -->z', 'xz'],
		['<p title="a>b">c', 'c'],
		['😀😀😀', '😀😀😀'],
		['&#65;&#x42;&nope;', 'AB&nope;'],
	])('reads %s as text', (html, text) => {
		expect(pickFields({ html }, 'html:excerpt(50)')).toEqual({ html: text });
	});
});
