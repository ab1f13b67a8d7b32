import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../../../pb/core/collections/index.ts';
import type { BaseCollection } from '../../../../pb/core/collections/index.ts';
import { checkField, fieldToWire, goJson, parseField } from '../../../../pb/core/fields/index.ts';

const blank: BaseCollection = {
	type: 'base',
	id: 'c1',
	name: 'c1',
	system: false,
	fields: [],
	indexes: [],
	listRule: null,
	viewRule: null,
	createRule: null,
	updateRule: null,
	deleteRule: null,
	created: '',
	updated: '',
};
const view = { ...blank, type: 'view' as const, id: 'v1', name: 'v1', viewQuery: '' };

async function check(input: object, over: Partial<{ original: BaseCollection }> = {}) {
	const field = parseField({ id: 'f1', name: 'title', ...input });
	const collection = { ...blank, fields: [field] };
	return checkField(field, {
		collection,
		original: over.original,
		catalog: createCatalog([blank, view], 1),
	});
}

describe('parseField', () => {
	it('fills in every option of its type', () => {
		expect(goJson(fieldToWire(parseField({ type: 'file', name: 'a', unknown: 1 })))).toBe(
			'{"help":"","hidden":false,"id":"","maxSelect":0,"maxSize":0,"mimeTypes":null,"name":"a","presentable":false,"protected":false,"required":false,"system":false,"thumbs":null,"type":"file"}',
		);
		expect(
			goJson(fieldToWire(parseField({ type: 'autodate', name: 'a', onCreate: true, help: 'x' }))),
		).toBe(
			'{"hidden":false,"id":"","name":"a","onCreate":true,"onUpdate":false,"presentable":false,"system":false,"type":"autodate"}',
		);
	});

	it.each([
		[null],
		[[]],
		[{}],
		[{ type: 'toString' }],
		[{ type: 'text', name: 1 }],
		[{ type: 'text', min: 1.5 }],
		[{ type: 'text', required: 'yes' }],
		[{ type: 'select', values: [1] }],
		[{ type: 'select', values: 'a' }],
		[{ type: 'number', min: '1' }],
	])('refuses %j', (input) => {
		expect(() => parseField(input)).toThrow(expect.objectContaining({ name: 'DecodeError' }));
	});
});

describe('checkField', () => {
	it.each([
		[{ type: 'text', id: '' }, { id: 'validation_required' }],
		[{ type: 'text', id: 'x'.repeat(101) }, { id: 'validation_length_out_of_range' }],
		[{ type: 'text', name: '' }, { name: 'validation_required' }],
		[{ type: 'text', name: 'a b' }, { name: 'validation_match_invalid' }],
		[{ type: 'text', name: 'expand' }, { name: 'validation_not_in_invalid' }],
		[{ type: 'text', name: 'a_VIA_b' }, { name: 'validation_found_via' }],
		[{ type: 'text', name: 'ä' }, { name: 'validation_match_invalid' }],
		[{ type: 'text', help: 'x'.repeat(301) }, { help: 'validation_length_out_of_range' }],
		[{ type: 'text', min: -1 }, { min: 'validation_min_greater_equal_than_required' }],
		[{ type: 'text', min: 5, max: 3 }, { max: 'validation_min_greater_equal_than_required' }],
		[{ type: 'text', pattern: '(' }, { pattern: 'validation_invalid_regex' }],
		[
			{ type: 'text', autogeneratePattern: '^a' },
			{ autogeneratePattern: 'validation_invalid_autogenerate_pattern' },
		],
		[
			{ type: 'text', autogeneratePattern: '[a-z]{3}', min: 4 },
			{ autogeneratePattern: 'validation_invalid_autogenerate_pattern_value' },
		],
		[
			{ type: 'text', primaryKey: true },
			{
				name: 'validation_in_invalid',
				pattern: 'validation_required',
				required: 'validation_required',
			},
		],
		[
			{ type: 'number', onlyInt: true, min: 1.5, max: 2.5 },
			{ min: 'validation_only_int_constraint', max: 'validation_only_int_constraint' },
		],
		[{ type: 'number', min: 3, max: 2 }, { max: 'validation_min_number_constraint' }],
		[{ type: 'email', onlyDomains: ['nope'] }, { onlyDomains: { 0: 'validation_is_domain' } }],
		[
			{ type: 'email', onlyDomains: ['a.com'], exceptDomains: ['b.com'] },
			{ onlyDomains: 'validation_empty', exceptDomains: 'validation_empty' },
		],
		[{ type: 'autodate' }, { onCreate: 'validation_required', onUpdate: 'validation_required' }],
		[{ type: 'select' }, { values: 'validation_required' }],
		[
			{ type: 'select', values: ['a'], maxSelect: 2 },
			{ maxSelect: 'validation_max_less_equal_than_required' },
		],
		[{ type: 'json', maxSize: -1 }, { maxSize: 'validation_min_greater_equal_than_required' }],
		[
			{ type: 'password', min: 72, cost: 3 },
			{
				min: 'validation_max_less_equal_than_required',
				cost: 'validation_min_greater_equal_than_required',
			},
		],
		[
			{ type: 'file', thumbs: ['0x0', '10x10', 'x'] },
			{ thumbs: { 0: 'validation_not_in_invalid', 2: 'validation_match_invalid' } },
		],
		[{ type: 'relation' }, { collectionId: 'validation_required' }],
		[
			{ type: 'relation', collectionId: 'gone' },
			{ collectionId: 'validation_field_relation_missing_collection' },
		],
		[
			{ type: 'relation', collectionId: 'v1' },
			{ collectionId: 'validation_relation_field_non_view_base_collection' },
		],
		[{ type: 'relation', collectionId: 'c1', minSelect: 2 }, { maxSelect: 'validation_required' }],
		[
			{ type: 'relation', collectionId: 'c1', minSelect: 2, maxSelect: 1 },
			{ maxSelect: 'validation_min_greater_equal_than_required' },
		],
		[{ type: 'password', min: 1, max: 71, cost: 4 }, undefined],
		[{ type: 'password', min: 71, max: 71, cost: 31 }, undefined],
		[{ type: 'select', values: ['a', 'b'], maxSelect: 2 }, undefined],
		[{ type: 'text', min: 3, max: 3 }, undefined],
		[{ type: 'bool' }, undefined],
		[{ type: 'geoPoint' }, undefined],
	])('%j gives %j', async (input, expected) => {
		const codes = (issues: object | undefined): unknown =>
			issues &&
			('code' in issues
				? issues.code
				: Object.fromEntries(
						Object.entries(issues).map(([key, value]) => [key, codes(value as object)]),
					));
		expect(codes(await check(input))).toEqual(expected);
	});

	it('keeps the target of a relation', async () => {
		const old = parseField({ id: 'f1', name: 'title', type: 'relation', collectionId: 'other' });
		const issues = await check(
			{ type: 'relation', collectionId: 'c1' },
			{ original: { ...blank, fields: [old] } },
		);
		expect(issues).toMatchObject({ collectionId: { code: 'validation_field_relation_change' } });
	});

	it('keeps the triggers of a system autodate', async () => {
		const old = parseField({
			id: 'f1',
			name: 'title',
			type: 'autodate',
			system: true,
			onCreate: true,
		});
		const issues = await check(
			{ type: 'autodate', system: true, onCreate: true, onUpdate: true },
			{ original: { ...blank, fields: [old] } },
		);
		expect(issues).toMatchObject({ onUpdate: { code: 'validation_values_mismatch' } });
	});
});
