import { collection, Fixture, relation } from './fixture.ts';

/** A small world with every kind of path in it. */
export const blog = (): Fixture =>
	new Fixture(
		[
			collection('users', {
				type: 'auth',
				fields: [
					{ type: 'text', name: 'name' },
					{ type: 'text', name: 'note', hidden: true },
					relation('org', 'orgs'),
					relation('orgs', 'orgs', 9),
				],
			}),
			collection('orgs', { fields: [{ type: 'text', name: 'name' }] }),
			collection('tags', {
				fields: [
					{ type: 'text', name: 'name' },
					{ type: 'number', name: 'weight' },
				],
			}),
			collection('posts', {
				indexes: [
					'CREATE INDEX `ix_author` ON `posts` (`author`, `n`)',
					"CREATE INDEX `ix_mail` ON `posts` (`mail`) WHERE `mail` != ''",
					'CREATE INDEX `ix_link` ON `posts` (`link` COLLATE NOCASE)',
				],
				fields: [
					{ type: 'text', name: 'title' },
					{ type: 'number', name: 'n' },
					{ type: 'number', name: 'm' },
					{ type: 'bool', name: 'ok' },
					{ type: 'email', name: 'mail' },
					{ type: 'url', name: 'link' },
					{ type: 'date', name: 'day' },
					{ type: 'json', name: 'data' },
					{ type: 'geoPoint', name: 'place' },
					{ type: 'select', name: 'kind', maxSelect: 1, values: ['a', 'b'] },
					{ type: 'select', name: 'kinds', maxSelect: 3, values: ['a', 'b', 'c'] },
					{ type: 'text', name: 'secret', hidden: true },
					relation('author', 'users'),
					relation('org', 'orgs'),
					relation('tags', 'tags', 9),
					relation('parent', 'posts'),
				],
			}),
			collection('comments', {
				indexes: ['CREATE INDEX `ix_post` ON `comments` (`post`)'],
				fields: [
					{ type: 'text', name: 'text' },
					relation('post', 'posts'),
					relation('by', 'users'),
				],
			}),
			collection('votes', {
				fields: [
					{ type: 'number', name: 'stars' },
					relation('post', 'posts'),
					relation('by', 'users'),
				],
			}),
			collection('lists', {
				fields: [{ type: 'text', name: 'name' }, relation('posts', 'posts', 9)],
			}),
			collection('metas', {
				indexes: ['CREATE UNIQUE INDEX `ux_post` ON `metas` (`post`)'],
				fields: [{ type: 'text', name: 'label' }, relation('post', 'posts')],
			}),
			collection('closed', {
				listRule: null,
				fields: [{ type: 'text', name: 'name' }, relation('post', 'posts')],
			}),
			collection('drafts', {
				listRule: "name = 'open' && by = @request.auth.id",
				fields: [
					{ type: 'text', name: 'name' },
					relation('post', 'posts'),
					relation('by', 'users'),
				],
			}),
			collection('titles', {
				type: 'view',
				viewQuery: 'SELECT id, title, tags, n * 2 AS twice FROM posts',
				fields: [
					{ type: 'text', name: 'title' },
					relation('tags', 'tags', 9),
					{ type: 'json', name: 'twice' },
				],
			}),
		],
		{
			orgs: [
				{ id: 'o1', name: 'one' },
				{ id: 'o2', name: 'two' },
			],
			users: [
				{
					id: 'u1',
					email: 'u1@x.yz',
					emailVisibility: true,
					name: 'ann',
					org: 'o1',
					orgs: ['o1', 'o2'],
				},
				{ id: 'u2', email: 'u2@x.yz', emailVisibility: false, name: 'bob', note: 'n', orgs: [] },
			],
			tags: [
				{ id: 't1', name: 'red', weight: 1 },
				{ id: 't2', name: 'blue', weight: 2 },
				{ id: 't3', name: '', weight: 0 },
			],
			posts: [
				{
					id: 'p1',
					title: 'Abc',
					n: 1,
					m: 1,
					ok: true,
					mail: 'q@x.yz',
					day: '2024-01-02 03:04:05.000Z',
					data: { a: [1, { b: 'x' }], k: 5 },
					place: { lon: 23.3, lat: 42.7 },
					kind: 'a',
					kinds: ['a'],
					secret: 's1',
					author: 'u1',
					org: 'o1',
					tags: ['t1'],
				},
				{
					id: 'p2',
					title: '',
					n: 2,
					kinds: ['a', 'b'],
					author: 'u2',
					org: 'o2',
					tags: ['t1', 't2'],
					parent: 'p1',
				},
				{ id: 'p3', title: 'a_b', n: 10, data: 'text', tags: ['t3'], author: 'gone', parent: 'p1' },
				{
					id: 'p4',
					title: '10',
					n: 0,
					m: 2,
					ok: true,
					data: null,
					tags: ['gone', 't2'],
					author: 'u1',
				},
			],
			comments: [
				{ id: 'c1', text: 'yes', post: 'p1', by: 'u1' },
				{ id: 'c2', text: 'no', post: 'p1', by: 'u2' },
				{ id: 'c3', text: 'yes', post: 'p2', by: 'u2' },
			],
			votes: [
				{ id: 'v1', stars: 5, post: 'p1', by: 'u1' },
				{ id: 'v2', stars: 1, post: 'p1', by: 'u2' },
				{ id: 'v3', stars: 5, post: 'p3', by: 'u1' },
			],
			lists: [
				{ id: 'l1', name: 'good', posts: ['p1', 'p2'] },
				{ id: 'l2', name: 'bad', posts: ['p2'] },
			],
			metas: [{ id: 'm1', label: 'top', post: 'p1' }],
			closed: [{ id: 'x1', name: 'x', post: 'p1' }],
			drafts: [
				{ id: 'd1', name: 'open', post: 'p1', by: 'u1' },
				{ id: 'd2', name: 'open', post: 'p2', by: 'u2' },
				{ id: 'd3', name: 'shut', post: 'p3', by: 'u1' },
			],
		},
	);
