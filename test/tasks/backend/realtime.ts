import type { CollectionRules } from '#lib/contracts/index.ts';
import {
	asMyself,
	bool,
	choice,
	created,
	isMine,
	make,
	number,
	one,
	patch,
	people,
	privilege,
	read,
	signedIn,
	stays,
	table,
	text,
	to,
} from '../build.ts';
import type { Solution, Task } from '../task.ts';
import type { SeenEvent } from '../world.ts';

const told = (events: readonly SeenEvent[]): string => events.map(({ action }) => action).join();

const messages = (rules: CollectionRules): Solution =>
	make(table('messages', [text('text'), to('author', 'users'), created], rules));
const chat = { ...read(signedIn), create: asMyself('author'), delete: isMine('author') };

const notices = (rules: CollectionRules): Solution =>
	make(table('notices', [text('text'), bool('seen'), to('person', 'users')], rules));
const forMe = {
	...read(isMine('person')),
	update: `${isMine('person')} && ${stays('person')} && ${stays('text')}`,
};

const scores = make(table('scores', [text('team'), number('points')], {}));
const rated = (rules: CollectionRules): Solution => patch({ name: 'scores', rules });

const kitchen = privilege(bool('kitchen'));
const cooks = '@request.auth.kitchen = true';
const orders = (rules: CollectionRules): Solution =>
	one({
		update: [kitchen],
		create: [
			table(
				'orders',
				[
					text('dish'),
					choice('status', ['new', 'ready'], { required: true }),
					to('guest', 'users'),
				],
				rules,
			),
		],
	});
const ordered = {
	...read(`${signedIn} && (guest = @request.auth.id || ${cooks})`),
	create: `${asMyself('guest')} && @request.body.status = "new"`,
	update: `${cooks} && ${stays('guest')}`,
};

const boards = make(
	table(
		'boards',
		[text('name'), people('members')],
		read(`${signedIn} && members.id ?= @request.auth.id`),
	),
);
const onBoard = `${signedIn} && board.members.id ?= @request.auth.id`;
const cards = (rules: CollectionRules): Solution =>
	make(table('cards', [text('title'), to('board', 'boards')], rules));
const pinned = {
	...read(onBoard),
	create: onBoard,
	update: `${onBoard} && ${stays('board')}`,
	delete: onBoard,
};

export const realtimeTasks: readonly Task[] = [
	{
		id: 'live-chat',
		group: 'realtime',
		prompt:
			'A live chat for people with an account: "messages" with a text, an author (a relation to users) and when it was created. Everybody with an account reads and hears all messages as they come and writes in their own name; authors delete theirs. Visitors neither read nor hear anything.',
		solution: messages(chat),
		wrong: {
			'visitors listen': messages({ ...chat, ...read('') }),
			'one hears oneself only': messages({ ...chat, ...read(isMine('author')) }),
			'in the name of others': messages({ ...chat, create: signedIn }),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
			const author = await idOf('ann');
			let heardByVisitor: readonly SeenEvent[] = [];
			let id = '';
			const heard = await bob.events(['messages/*'], async () => {
				heardByVisitor = await visitor.events(['messages/*'], async () => {
					id = (await ann.create('messages', { text: 'hi', author })).id;
					await ann.remove('messages', id);
				});
			});
			check('others hear it come and go', told(heard) === 'create,delete');
			check('with its text and time', heard[0]?.record['text'] === 'hi');
			check('it has a time', String(heard[0]?.record['created']).startsWith('20'));
			check('visitors hear nothing', heardByVisitor.length === 0);
			const forged = { text: 'x', author };
			check('not in the name of others', !(await bob.create('messages', forged)).ok);
			check('visitors do not write', !(await visitor.create('messages', forged)).ok);
			const stays = await ann.create('messages', { text: 'stays', author });
			check('others read', (await bob.list('messages')).items.length === 1);
			check('visitors do not', (await visitor.list('messages')).items.length === 0);
			check('others do not delete', !(await bob.remove('messages', stays.id)).ok);
		},
	},
	{
		id: 'notices-for-one',
		group: 'realtime',
		prompt:
			'We send people notices from the dashboard: "notices" with a text, a checkbox "seen" and the person (a relation to users). A person reads and hears their own as they come, and nobody else’s; they can tick "seen" but not change the text or the person. Nobody else makes any.',
		solution: notices(forMe),
		wrong: {
			'everybody hears them': notices({ ...forMe, list: signedIn }),
			'the text can be changed': notices({
				...forMe,
				update: `${isMine('person')} && ${stays('person')}`,
			}),
			'nobody hears them': notices({ ...forMe, list: null }),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob, operator] = [as('ann'), as('bob'), as('superuser')];
			const person = await idOf('ann');
			let heardByBob: readonly SeenEvent[] = [];
			let id = '';
			const heard = await ann.events(['notices/*'], async () => {
				heardByBob = await bob.events(['notices/*'], async () => {
					id = (await operator.create('notices', { text: 'For Ann', person })).id;
				});
			});
			check('the person hears it', told(heard) === 'create');
			check('others do not', heardByBob.length === 0);
			check('others do not read it', !(await bob.view('notices', id)).ok);
			check('the person ticks it', (await ann.update('notices', id, { seen: true })).ok);
			check('the text stays', !(await ann.update('notices', id, { text: 'x' })).ok);
			const bobId = await idOf('bob');
			check('the person stays', !(await ann.update('notices', id, { person: bobId })).ok);
			check('others do not tick it', !(await bob.update('notices', id, { seen: false })).ok);
			check('nobody else makes one', !(await bob.create('notices', { text: 'x', person })).ok);
		},
	},
	{
		id: 'live-scores',
		group: 'realtime',
		prompt:
			'The page with our scores shows nothing to visitors, and it does not move while a match is on. Everybody, also without an account, should read "scores" and hear each change live, the single ones (by id) as well. Entering them stays our own job.',
		start: scores,
		seed: async ({ as }) => {
			await as('superuser').create('scores', { team: 'Reds', points: 1 });
		},
		solution: rated(read('')),
		wrong: {
			'a single score is not heard': rated({ list: '' }),
			'an account is needed': rated(read(signedIn)),
			'anybody scores': rated({ ...read(''), update: '', create: '' }),
		},
		async grade({ as, check }) {
			const [visitor, ann, operator] = [as('anonymous'), as('ann'), as('superuser')];
			const [reds] = (await visitor.list('scores')).items;
			check('visitors read', reds?.['team'] === 'Reds');
			const id = String(reds?.['id']);
			const heard = await visitor.events(['scores/*'], async () => {
				await operator.update('scores', id, { points: 2 });
				await operator.create('scores', { team: 'Blues', points: 0 });
			});
			check('visitors hear', told(heard) === 'update,create');
			check('the new points', heard[0]?.record['points'] === 2);
			const single = await ann.events([`scores/${id}`], () =>
				operator.update('scores', id, { points: 3 }),
			);
			check('of a single one too', told(single) === 'update');
			for (const client of [visitor, ann]) {
				check('nobody enters', !(await client.create('scores', { team: 'x' })).ok);
				check('nobody changes', !(await client.update('scores', id, { points: 99 })).ok);
				check('nobody deletes', !(await client.remove('scores', id)).ok);
			}
		},
	},
	{
		id: 'orders-and-the-kitchen',
		group: 'realtime',
		prompt:
			'"orders": a dish, a status (new or ready, required) and the guest (a relation to users). Guests order in their own name, always as new, and hear when their order is ready. The kitchen (a checkbox "kitchen" at users that only we set) reads and hears all orders and changes them. Guests do not see or hear orders of others and change nothing.',
		solution: orders(ordered),
		wrong: {
			'guests hear all orders': orders({ ...ordered, ...read(signedIn) }),
			'the kitchen hears nothing': orders({ ...ordered, ...read(isMine('guest')) }),
			'guests say that it is ready': orders({
				...ordered,
				update: `${signedIn} && (guest = @request.auth.id || ${cooks}) && ${stays('guest')}`,
			}),
		},
		async grade({ as, idOf, setUser, check }) {
			const [ann, bob, cook] = [as('ann'), as('bob'), as('cara')];
			await setUser('cara', { kitchen: true });
			const guest = await idOf('ann');
			const order = { dish: 'Soup', status: 'new', guest };
			let id = '';
			let heardByBob: readonly SeenEvent[] = [];
			const heardByCook = await cook.events(['orders/*'], async () => {
				heardByBob = await bob.events(['orders/*'], async () => {
					id = (await ann.create('orders', order)).id;
				});
			});
			check('the kitchen hears it', told(heardByCook) === 'create');
			check('other guests do not', heardByBob.length === 0);
			const ready = { status: 'ready' };
			check('guests do not change it', !(await ann.update('orders', id, ready)).ok);
			const byId = await bob.events([`orders/${id}`], async () => {
				const heard = await ann.events([`orders/${id}`], () => cook.update('orders', id, ready));
				check('the guest hears that it is ready', heard[0]?.record['status'] === 'ready');
			});
			check('others do not, by its id', byId.length === 0);
			check('always new', !(await ann.create('orders', { ...order, ...ready })).ok);
			check('not for others', !(await bob.create('orders', order)).ok);
			await bob.update('users', await idOf('bob'), { kitchen: true });
			check('nobody lets themselves into the kitchen', !(await bob.view('orders', id)).ok);
		},
	},
	{
		id: 'cards-on-boards',
		group: 'realtime',
		prompt:
			'"boards" with members are there. Add "cards": a title and the board (required). Members of a board read, add, change and delete its cards and hear each change at once; who is no member hears nothing. A card stays on its board.',
		start: boards,
		solution: cards(pinned),
		wrong: {
			'heard by whoever has an account': cards({ ...pinned, list: signedIn }),
			'only read, not heard': cards({ ...pinned, list: null }),
			'put on boards of others': cards({ ...pinned, create: signedIn }),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob, cara] = [as('ann'), as('bob'), as('cara')];
			const operator = as('superuser');
			const members = [await idOf('ann'), await idOf('bob')];
			const board = (await operator.create('boards', { name: 'Ours', members })).id;
			const theirs = await operator.create('boards', { members: [await idOf('cara')] });
			let heardByCara: readonly SeenEvent[] = [];
			let id = '';
			const heard = await bob.events(['cards/*'], async () => {
				heardByCara = await cara.events(['cards/*'], async () => {
					id = (await ann.create('cards', { title: 'Plan', board })).id;
					await bob.update('cards', id, { title: 'Plan B' });
					await ann.remove('cards', id);
				});
			});
			check('members hear each change', told(heard) === 'create,update,delete');
			check('others hear nothing', heardByCara.length === 0);
			const card = await ann.create('cards', { title: 'Next', board });
			check('members read', (await bob.list('cards')).items.length === 1);
			check('others do not', !(await cara.view('cards', card.id)).ok);
			check('others add none', !(await cara.create('cards', { title: 'x', board })).ok);
			check('it stays', !(await ann.update('cards', card.id, { board: theirs.id })).ok);
			check('others do not change', !(await cara.update('cards', card.id, { title: 'x' })).ok);
		},
	},
];
