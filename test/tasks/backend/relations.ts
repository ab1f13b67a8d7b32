import type { SchemaChange } from '#lib/contracts/index.ts';
import { make, one, open, patch, table, text, to } from '../build.ts';
import type { Solution, Task } from '../task.ts';

const shop = make(table('customers', [text('name')], open), table('orders', [text('item')], open));
const blog = (post: object): Solution =>
	make(
		table('posts', [text('title')], open),
		table('comments', [text('text'), to('post', 'posts', post)], open),
	);
const team = (members: object): Solution =>
	make(
		table('people', [text('name')], open),
		table('teams', [text('name'), to('members', 'people', { required: false, ...members })], open),
	);
const orderedBy = (more: object): Solution =>
	patch({ name: 'orders', addFields: [to('customer', 'customers', more)] });
const within = (more: object): Solution =>
	patch({ name: 'folders', addFields: [to('parent', 'folders', { required: false, ...more })] });

export const relationTasks: readonly Task[] = [
	{
		id: 'orders-of-customers',
		group: 'relations',
		prompt:
			'Each order belongs to exactly one customer: give "orders" a required relation "customer" to "customers". A customer who has orders cannot be deleted.',
		start: shop,
		solution: orderedBy({}),
		wrong: {
			'orders go with the customer': orderedBy({ cascadeDelete: true }),
			'an order without a customer': orderedBy({ required: false }),
			'text instead of a relation': patch({ name: 'orders', addFields: [text('customer')] }),
		},
		async grade({ as, check }) {
			const { create, list } = as('anonymous');
			const { remove } = as('superuser');
			const customer = await create('customers', { name: 'Ann' });
			const order = await create('orders', { item: 'Tea', customer: customer.id });
			check('an order is made', order.ok);
			check('not without a customer', !(await create('orders', { item: 'x' })).ok);
			check(
				'not with an unknown one',
				!(await create('orders', { item: 'x', customer: 'a'.repeat(15) })).ok,
			);
			const [found] = (await list('orders', { expand: 'customer' })).items;
			const expand = found?.['expand'] as { customer?: { name?: string } } | undefined;
			check('expand gives the customer', expand?.customer?.name === 'Ann');
			check('a customer with orders stays', !(await remove('customers', customer.id)).ok);
		},
	},
	{
		id: 'comments-go-with-posts',
		group: 'relations',
		prompt:
			'A blog: "posts" with a title, which everybody may list, view and create, and "comments" with a text and the post they belong to (required), which everybody may list, view and create. When a post is deleted its comments go too.',
		solution: blog({ cascadeDelete: true }),
		wrong: {
			'comments keep the post': blog({}),
			'comments are left over': blog({ required: false }),
			'a comment without a post': blog({ required: false, cascadeDelete: true }),
		},
		async grade({ as, check }) {
			const { create, list } = as('anonymous');
			const { remove } = as('superuser');
			const post = await create('posts', { title: 'One' });
			const other = await create('posts', { title: 'Two' });
			await create('comments', { text: 'a', post: post.id });
			await create('comments', { text: 'b', post: other.id });
			check('not without a post', !(await create('comments', { text: 'c' })).ok);
			check('the post is deleted', (await remove('posts', post.id)).ok);
			const left = (await list('comments')).items.map((item) => item['text']);
			check('its comments are gone, the others are not', left.join() === 'b');
		},
	},
	{
		id: 'team-members',
		group: 'relations',
		prompt:
			'"people" have a name; "teams" have a name and up to four members (relations to people). Everybody may list, view and create both.',
		solution: team({ maxSelect: 4 }),
		wrong: {
			'one member': team({ maxSelect: 1 }),
			'any number': team({ maxSelect: 99 }),
			'a team must have one': team({ maxSelect: 4, required: true }),
		},
		async grade({ as, check }) {
			const { create, list } = as('anonymous');
			const ids: string[] = [];
			for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push((await create('people', { name })).id);
			const four = await create('teams', { name: 'x', members: ids.slice(0, 4) });
			const members = four.body['members'];
			check('four members', Array.isArray(members) && members.length === 4);
			check('none yet', (await create('teams', { name: 'y', members: [] })).ok);
			check('not five', !(await create('teams', { name: 'z', members: ids })).ok);
			const filter = 'members.name ?= "d"';
			check('found by a member', (await list('teams', { filter })).items.length === 1);
		},
	},
	{
		id: 'folder-tree',
		group: 'relations',
		prompt:
			'"folders" have a name; give them a "parent" that is another folder or none. Deleting a folder deletes what is inside it, at any depth. Everybody may list, view and create folders.',
		start: make(table('folders', [text('name')], open)),
		solution: within({ cascadeDelete: true }),
		wrong: {
			'what is inside stays': within({}),
			'no folder at the top': within({ cascadeDelete: true, required: true }),
			'the name of the parent': patch({ name: 'folders', addFields: [text('parent')] }),
		},
		async grade({ as, check }) {
			const { create, list } = as('anonymous');
			const { remove } = as('superuser');
			const top = await create('folders', { name: 'top' });
			check('one at the top', top.ok);
			const inner = await create('folders', { name: 'inner', parent: top.id });
			await create('folders', { name: 'innermost', parent: inner.id });
			await create('folders', { name: 'beside' });
			check(
				'found by its parent’s name',
				(await list('folders', { filter: 'parent.name = "top"' })).items.length === 1,
			);
			check('deleted', (await remove('folders', top.id)).ok);
			check(
				'with all inside',
				(await list('folders')).items.map((item) => item['name']).join() === 'beside',
			);
		},
	},
	{
		id: 'one-vote-each',
		group: 'relations',
		prompt:
			'People who are signed in vote on "ideas": make "votes" with the idea and the voter (a relation to users), both required. Nobody votes twice for one idea, and nobody votes for somebody else. Everybody may list votes.',
		start: make(table('ideas', [text('title')], open)),
		solution: one(votes({ indexes: [{ fields: ['idea', 'voter'], unique: true }] })),
		wrong: {
			'as often as they like': one(votes({})),
			'one vote for all ideas': one(votes({ indexes: [{ fields: ['voter'], unique: true }] })),
			'votes for others': one(
				votes({ indexes: [{ fields: ['idea', 'voter'], unique: true }] }, '@request.auth.id != ""'),
			),
		},
		async grade({ as, idOf, check }) {
			const ann = as('ann');
			const voter = await idOf('ann');
			const first = await ann.create('ideas', { title: 'a' });
			const second = await ann.create('ideas', { title: 'b' });
			check('a vote', (await ann.create('votes', { idea: first.id, voter })).ok);
			check('one for another idea', (await ann.create('votes', { idea: second.id, voter })).ok);
			check('not twice', !(await ann.create('votes', { idea: first.id, voter })).ok);
			check(
				'not for others',
				!(await as('bob').create('votes', { idea: second.id, voter: await idOf('cara') })).ok,
			);
			check(
				'not as a stranger',
				!(await as('anonymous').create('votes', { idea: first.id, voter: await idOf('bob') })).ok,
			);
			check('everybody sees them', (await as('anonymous').list('votes')).items.length === 2);
		},
	},
];

function votes(
	more: object,
	create = '@request.auth.id != "" && @request.body.voter = @request.auth.id',
): SchemaChange {
	return {
		create: [
			{
				name: 'votes',
				fields: [to('idea', 'ideas'), to('voter', 'users')],
				rules: { list: '', view: '', create },
				...more,
			},
		],
	};
}
