import { describe, expect, it } from 'vitest';
import type { PlainCollection, PlainField } from '#lib/server/schema/index.ts';
import { clientTypes, nearestName, typeNamesOf } from '#lib/server/typed-client/index.ts';

const field = (name: string, type: string, options = {}): PlainField => ({
	name,
	type,
	...options,
});
const collection = (
	name: string,
	fields: readonly PlainField[],
	options: Partial<PlainCollection> = {},
): PlainCollection => ({
	id: `${name}_id`,
	name,
	type: 'base',
	fields: [field('id', 'text', { required: true, autogeneratePattern: '[a-z]{15}' }), ...fields],
	indexes: [],
	listRule: null,
	viewRule: null,
	createRule: null,
	updateRule: null,
	deleteRule: null,
	...options,
});

/** The lines of one interface, without their indentation. */
function linesOf(text: string, name: string): readonly string[] {
	const body = new RegExp(`interface ${name} \\{\\n([^}]*)\\}`).exec(text)?.[1] ?? '';
	return body
		.split('\n')
		.map((line) => line.trim())
		.filter(Boolean);
}

const users = collection('users', [field('email', 'email', { required: true })], { type: 'auth' });

describe('types of a record and of what is sent', () => {
	it.each([
		['text', {}, 'f: string;', ['f?: string;']],
		['text', { required: true }, 'f: string;', ['f: string;']],
		[
			'text',
			{ required: true, autogeneratePattern: 'x' },
			'f: string;',
			['f?: string;', '"f:autogenerate"?: string;'],
		],
		['editor', {}, 'f: string;', ['f?: string;']],
		['number', {}, 'f: number;', ['f?: number | null;', '"f+"?: number;', '"f-"?: number;']],
		['bool', {}, 'f: boolean;', ['f?: boolean;']],
		['email', {}, 'f: string;', ['f?: string;']],
		['url', {}, 'f: string;', ['f?: string;']],
		['date', {}, 'f: string;', ['f?: string | Date;']],
		['autodate', { onCreate: true }, 'f: string;', []],
		['select', { values: ['a', 'b"'], maxSelect: 1 }, 'f: "a" | "b\\"";', ['f?: string | null;']],
		[
			'select',
			{ values: ['a', 'b'], maxSelect: 2 },
			'f: ("a" | "b")[];',
			[
				'f?: string | readonly string[] | null;',
				'"f+"?: string | readonly string[];',
				'"+f"?: string | readonly string[];',
				'"f-"?: string | readonly string[];',
			],
		],
		['relation', { collectionId: 'users_id', maxSelect: 1 }, 'f: string;', ['f?: string | null;']],
		[
			'relation',
			{ collectionId: 'users_id', maxSelect: 9 },
			'f: string[];',
			[
				'f?: string | readonly string[] | null;',
				'"f+"?: string | readonly string[];',
				'"+f"?: string | readonly string[];',
				'"f-"?: string | readonly string[];',
			],
		],
		['file', { maxSelect: 1 }, 'f: string;', ['f?: Upload | null;']],
		[
			'file',
			{ maxSelect: 3 },
			'f: string[];',
			[
				'f?: Upload | readonly Upload[] | null;',
				'"f+"?: Upload | readonly Upload[];',
				'"+f"?: Upload | readonly Upload[];',
				'"f-"?: string | readonly string[];',
			],
		],
		['json', {}, 'f: any;', ['f?: any;']],
		['geoPoint', {}, 'f: GeoPoint;', ['f?: GeoPoint | null;']],
		['password', { hidden: true, required: true }, undefined, ['f: string;']],
		['text', { hidden: true }, undefined, []],
		['madeUpLater', {}, 'f: any;', ['f?: any;']],
	] as const)('%s %j', (type, options, record, create) => {
		const text = clientTypes([users, collection('things', [field('f', type, options)])]);
		const ofField = (lines: readonly string[]): readonly string[] =>
			lines.filter((line) => /^"?\+?f[+:?"-]/.test(line));
		expect(ofField(linesOf(text, 'ThingsRecord'))).toEqual(record === undefined ? [] : [record]);
		expect(ofField(linesOf(text, 'ThingsCreate'))).toEqual(create);
		const update = create.map((line) => line.replace(/^f:/, 'f?:'));
		expect(ofField(linesOf(text, 'ThingsUpdate'))).toEqual(update);
	});

	it('relations in both directions, one or many, and what leads nowhere', () => {
		const text = clientTypes([
			users,
			collection('posts', [
				field('author', 'relation', { collectionId: 'users_id', maxSelect: 1 }),
				field('readers', 'relation', { collectionId: 'users_id', maxSelect: 5 }),
				field('lost', 'relation', { collectionId: 'gone', maxSelect: 1 }),
			]),
			collection(
				'profiles',
				[field('user', 'relation', { collectionId: 'users_id', maxSelect: 1 })],
				{
					indexes: ['CREATE UNIQUE INDEX `idx` ON `profiles` (`user`)'],
				},
			),
		]);
		expect(linesOf(text, 'PostsExpand')).toEqual([
			'author?: UsersRecord;',
			'readers?: UsersRecord[];',
			'lost?: any;',
		]);
		expect(linesOf(text, 'UsersExpand')).toEqual([
			'posts_via_author?: PostsRecord[];',
			'posts_via_readers?: PostsRecord[];',
			'profiles_via_user?: ProfilesRecord;',
		]);
	});

	it('system collections and token keys are left out, a view is only read, an account has a password', () => {
		const text = clientTypes([
			collection('_superusers', [], { system: true, type: 'auth' }),
			collection(
				'users',
				[
					field('password', 'password', { hidden: true, required: true }),
					field('tokenKey', 'text', { hidden: true }),
				],
				{ type: 'auth' },
			),
			collection('totals', [], { type: 'view' }),
		]);
		expect(text).not.toContain('superusers');
		expect(text).not.toContain('tokenKey');
		expect(text).toContain('readonly totals: ViewCollection<TotalsRecord>;');
		expect(text).not.toContain('TotalsCreate');
		expect(linesOf(text, 'UsersCreate')).toContain('passwordConfirm: string;');
		expect(linesOf(text, 'UsersUpdate')).toContain('oldPassword?: string;');
	});

	it('the same collections in another order give the same text', () => {
		const all = [users, collection('b', []), collection('a', [])];
		expect(clientTypes([...all].reverse())).toBe(clientTypes(all));
	});

	it('names that would become one type stay two', () => {
		const names = typeNamesOf([
			collection('blog_post', []),
			collection('blogPost', []),
			collection('_1', []),
		]);
		expect(Object.fromEntries(names)).toEqual({
			_1: 'C1',
			blogPost: 'BlogPost',
			blog_post: 'BlogPost2',
		});
	});
});

describe('the nearest name', () => {
	it.each([
		['titel', ['text', 'title', 'tags'], 'title'],
		['Post', ['posts', 'comments'], 'posts'],
		['created_at', ['created', 'updated'], 'created'],
		['x', ['title', 'text'], undefined],
		['articles', ['posts', 'users'], undefined],
		['a', [], undefined],
	] as const)('%s of %j is %s', (word, names, expected) => {
		expect(nearestName(word, names)).toBe(expected);
	});
});
