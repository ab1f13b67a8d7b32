import { expect } from 'vitest';
import type { TableUnderTest } from './access.ts';
import type { Person, StarterBench, Turn } from './bench.ts';

export interface Place {
	readonly bench: StarterBench;
	readonly slug: string;
	readonly ann: Person;
}

/** A sentence, and what is different afterwards. */
export type FollowUp = readonly [text: string, verify: (place: Place, turn: Turn) => Promise<void>];

export interface Story {
	/** Name of the recipe. */
	readonly name: string;
	readonly prompt: string;
	readonly tables: readonly TableUnderTest[];
	readonly followUps: readonly FollowUp[];
}

/** A record with these values comes back as it was sent. */
const keeps =
	(table: string, values: Readonly<Record<string, unknown>>, owned = true) =>
	async ({ bench, slug, ann }: Place): Promise<void> => {
		const body = owned ? { ...values, owner: ann.id } : values;
		const at = `${table}/records`;
		const made = await bench.api(slug, 'POST', at, {
			token: owned ? ann.token : undefined,
			body,
		});
		expect(made).toMatchObject({ status: 200, body: values });
		await bench.api(slug, 'DELETE', `${at}/${String(made.body['id'])}`, { token: ann.token });
	};
const shows =
	(...texts: readonly (string | RegExp)[]) =>
	async ({ bench, slug }: Place): Promise<void> => {
		const built = await bench.built(slug);
		for (const text of texts) {
			const isThere = typeof text === 'string' ? built.includes(text) : text.test(built);
			expect([text, isThere]).toEqual([text, true]);
		}
	};
const both =
	(...steps: readonly ((place: Place) => Promise<void>)[]) =>
	async (place: Place): Promise<void> => {
		for (const step of steps) await step(place);
	};
const lacks =
	(table: string, field: string) =>
	async ({ bench, slug }: Place, { asked }: Turn): Promise<void> => {
		const { backends } = bench.installation.runtime;
		const names = await backends.use(slug, 'draft', async ({ app }) =>
			app.catalog.find(table)?.fields.map(({ name }) => name),
		);
		expect(names).not.toContain(field);
		for (const text of Object.values(await bench.files(slug)))
			expect(text).not.toMatch(new RegExp(String.raw`\.${field}\b`));
		// Without records there is nothing in it that could be lost.
		expect(asked).toEqual([]);
	};
const status =
	(method: string, path: string, expected: number, asked: readonly string[], body?: unknown) =>
	async ({ bench, slug }: Place, turn: Turn): Promise<void> => {
		expect(turn.asked).toEqual(asked);
		const reply = await bench.api(slug, method, path, { body });
		expect(reply.status).toBe(expected);
	};
const widened = ['Change who may do what?'];

/** Each recipe from an empty app, with what people may do in it, and changes made to it afterwards. */
export const stories: readonly Story[] = [
	{
		name: 'guestbook',
		prompt: 'A guestbook for our wedding',
		tables: [{ table: 'entries', access: 'board', values: { name: 'Ann', message: 'Hello' } }],
		followUps: [
			[
				'add a phone number to guests',
				both(
					keeps('entries', { name: 'Ann', message: 'Hi', phone: '+49 30 1234' }, false),
					shows('Phone number', 'type="tel"'),
				),
			],
			['make it green', shows(/light-dark\(#197536, ?#76b289\)|#197536/)],
			['add an about page', shows('"about"', 'About')],
			['change "Sign the guestbook" to "Leave it {here}"', shows(/Leave it \{here\}/)],
			[
				'nobody may add entries',
				status('POST', 'entries/records', 403, [], { name: 'x', message: 'y' }),
			],
			[
				'everybody may add entries',
				status('POST', 'entries/records', 200, widened, { name: 'x', message: 'y' }),
			],
		],
	},
	{
		name: 'todo',
		prompt: 'A to-do list for my team',
		tables: [
			{ table: 'todos', access: 'owner', values: { title: 'Milk' }, change: { title: 'Tea' } },
		],
		followUps: [
			[
				'every task should have a due date',
				both(
					keeps('todos', { title: 'Milk', due_date: '2030-01-31 00:00:00.000Z' }),
					shows('Due date', 'type="date"'),
				),
			],
			['remove the due date', lacks('todos', 'due_date')],
			['make it dark', shows(/color-scheme: ?dark/)],
		],
	},
	{
		name: 'poll',
		prompt: 'A poll: where do we eat, pizza, pasta or sushi?',
		tables: [{ table: 'votes', access: 'board', values: { choice: 'Pizza' } }],
		followUps: [
			[
				'the title should be "Lunch </script>"',
				shows(/Lunch (?:\\u003c|\\x3C|<\\?)\/?\\?\/?script/i),
			],
		],
	},
	{
		name: 'notes',
		prompt: 'Notes called "Field Notes"',
		tables: [{ table: 'notes', access: 'owner', values: { title: 'A' }, change: { body: 'B' } }],
		followUps: [
			['add a mood to notes', both(keeps('notes', { title: 'A', mood: 'fine' }), shows('Mood'))],
			['rename the notes table to pages', keeps('pages', { title: 'A', mood: 'fine' })],
			['add a contact page', shows('"contact"', 'Contact')],
		],
	},
	{
		name: 'kanban',
		prompt: 'A kanban board',
		tables: [
			{
				table: 'cards',
				access: 'owner',
				values: { title: 'A', state: 'todo' },
				change: { state: 'done' },
			},
		],
		followUps: [['remove the details', lacks('cards', 'details')]],
	},
	{
		name: 'habits',
		prompt: 'A habit tracker',
		tables: [
			{ table: 'habits', access: 'owner', values: { name: 'Run' }, change: { name: 'Walk' } },
		],
		followUps: [
			[
				'add a page called House rules with the text "Be {kind}."',
				shows('"house-rules"', /Be (?:\{|&#123;)kind(?:\}|&#125;)\./),
			],
		],
	},
	{
		name: 'expenses',
		prompt: 'An expense tracker',
		tables: [
			{
				table: 'expenses',
				access: 'owner',
				values: { title: 'Tea', amount: 2.5, category: 'Food', day: '2030-01-31' },
				change: { amount: 3 },
			},
		],
		followUps: [
			[
				'rename the field title to label',
				keeps('expenses', {
					...{ label: 'Tea', amount: 2.5, category: 'Food' },
					day: '2030-01-31 00:00:00.000Z',
				}),
			],
		],
	},
	{
		name: 'feedback',
		prompt: 'A feature requests board',
		tables: [{ table: 'ideas', access: 'shown', values: { title: 'A' }, change: { title: 'B' } }],
		followUps: [['use a teal accent', shows('#0e716a')]],
	},
	{
		name: 'chat',
		prompt: 'A chat room',
		tables: [{ table: 'messages', access: 'shared', values: { text: 'Hi', name: 'Ann' } }],
		followUps: [['use light mode only', shows(/color-scheme: ?light[;}]/)]],
	},
	{
		name: 'rsvp',
		prompt: 'An invitation for the summer party',
		tables: [
			{ table: 'replies', access: 'board', values: { name: 'Ann', coming: 'yes', people: 2 } },
		],
		followUps: [['remove the note', lacks('replies', 'note')]],
	},
	{
		name: 'cookbook',
		prompt: 'A family cookbook',
		tables: [
			{
				table: 'recipes',
				access: 'shown',
				values: { title: 'Soup', ingredients: 'Water', steps: 'Boil' },
				change: { minutes: 20 },
			},
		],
		followUps: [
			['change the intro to "Cook & <eat>"', shows(/Cook (?:&#38;|&amp;) (?:&#60;|&lt;)eat/)],
		],
	},
	{
		name: 'links',
		prompt: 'A place for my bookmarks',
		tables: [
			{
				table: 'links',
				access: 'owner',
				values: { title: 'A', url: 'https://example.org/a' },
				change: { tag: 'b' },
			},
		],
		followUps: [
			['make the links public', status('GET', 'links/records', 200, widened)],
			[
				'rename tag to topic',
				keeps('links', { title: 'A', url: 'https://example.org', topic: 'x' }),
			],
		],
	},
	{
		name: 'inventory',
		prompt: 'An inventory for my pantry',
		tables: [
			{
				table: 'items',
				access: 'owner',
				values: { name: 'Rice', amount: 2 },
				change: { place: 'A' },
			},
		],
		followUps: [
			[
				'add a price and a brand to items',
				both(keeps('items', { name: 'Rice', price: 2.5, brand: 'Best' }), shows('Price', 'Brand')),
			],
			['rename the items table to products', keeps('products', { name: 'Rice', brand: 'Best' })],
		],
	},
	{
		name: 'directory',
		prompt: 'A team directory',
		tables: [
			{ table: 'people', access: 'shared', values: { name: 'Ann' }, change: { role: 'Cook' } },
		],
		followUps: [['rename the people table to staff', keeps('staff', { name: 'Ann' })]],
	},
	{
		name: 'waitlist',
		prompt: 'A landing page with a waiting list',
		tables: [{ table: 'signups', access: 'closed', values: { email: 'ann@example.test' } }],
		followUps: [['call it "Rocket"', shows('Rocket')]],
	},
];
