import type { SchemaChange, SchemaField } from '#lib/contracts/index.ts';
import { one, open, text } from '../build.ts';
import type { Solution, Task } from '../task.ts';

const make = (name: string, fields: readonly SchemaField[], more: object = {}): Solution =>
	one({ create: [{ name, fields: [...fields], rules: open, ...more }] });

const products = (price: object, sku: object, indexes: object = {}): Solution =>
	make(
		'products',
		[
			text('title', { required: true, max: 100 }),
			text('sku', sku),
			{ name: 'price', type: 'number', ...price },
			{ name: 'status', type: 'select', values: ['draft', 'active'], maxSelect: 1, required: true },
		],
		indexes,
	);
const rightPrice = { min: 0, required: true };
const rightSku = { required: true, pattern: '^[A-Z]{3}-[0-9]{4}$' };
const uniqueSku = { indexes: [{ fields: ['sku'], unique: true }] };

const contacts: Solution = make('contacts', [text('name'), text('phone'), text('fax')]);
const change = (update: NonNullable<SchemaChange['update']>[number]): Solution =>
	one({ update: [update] });

export const collectionTasks: readonly Task[] = [
	{
		id: 'products',
		group: 'collections',
		prompt:
			'Make a collection "products": a title (required, at most 100 characters), a sku (required, three capitals, a hyphen, four digits; no two products share one), a price (required, not negative) and a status (draft or active, required). Everybody may list, view and create.',
		solution: products(rightPrice, rightSku, uniqueSku),
		wrong: {
			'two products share a sku': products(rightPrice, rightSku),
			'a negative price': products({ required: true }, rightSku, uniqueSku),
			'any sku': products(rightPrice, { required: true }, uniqueSku),
		},
		async grade({ as, check }) {
			const { create } = as('anonymous');
			const good = { title: 'Pen', sku: 'PEN-0001', price: 2, status: 'active' };
			check('a good one is made', (await create('products', good)).ok);
			const refused: readonly (readonly [string, object])[] = [
				['the same sku', good],
				['a sku of small letters', { ...good, sku: 'pen-0002' }],
				['a sku with more behind it', { ...good, sku: 'PEN-00022' }],
				['a negative price', { ...good, sku: 'PEN-0003', price: -1 }],
				['no price', { ...good, sku: 'PEN-0004', price: null }],
				['an unknown status', { ...good, sku: 'PEN-0005', status: 'gone' }],
				['no title', { ...good, sku: 'PEN-0006', title: '' }],
				['a long title', { ...good, sku: 'PEN-0007', title: 'x'.repeat(101) }],
			];
			for (const [name, body] of refused)
				check(`refused: ${name}`, (await create('products', { ...body })).status === 400);
		},
	},
	{
		id: 'rename-field',
		group: 'collections',
		prompt:
			'Rename the field "phone" of contacts to "telephone". No number may be lost. Drop "fax".',
		start: contacts,
		solution: change({
			name: 'contacts',
			renameFields: [{ from: 'phone', to: 'telephone' }],
			removeFields: ['fax'],
		}),
		wrong: {
			'a new field instead': change({
				name: 'contacts',
				removeFields: ['phone', 'fax'],
				addFields: [text('telephone')],
			}),
			'fax is still there': change({
				name: 'contacts',
				renameFields: [{ from: 'phone', to: 'telephone' }],
			}),
			'the wrong field renamed': change({
				name: 'contacts',
				renameFields: [{ from: 'fax', to: 'telephone' }],
				removeFields: ['phone'],
			}),
		},
		seed: async ({ as }) => {
			await as('superuser').create('contacts', { name: 'Ann', phone: '555-1', fax: '555-2' });
		},
		async grade({ as, check }) {
			const [first] = (await as('anonymous').list('contacts')).items;
			check('the number is kept', first?.['telephone'] === '555-1');
			check('phone is gone', first !== undefined && !('phone' in first));
			check('fax is gone', first !== undefined && !('fax' in first));
		},
	},
	{
		id: 'timestamps',
		group: 'collections',
		prompt:
			'Make a collection "posts" with a body that everybody may list, view and create. It needs created and updated times that nobody can set, newest first by -created.',
		solution: make(
			'posts',
			[
				text('body'),
				{ name: 'created', type: 'autodate', onCreate: true },
				{ name: 'updated', type: 'autodate', onCreate: true, onUpdate: true },
			],
			{ rules: open },
		),
		wrong: {
			'no times at all': make('posts', [text('body')]),
			'times anybody sets': make(
				'posts',
				[text('body'), { name: 'created', type: 'date' }, { name: 'updated', type: 'date' }],
				{ rules: open },
			),
			'updated stays': make(
				'posts',
				[
					text('body'),
					{ name: 'created', type: 'autodate', onCreate: true },
					{ name: 'updated', type: 'autodate', onCreate: true },
				],
				{ rules: open },
			),
		},
		async grade({ as, check }) {
			const { create, list } = as('anonymous');
			const { update } = as('superuser');
			const first = await create('posts', { body: 'a', created: '2001-01-01 00:00:00.000Z' });
			check(
				'created is now',
				String(first.body['created']).startsWith('20') &&
					!String(first.body['created']).startsWith('2001'),
			);
			await new Promise((resolve) => setTimeout(resolve, 5));
			const second = await create('posts', { body: 'b' });
			const items = (await list('posts', { sort: '-created' })).items;
			check('newest first', items[0]?.['id'] === second.id);
			await new Promise((resolve) => setTimeout(resolve, 5));
			const changed = await update('posts', first.id, { body: 'c' });
			check('updated moves', changed.ok && changed.body['updated'] !== first.body['updated']);
			check('created stays', changed.body['created'] === first.body['created']);
		},
	},
	{
		id: 'tags',
		group: 'collections',
		prompt:
			'Recipes have tags now: let "recipes" take up to three of vegan, quick, sweet and spicy. Existing recipes stay as they are.',
		start: make('recipes', [text('title', { required: true })]),
		seed: async ({ as }) => {
			await as('superuser').create('recipes', { title: 'Soup' });
		},
		solution: change({
			name: 'recipes',
			addFields: [
				{
					name: 'tags',
					type: 'select',
					values: ['vegan', 'quick', 'sweet', 'spicy'],
					maxSelect: 3,
				},
			],
		}),
		wrong: {
			'one tag only': change({
				name: 'recipes',
				addFields: [
					{
						name: 'tags',
						type: 'select',
						values: ['vegan', 'quick', 'sweet', 'spicy'],
						maxSelect: 1,
					},
				],
			}),
			'any text': change({ name: 'recipes', addFields: [{ name: 'tags', type: 'json' }] }),
			'no limit of three': change({
				name: 'recipes',
				addFields: [
					{
						name: 'tags',
						type: 'select',
						values: ['vegan', 'quick', 'sweet', 'spicy'],
						maxSelect: 4,
					},
				],
			}),
		},
		async grade({ as, check }) {
			const { create, list } = as('anonymous');
			const three = await create('recipes', { title: 'A', tags: ['vegan', 'quick', 'sweet'] });
			check('three tags', three.ok && Array.isArray(three.body['tags']));
			check(
				'not four',
				!(await create('recipes', { title: 'B', tags: ['vegan', 'quick', 'sweet', 'spicy'] })).ok,
			);
			check('no other tag', !(await create('recipes', { title: 'C', tags: ['cheap'] })).ok);
			check(
				'the soup is there',
				(await list('recipes', { filter: 'title = "Soup"' })).items.length === 1,
			);
		},
	},
	{
		id: 'events-with-seats',
		group: 'collections',
		prompt:
			'Make a collection "events" with a title, a start (a date, required), whole-numbered seats from 1 to 500 and a website that must be a URL. Everybody may list, view and create. Nobody may change or delete.',
		solution: make('events', [
			text('title'),
			{ name: 'start', type: 'date', required: true },
			{ name: 'seats', type: 'number', onlyInt: true, min: 1, max: 500 },
			{ name: 'website', type: 'url' },
		]),
		wrong: {
			'half seats': make('events', [
				text('title'),
				{ name: 'start', type: 'date', required: true },
				{ name: 'seats', type: 'number', min: 1, max: 500 },
				{ name: 'website', type: 'url' },
			]),
			'a website that is any text': make('events', [
				text('title'),
				{ name: 'start', type: 'date', required: true },
				{ name: 'seats', type: 'number', onlyInt: true, min: 1, max: 500 },
				text('website'),
			]),
			'anybody deletes': make(
				'events',
				[
					text('title'),
					{ name: 'start', type: 'date', required: true },
					{ name: 'seats', type: 'number', onlyInt: true, min: 1, max: 500 },
					{ name: 'website', type: 'url' },
				],
				{ rules: { ...open, delete: '' } },
			),
		},
		async grade({ as, check }) {
			const { create, update, remove } = as('anonymous');
			const good = {
				title: 'Fair',
				start: '2026-05-01',
				seats: 20,
				website: 'https://example.com',
			};
			const made = await create('events', good);
			check('a good one is made', made.ok);
			for (const [name, body] of [
				['no start', { ...good, start: '' }],
				['half a seat', { ...good, seats: 1.5 }],
				['too many seats', { ...good, seats: 501 }],
				['no URL', { ...good, website: 'somewhere' }],
			] as const)
				check(`refused: ${name}`, !(await create('events', body)).ok);
			check('nobody changes it', !(await update('events', made.id, { title: 'x' })).ok);
			check('nobody deletes it', !(await remove('events', made.id)).ok);
		},
	},
];
