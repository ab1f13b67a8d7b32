import { describe, expect, it } from 'vitest';
import {
	digestOf,
	effectsOf,
	targetOf,
	type PlainCollection,
} from '../../../../../src/lib/server/schema/index.ts';

const closed = {
	listRule: null,
	viewRule: null,
	createRule: null,
	updateRule: null,
	deleteRule: null,
};
const posts: PlainCollection = {
	...closed,
	id: 'pbc_1',
	name: 'posts',
	type: 'base',
	system: false,
	fields: [
		{ id: 'text1', name: 'id', type: 'text', system: true },
		{ id: 'text2', name: 'title', type: 'text', max: 100 },
		{ id: 'select3', name: 'tags', type: 'select', values: ['a', 'b'], maxSelect: 2 },
		{ id: 'text4', name: 'note', type: 'text', hidden: true },
		{ id: 'file5', name: 'photo', type: 'file', maxSelect: 1, protected: true },
	],
	indexes: ['CREATE INDEX `idx_title` ON `posts` (`title`)'],
	listRule: "@request.auth.id != ''",
};
const users: PlainCollection = {
	...closed,
	id: '_pb_users_auth_',
	name: 'users',
	type: 'auth',
	fields: [],
	indexes: [],
};
const superusers: PlainCollection = {
	...users,
	id: 'pbc_3142635823',
	name: '_superusers',
	system: true,
};
const current = [superusers, users, posts];
const rows = (): Promise<number> => Promise.resolve(3);

const effects = async (change: Parameters<typeof targetOf>[1]): Promise<string[]> => {
	const { collections, problems } = targetOf(current, change);
	expect(problems).toEqual([]);
	return (await effectsOf(current, collections, rows)).map(
		({ level, text }) => `${level}: ${text}`,
	);
};

describe('targetOf and effectsOf', () => {
	it('creates with closed rules and links relations, also to what the same change creates', async () => {
		const { collections, problems } = targetOf(current, {
			create: [
				{ name: 'lists', fields: [{ name: 'owner', type: 'relation', collection: 'users' }] },
				{
					name: 'todos',
					fields: [
						{ name: 'list', type: 'relation', collection: 'lists', cascadeDelete: true },
						{ name: 'pic', type: 'file' },
					],
					rules: { list: '' },
				},
			],
		});
		expect(problems).toEqual([]);
		const lists = collections.find(({ name }) => name === 'lists');
		const todos = collections.find(({ name }) => name === 'todos');
		expect(lists).toMatchObject({
			...closed,
			fields: [{ collectionId: '_pb_users_auth_', maxSelect: 1 }],
		});
		// crc32 of "basetodos", PocketBase's derivation.
		expect(lists?.id).toMatch(/^pbc_\d+$/);
		expect(todos).toMatchObject({
			listRule: '',
			createRule: null,
			fields: [{ collectionId: lists?.id }, { protected: true }],
		});
		expect(await effectsOf(current, collections, rows)).toEqual(
			expect.arrayContaining([
				{ level: 'info', text: 'New table todos: list, pic.' },
				{
					level: 'info',
					text: 'Anyone, also without signing in, may see the list of todos.',
					after: '',
				},
				{ level: 'info', text: 'Nobody but members of this builder may delete todos.' },
			]),
		);
	});

	it.each([
		[
			'widening a rule',
			{ update: [{ name: 'posts', rules: { list: '' } }] },
			[
				'widens: Anyone, also without signing in, may see the list of posts. Until now: Signed-in people may see the list of posts.',
			],
		],
		[
			'closing a rule',
			{ update: [{ name: 'posts', rules: { list: null } }] },
			[
				'info: Nobody but members of this builder may see the list of posts. Until now: Signed-in people may see the list of posts.',
			],
		],
		[
			'removing a field',
			{ update: [{ name: 'posts', removeFields: ['title'] }] },
			['destroys: Delete the field posts.title and what 3 records hold in it.'],
		],
		[
			'list to single',
			{
				update: [
					{
						name: 'posts',
						changeFields: [{ name: 'tags', type: 'select' as const, values: ['a'], maxSelect: 1 }],
					},
				],
			},
			['destroys: posts.tags keeps only the last of several values in 3 records.'],
		],
		[
			'unhiding',
			{
				update: [
					{ name: 'posts', changeFields: [{ name: 'note', type: 'text' as const, hidden: false }] },
				],
			},
			['widens: posts.note is no longer hidden.'],
		],
		[
			'renaming',
			{
				update: [
					{ name: 'posts', rename: 'entries', renameFields: [{ from: 'title', to: 'head' }] },
				],
			},
			['info: Rename the table posts to entries.', 'info: Rename the field posts.title to head.'],
		],
		[
			'adding a field',
			{ update: [{ name: 'posts', addFields: [{ name: 'stars', type: 'number' as const }] }] },
			['info: New field posts.stars (number).'],
		],
		['deleting', { delete: ['posts'] }, ['destroys: Delete the table posts with 3 records.']],
	])('%s', async (_, change, expected) => {
		expect(await effects(change)).toEqual(expected);
	});

	it.each([
		[{ update: [{ name: 'nope' }] }, 'collection_unknown'],
		[{ delete: ['_superusers'] }, 'collection_unknown'],
		[{ create: [{ name: 'Posts', fields: [] }] }, 'collection_exists'],
		[{ update: [{ name: 'posts', removeFields: ['id'] }] }, 'field_unknown'],
		[
			{ update: [{ name: 'posts', changeFields: [{ name: 'title', type: 'number' as const }] }] },
			'field_type_fixed',
		],
		[
			{ update: [{ name: 'posts', addFields: [{ name: 'title', type: 'text' as const }] }] },
			'field_exists',
		],
		[
			{
				create: [
					{ name: 'x', fields: [{ name: 'to', type: 'relation' as const, collection: 'gone' }] },
				],
			},
			'relation_unknown',
		],
	])('refuses %j', (change, code) => {
		expect(targetOf(current, change).problems.map((problem) => problem.code)).toEqual([code]);
	});

	it('drops the index of a removed field', () => {
		const { collections } = targetOf(current, {
			update: [{ name: 'posts', removeFields: ['title'] }],
		});
		expect(collections.find(({ name }) => name === 'posts')?.indexes).toEqual([]);
	});
});

describe('digestOf', () => {
	it('says what an app may rely on, without system collections', () => {
		expect(digestOf(current)).toBe(
			[
				'posts (base)',
				'  id: text',
				'  title: text max=100',
				'  tags: select maxSelect=2 values=["a","b"]',
				'  note: text hidden',
				'  photo: file maxSelect=1 protected=true',
				"  list: @request.auth.id != ''",
				'  view: nobody',
				'  create: nobody',
				'  update: nobody',
				'  delete: nobody',
				'',
				'users (auth)',
				'  list: nobody',
				'  view: nobody',
				'  create: nobody',
				'  update: nobody',
				'  delete: nobody',
			].join('\n'),
		);
	});
});
