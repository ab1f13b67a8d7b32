import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../../../pb/core/collections/index.ts';
import type { BaseCollection } from '../../../../pb/core/collections/index.ts';
import { JsonText, kindOf, parseField, PasswordValue } from '../../../../pb/core/fields/index.ts';
import type { ValidateContext } from '../../../../pb/core/fields/index.ts';
import type { UploadedFile } from '../../../../pb/core/files/types.ts';
import type { Reader, Row } from '../../../../pb/store/index.ts';
import { Readable } from 'node:stream';

const target: BaseCollection = {
	type: 'base',
	id: 'target_id',
	name: 'target',
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

function context(row?: Row, over: Partial<ValidateContext> = {}): ValidateContext {
	const reader: Reader = { get: async () => row, all: async () => (row ? [row] : []) };
	return {
		collection: target,
		catalog: createCatalog([target], 1),
		reader,
		record: {},
		isNew: true,
		...over,
	};
}

const upload = (
	name: string,
	bytes: string | Buffer,
	size = Buffer.byteLength(bytes),
): UploadedFile => ({
	originalName: name,
	name,
	size,
	open: () => Readable.from([Buffer.from(bytes)]),
	bytes: async () => Buffer.from(bytes),
});

const field = (type: string, options: object = {}) => parseField({ type, name: 'f', ...options });

describe('normal values', () => {
	it.each([
		['text', {}, 12.5, '12.5'],
		['text', {}, true, 'true'],
		['text', {}, null, ''],
		['text', {}, { a: 1 }, ''],
		['text', {}, 1e21, '1000000000000000000000'],
		['text', {}, 1e-7, '0.0000001'],
		['number', {}, '12.50', 12.5],
		['number', {}, ' 12', 0],
		['number', {}, '0x10', 0],
		['number', {}, true, 1],
		['number', {}, [1], 0],
		['bool', {}, 'T', true],
		['bool', {}, 'yes', false],
		['bool', {}, 2, true],
		['date', {}, '2022-06-25 11:03:45.1234Z', '2022-06-25 11:03:45.123Z'],
		['date', {}, '2022-06-25T11:03:45+02:30', '2022-06-25 08:33:45.000Z'],
		['date', {}, '2022-06-25', '2022-06-25 00:00:00.000Z'],
		['date', {}, 'Mon, 02 Jan 2006 15:04:05 -0700', '2006-01-02 22:04:05.000Z'],
		['date', {}, '2022-02-30', ''],
		['date', {}, 1656155025, ''],
		['date', {}, '0001-01-01 00:00:00.000Z', ''],
		['select', { values: ['a', 'b'] }, ['a', 'b'], 'b'],
		['select', { values: ['a', 'b'], maxSelect: 2 }, 'a', ['a']],
		['select', { values: ['a', 'b'], maxSelect: 2 }, '["a","b","a",""]', ['a', 'b']],
		['select', { values: ['a', 'b'], maxSelect: 2 }, '[broken', ['[broken']],
		['relation', { maxSelect: 3 }, [1, 'x', null], ['1', 'x']],
		['relation', { maxSelect: 3 }, [{}, 'x'], []],
		['file', {}, ['a.png', 'b.png'], 'b.png'],
		['file', { maxSelect: 5 }, ['a.png', 'a.png', ''], ['a.png']],
		['geoPoint', {}, '{"lon":1.5,"lat":2}', { lon: 1.5, lat: 2 }],
		['geoPoint', {}, { Lon: 5, LAT: 6 }, { lon: 5, lat: 6 }],
		['geoPoint', {}, { lon: 1, Lon: 2, lat: '3' }, { lon: 1, lat: 0 }],
		['geoPoint', {}, '{"lon":1,"Lon":2}', { lon: 2, lat: 0 }],
		['geoPoint', {}, 'nonsense', { lon: 0, lat: 0 }],
		['geoPoint', {}, null, { lon: 0, lat: 0 }],
		['autodate', {}, '2022-06-25 11:03:45.123Z', '2022-06-25 11:03:45.123Z'],
	])('%s %j takes %j as %j', (type, options, raw, expected) => {
		const it = field(type, options);
		expect(kindOf(it).normalise(it, raw)).toEqual(expected);
	});

	it.each([
		['', '""'],
		['123', '123'],
		['null', 'null'],
		['true', 'true'],
		['"x"', '"x"'],
		['[1, 2]', '[1, 2]'],
		['{broken', '"{broken"'],
		['plain text', '"plain text"'],
		[{ b: '<', a: [1, null] }, '{"a":[1,null],"b":"\\u003c"}'],
		[12.5, '12.5'],
		[false, 'false'],
	])('json takes %j as the text %s', (raw, text) => {
		const json = field('json');
		const value = kindOf(json).normalise(json, raw);
		expect(value).toEqual(new JsonText(text));
		expect(kindOf(json).toColumn(json, value)).toBe(text);
	});

	it('keeps SQL NULL and the JSON text null apart', () => {
		const json = field('json');
		const kind = kindOf(json);
		expect(kind.normalise(json, null)).toBeNull();
		expect(kind.toColumn(json, null)).toBeNull();
		expect(kind.fromColumn(json, 'null')).toEqual(new JsonText('null'));
	});
});

describe('columns', () => {
	it.each([
		['text', {}, null, ''],
		['number', {}, null, 0],
		['number', {}, 7n, 7],
		['number', {}, '3.5', 3.5],
		['bool', {}, 1, true],
		['bool', {}, null, false],
		['bool', {}, 'true', true],
		['select', { values: ['a'], maxSelect: 2 }, null, []],
		['select', { values: ['a'], maxSelect: 2 }, 'a', ['a']],
		['relation', {}, '["x","y"]', 'y'],
		['date', {}, '2022-01-01 10:00:00', '2022-01-01 10:00:00.000Z'],
		['json', {}, 123, new JsonText('123')],
		['json', {}, 12345678901234567890n, new JsonText('12345678901234567890')],
		['json', {}, Buffer.from('{"a":1}'), new JsonText('{"a":1}')],
		['geoPoint', {}, '{"lon":1,"lat":2}', { lon: 1, lat: 2 }],
		['geoPoint', {}, null, { lon: 0, lat: 0 }],
		['password', {}, '$2a$10$x', new PasswordValue('', '$2a$10$x')],
	])('%s %j reads the column value %o', (type, options, stored, expected) => {
		const it = field(type, options);
		expect(kindOf(it).fromColumn(it, stored)).toEqual(expected);
	});

	it.each([
		['text', {}, "TEXT DEFAULT '' NOT NULL"],
		[
			'text',
			{ primaryKey: true },
			"TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL",
		],
		['number', {}, 'NUMERIC DEFAULT 0 NOT NULL'],
		['bool', {}, 'BOOLEAN DEFAULT FALSE NOT NULL'],
		['json', {}, 'JSON DEFAULT NULL'],
		['geoPoint', {}, `JSON DEFAULT '{"lon":0,"lat":0}' NOT NULL`],
		['select', { maxSelect: 1 }, "TEXT DEFAULT '' NOT NULL"],
		['select', { maxSelect: 2 }, "JSON DEFAULT '[]' NOT NULL"],
		['relation', { maxSelect: 2 }, "JSON DEFAULT '[]' NOT NULL"],
		['file', { maxSelect: 2 }, "JSON DEFAULT '[]' NOT NULL"],
		['password', {}, "TEXT DEFAULT '' NOT NULL"],
	])('%s %j is declared %s', (type, options, ddl) => {
		const it = field(type, options);
		expect(kindOf(it).column(it)).toBe(ddl);
	});

	it('writes lists and points in the form PocketBase writes', () => {
		const many = field('select', { values: ['a', '<'], maxSelect: 2 });
		expect(kindOf(many).toColumn(many, ['a', '<'])).toBe('["a","\\u003c"]');
		const point = field('geoPoint');
		expect(kindOf(point).toColumn(point, { lat: 2, lon: 1 })).toBe('{"lon":1,"lat":2}');
	});
});

const required = { code: 'validation_required', message: 'Cannot be blank.' };

describe('checks of values', () => {
	it.each([
		['text', { required: true }, '', required],
		[
			'text',
			{ min: 3 },
			'ab',
			{
				code: 'validation_min_text_constraint',
				message: 'Must be at least 3 character(s).',
				params: { min: 3 },
			},
		],
		[
			'text',
			{ max: 2 },
			'😀😀😀',
			{
				code: 'validation_max_text_constraint',
				message: 'Must be no more than 2 character(s).',
				params: { max: 2 },
			},
		],
		['text', { max: 3 }, '😀😀😀', undefined],
		[
			'text',
			{},
			'x'.repeat(5001),
			{
				code: 'validation_max_text_constraint',
				message: 'Must be no more than 5000 character(s).',
				params: { max: 5000 },
			},
		],
		[
			'text',
			{ pattern: '^[a-c]+$' },
			'abd',
			{ code: 'validation_invalid_format', message: 'Invalid value format.' },
		],
		['text', { pattern: '^(a|b)+c?$' }, 'abc', undefined],
		['number', { required: true }, 0, required],
		['number', { min: 5 }, 0, undefined],
		[
			'number',
			{ min: 5 },
			4,
			{
				code: 'validation_min_number_constraint',
				message: 'Must be greater or equal than 5.',
				params: { min: 5 },
			},
		],
		[
			'number',
			{ max: 5 },
			6,
			{
				code: 'validation_max_number_constraint',
				message: 'Must be less or equal than 5.',
				params: { max: 5 },
			},
		],
		[
			'number',
			{ max: 1_000_000 },
			2_000_000,
			{
				code: 'validation_max_number_constraint',
				message: 'Must be less or equal than 1e+06.',
				params: { max: 1_000_000 },
			},
		],
		[
			'number',
			{ onlyInt: true },
			1e20,
			{ code: 'validation_only_int_constraint', message: 'Decimal numbers are not allowed.' },
		],
		[
			'number',
			{ onlyInt: true },
			1.5,
			{ code: 'validation_only_int_constraint', message: 'Decimal numbers are not allowed.' },
		],
		[
			'number',
			{},
			Infinity,
			{
				code: 'validation_not_a_number',
				message: 'The submitted number is not properly formatted.',
			},
		],
		['bool', { required: true }, false, required],
		[
			'email',
			{},
			'nobody',
			{ code: 'validation_is_email', message: 'Must be a valid email address.' },
		],
		[
			'email',
			{ onlyDomains: ['a.com'] },
			'x@b.com',
			{ code: 'validation_email_domain_not_allowed', message: 'Email domain is not allowed.' },
		],
		[
			'email',
			{ exceptDomains: ['a.com'] },
			'x@a.com',
			{ code: 'validation_email_domain_not_allowed', message: 'Email domain is not allowed.' },
		],
		['email', { onlyDomains: ['a.com'] }, 'x@a.com', undefined],
		['url', {}, 'no url', { code: 'validation_invalid_url', message: 'Must be a valid url.' }],
		[
			'url',
			{ onlyDomains: ['a.com'] },
			'https://a.com:80/x',
			{ code: 'validation_url_domain_not_allowed', message: 'Url domain is not allowed.' },
		],
		['url', {}, 'https://a.com/x', undefined],
		[
			'editor',
			{ maxSize: 3 },
			'öö',
			{
				code: 'validation_content_size_limit',
				message: 'The maximum allowed content size is 3 bytes.',
				params: { maxSize: 3 },
			},
		],
		['date', { required: true }, '', required],
		[
			'date',
			{ min: '2022-01-01 00:00:00.000Z' },
			'2021-12-31 23:59:59.999Z',
			{
				code: 'validation_min_greater_equal_than_required',
				message: 'Must be no less than 2022-01-01 00:00:00 +0000 UTC.',
				params: { threshold: '2022-01-01T00:00:00Z' },
			},
		],
		['select', { values: ['a'], required: true }, '', required],
		[
			'select',
			{ values: ['a'] },
			'b',
			{ code: 'validation_invalid_value', message: 'Invalid value b.', params: { value: 'b' } },
		],
		[
			'select',
			{ values: ['a', 'b', 'c'], maxSelect: 2 },
			['a', 'b', 'c'],
			{
				code: 'validation_too_many_values',
				message: 'Select no more than 2.',
				params: { maxSelect: 2 },
			},
		],
		['json', { required: true }, new JsonText('{}'), required],
		[
			'json',
			{ maxSize: 5 },
			new JsonText('[1,2,3]'),
			{
				code: 'validation_json_size_limit',
				message: 'The maximum allowed JSON size is 5 bytes.',
				params: { maxSize: 5 },
			},
		],
		[
			'json',
			{},
			new JsonText('{'),
			{ code: 'validation_invalid_json', message: 'Must be a valid json value.' },
		],
		['geoPoint', { required: true }, { lon: 0, lat: 0 }, required],
		[
			'geoPoint',
			{},
			{ lon: 0, lat: 91 },
			{
				code: 'validation_invalid_latitude',
				message: 'Latitude must be between -90 and 90 degrees.',
			},
		],
		[
			'geoPoint',
			{},
			{ lon: -181, lat: 1 },
			{
				code: 'validation_invalid_longitude',
				message: 'Longitude must be between -180 and 180 degrees.',
			},
		],
		['password', { required: true }, new PasswordValue('', ''), required],
		['password', { required: true }, new PasswordValue('', '$2a$'), undefined],
		[
			'password',
			{ min: 8 },
			new PasswordValue('1234567', ''),
			{ code: 'validation_min_text_constraint', message: 'Must be at least 8 character(s).' },
		],
		[
			'password',
			{},
			new PasswordValue('x'.repeat(72), ''),
			{ code: 'validation_max_text_constraint', message: 'Must be less than 71 character(s).' },
		],
		[
			'relation',
			{ collectionId: 'gone' },
			'a',
			{
				code: 'validation_missing_rel_collection',
				message: 'Relation connection is missing or cannot be accessed.',
			},
		],
		[
			'relation',
			{ collectionId: 'target_id', maxSelect: 5, minSelect: 2 },
			['a'],
			{
				code: 'validation_not_enough_values',
				message: 'Select at least 2.',
				params: { minSelect: 2 },
			},
		],
	])('%s %j with %o', async (type, options, value, expected) => {
		const it = field(type, options);
		expect(await kindOf(it).validate(it, value, context())).toEqual(expected);
	});

	it('counts the records a relation names', async () => {
		const relation = field('relation', { collectionId: 'target_id', maxSelect: 2 });
		const check = (total: number) =>
			kindOf(relation).validate(relation, ['a', 'b'], context({ total }));
		expect(await check(2)).toBeUndefined();
		expect(await check(1)).toEqual({
			code: 'validation_missing_rel_records',
			message: 'Failed to find all relation records with the provided ids.',
		});
	});

	it.each([
		['a.b', 'validation_forbidden_pk_character'],
		['con', 'validation_reserved_pk'],
		['Nul', 'validation_reserved_pk'],
		['fine', undefined],
	])('the id %s of a loose pattern gives %s', async (id, code) => {
		const pk = parseField({ type: 'text', name: 'id', primaryKey: true, pattern: '^.+$' });
		expect((await kindOf(pk).validate(pk, id, context()))?.code).toBe(code);
		expect((await kindOf(pk).validate(pk, id, context({ 1: 1 })))?.code).toBe(
			'validation_pk_invalid',
		);
	});

	it('does not let an id change', async () => {
		const pk = parseField({ type: 'text', name: 'id', primaryKey: true });
		const check = (id: string) =>
			kindOf(pk).validate(pk, id, context(undefined, { isNew: false, original: { id: 'a' } }));
		expect(await check('a')).toBeUndefined();
		expect(await check('b')).toMatchObject({ code: 'validation_pk_change' });
	});
});

describe('files', () => {
	const png = Buffer.from(
		'89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489',
		'hex',
	);
	const check = (options: object, value: unknown, over?: Partial<ValidateContext>) => {
		const it = field('file', options);
		return kindOf(it).validate(it, value, context(undefined, over));
	};

	it('refuses names the record does not have', async () => {
		expect(
			await check({ maxSelect: 2 }, ['a', 'b'], { isNew: false, original: { f: ['a'] } }),
		).toEqual({
			code: 'validation_invalid_file',
			message: 'Invalid new files: [b].',
			params: { invalidFiles: ['b'] },
		});
		expect(await check({}, 'a')).toMatchObject({ code: 'validation_invalid_file' });
	});

	it.each([
		[{ maxSize: 3 }, upload('a.txt', 'abcd'), 'validation_file_size_limit'],
		[{}, upload('..x', 'abc'), 'validation_match_invalid'],
		[{}, upload('x'.repeat(151), 'abc'), 'validation_length_out_of_range'],
		[{ mimeTypes: ['image/png'] }, upload('a.png', png), undefined],
		[
			{ mimeTypes: ['image/png'] },
			upload('a.png', 'not a picture'),
			'validation_invalid_mime_type',
		],
		[
			{ mimeTypes: ['image/svg+xml'] },
			upload('a.svg', '<?xml version="1.0"?><svg xmlns="x"/>'),
			undefined,
		],
		[{ mimeTypes: ['text/plain'] }, upload('a.txt', 'words'), undefined],
		[{ mimeTypes: ['application/json'] }, upload('a.json', '{"a":1}'), undefined],
	])('%j with an upload gives %s', async (options, file, code) => {
		expect((await check(options, file))?.code).toBe(code);
	});

	it('limits their number', async () => {
		const files = ['a', 'b', 'c'].map((name) => upload(name + name, 'x'));
		expect(await check({ maxSelect: 2 }, files)).toMatchObject({
			code: 'validation_too_many_files',
			params: { maxSelect: 2 },
		});
	});
});

describe('modifiers', () => {
	it.each([
		['number', {}, 5, '+', '2', 7],
		['number', {}, 5, '-', 2, 3],
		['select', { values: [], maxSelect: 5 }, ['a'], '+', ['b', 'a'], ['a', 'b']],
		['select', { values: [], maxSelect: 5 }, ['a'], 'prepend', 'b', ['b', 'a']],
		['relation', { maxSelect: 5 }, ['a', 'b'], '-', 'a', ['b']],
		['relation', {}, 'a', '+', 'b', 'b'],
		['file', { maxSelect: 5 }, ['a', 'b'], '-', ['b'], ['a']],
		['text', { autogeneratePattern: 'x{3}' }, '', ':autogenerate', 'a-', 'a-xxx'],
	])('%s %j: %j %s %j is %j', (type, options, current, modifier, operand, expected) => {
		const it = field(type, options);
		expect(kindOf(it).modify?.(it, current, modifier, operand)).toEqual({ value: expected });
	});

	it('knows none for other types', () => {
		const bool = field('bool');
		expect(Object.hasOwn(kindOf(bool), 'modify')).toBe(false);
		const text = field('text');
		expect(kindOf(text).modify?.(text, '', '+', 'a')).toBeUndefined();
	});
});
