import type { CollectionRules, SchemaField } from '#lib/contracts/index.ts';
import {
	asMyself,
	bool,
	isMine,
	make,
	number,
	one,
	ownerOnly,
	patch,
	privilege,
	read,
	signedIn,
	table,
	text,
	to,
} from '../build.ts';
import type { Solution, Task } from '../task.ts';

const hidden = { hidden: true };

const products = (cost: object, rules: CollectionRules = read(''), price = {}): Solution =>
	make(table('products', [text('title'), number('price', price), number('cost', cost)], rules));

const names = read(signedIn);
const phones = (rules: CollectionRules, people: CollectionRules = names): Solution =>
	one({
		update: [{ name: 'users', rules: people }],
		create: [
			table('phones', [text('number'), to('user', 'users')], rules, {
				indexes: [{ fields: ['user'], unique: true }],
			}),
		],
	});

const quiz = make(
	table('questions', [text('text'), text('answer')], read('')),
	table('attempts', [text('guess'), to('question', 'questions'), to('player', 'users')], {
		...read(isMine('player')),
		create: asMyself('player'),
	}),
);

const hr = privilege(bool('hr'));
const isHr = '@request.auth.hr = true';
const staff = (more: readonly SchemaField[]) =>
	table('employees', [text('name'), ...more], { ...read(signedIn), create: isHr });
const salaries = (rules: CollectionRules) =>
	table('salaries', [number('amount'), to('employee', 'employees')], rules);
const paid = { ...read(isHr), create: isHr, update: isHr, delete: isHr };

const clubs = make(
	table('clubs', [text('name'), text('code', { required: true })], read(signedIn)),
	table('joined', [to('club', 'clubs'), to('user', 'users')], {
		...read(isMine('user')),
		create: asMyself('user'),
	}),
);
const withCode = `${asMyself('user')} && @request.body.code = club.code`;
const guarded = (code: object, create: string): Solution =>
	patch(
		{ name: 'clubs', changeFields: [text('code', { required: true, ...code })] },
		{ name: 'joined', rules: { create } },
	);

export const fieldHidingTasks: readonly Task[] = [
	{
		id: 'what-products-cost-us',
		group: 'field hiding',
		prompt:
			'"products" with a title, a price and a cost. Everybody may see title and price. What a product costs us is for us in the dashboard alone.',
		solution: products(hidden),
		wrong: {
			'everybody sees the cost': products({}),
			'nobody sees products': products(hidden, {}),
			'the price is hidden too': products(hidden, read(''), hidden),
		},
		async grade({ as, check }) {
			const operator = as('superuser');
			const made = await operator.create('products', { title: 'Pen', price: 3, cost: 1.25 });
			check('the operator sees the cost', made.body['cost'] === 1.25);
			for (const client of [as('anonymous'), as('ann')]) {
				const seen = [
					(await client.list('products')).items[0],
					(await client.view('products', made.id)).body,
					(await client.list('products', { fields: 'title,price,cost' })).items[0],
				];
				for (const product of seen) {
					check('title and price are seen', product?.['title'] === 'Pen' && product['price'] === 3);
					check('the cost is not', product !== undefined && !('cost' in product));
				}
				const guess = await client.list('products', { filter: 'cost > 1' });
				check('nobody searches by it', guess.items.length === 0);
				const sorted = await client.list('products', { sort: 'cost' });
				check('nobody sorts by it', !sorted.ok);
			}
		},
	},
	{
		id: 'phone-numbers-apart',
		group: 'field hiding',
		prompt:
			'People with an account should see each other (the names in "users"), visitors see nobody. Phone numbers are another matter: put them into "phones" with a number and the user, one each, where everybody sees and edits only their own.',
		solution: phones(ownerOnly('user')),
		wrong: {
			'everybody reads phone numbers': phones({ ...ownerOnly('user'), ...names }),
			'visitors list people': phones(ownerOnly('user'), read('')),
			'people do not see each other': phones(ownerOnly('user'), {}),
		},
		async grade({ as, idOf, setUser, check }) {
			const [ann, bob, visitor] = [as('ann'), as('bob'), as('anonymous')];
			await setUser('ann', { name: 'Ann' });
			const [annId, bobId] = [await idOf('ann'), await idOf('bob')];
			const made = await ann.create('phones', { number: '555', user: annId });
			check('one’s own number', made.ok);
			check('not a second', !(await ann.create('phones', { number: '556', user: annId })).ok);
			check('not for others', !(await ann.create('phones', { number: '1', user: bobId })).ok);
			check('people see names', (await bob.view('users', annId)).body['name'] === 'Ann');
			check('of all', (await bob.list('users')).items.length === 2);
			check('visitors see nobody', (await visitor.list('users')).items.length === 0);
			check('not by id', !(await visitor.view('users', annId)).ok);
			check('others do not list numbers', (await bob.list('phones')).items.length === 0);
			check('nor open one', !(await bob.view('phones', made.id)).ok);
			const wide = await bob.view('users', annId, { expand: 'phones_via_user' });
			check('nor come by it otherwise', !JSON.stringify(wide.body).includes('555'));
			check('nor change it', !(await bob.update('phones', made.id, { number: '0' })).ok);
			check('one changes it', (await ann.update('phones', made.id, { number: '557' })).ok);
		},
	},
	{
		id: 'answers-of-the-quiz',
		group: 'field hiding',
		prompt:
			'Players found out that they can read the answers of our quiz! Everybody may go on reading the text of "questions", but nobody gets the "answer". No answer may be lost: we need them in the dashboard.',
		start: quiz,
		seed: async ({ as }) => {
			await as('superuser').create('questions', { text: 'Capital of Peru?', answer: 'Lima' });
		},
		solution: patch({ name: 'questions', changeFields: [text('answer', hidden)] }),
		wrong: {
			'the answers are gone': patch({ name: 'questions', removeFields: ['answer'] }),
			'nobody lists questions': patch({ name: 'questions', rules: { list: null } }),
			'only those with an account read them': patch({ name: 'questions', rules: read(signedIn) }),
		},
		async grade({ as, idOf, check }) {
			const ann = as('ann');
			const [kept] = (await as('superuser').list('questions')).items;
			check('the answer is kept', kept?.['answer'] === 'Lima');
			const question = String(kept?.['id']);
			const player = await idOf('ann');
			const attempt = await ann.create('attempts', { guess: 'Rome', question, player });
			check('players go on', attempt.ok);
			const answers = [
				await as('anonymous').list('questions'),
				await as('anonymous').view('questions', question),
				await ann.view('questions', question),
				await ann.view('attempts', attempt.id, { expand: 'question' }),
			];
			for (const { body, ok } of answers) {
				check('the text is read', ok && JSON.stringify(body).includes('Capital'));
				check('the answer is not', !JSON.stringify(body).includes('Lima'));
			}
			const guess = { filter: 'answer ~ "L"' };
			check('not searched', (await ann.list('questions', guess)).items.length === 0);
			const heard = await as('anonymous').events(['questions/*'], () =>
				as('superuser').update('questions', question, { text: 'The capital of Peru?' }),
			);
			check('not told', heard.length === 1 && !JSON.stringify(heard).includes('Lima'));
		},
	},
	{
		id: 'salaries-for-hr',
		group: 'field hiding',
		prompt:
			'"employees" have a name that everybody with an account reads. What they earn goes into "salaries" (an amount and the employee): read, entered and changed by HR only. HR is a checkbox "hr" at users that nobody but us sets; HR also adds employees.',
		solution: one({ update: [hr], create: [staff([]), salaries(paid)] }),
		wrong: {
			'everybody reads salaries': one({
				update: [hr],
				create: [staff([]), salaries({ ...paid, ...read(signedIn) })],
			}),
			'people let themselves into HR': one({
				update: [{ ...hr, rules: {} }],
				create: [staff([]), salaries(paid)],
			}),
			'anybody enters salaries': one({
				update: [hr],
				create: [staff([]), salaries({ ...paid, create: signedIn })],
			}),
		},
		async grade({ as, idOf, setUser, check }) {
			const [ann, bob] = [as('ann'), as('bob')];
			await setUser('ann', { hr: true });
			const employee = (await ann.create('employees', { name: 'Eve' })).id;
			const made = await ann.create('salaries', { amount: 4321, employee });
			check('HR enters', made.ok);
			await bob.update('users', await idOf('bob'), { hr: true });
			for (const client of [bob, as('anonymous')]) {
				check('others list none', (await client.list('salaries')).items.length === 0);
				check('others open none', !(await client.view('salaries', made.id)).ok);
				check('others enter none', !(await client.create('salaries', { amount: 1, employee })).ok);
				check('others change none', !(await client.update('salaries', made.id, { amount: 1 })).ok);
			}
			const wide = await bob.view('employees', employee, { expand: 'salaries_via_employee' });
			check('people read names', wide.body['name'] === 'Eve');
			check('and nothing more', !JSON.stringify(wide.body).includes('4321'));
			check('others add no employees', !(await bob.create('employees', { name: 'x' })).ok);
			check('visitors read none', (await as('anonymous').list('employees')).items.length === 0);
			check('HR reads', (await ann.view('salaries', made.id)).body['amount'] === 4321);
			check('HR changes', (await ann.update('salaries', made.id, { amount: 5000 })).ok);
		},
	},
	{
		id: 'clubs-with-a-code',
		group: 'field hiding',
		prompt:
			'Clubs have a "code" that members are told on paper. At the moment everybody can read it, and everybody can join. Change it: the code is never shown to anybody but us, and "joined" can only be made by people who send the right code along (as "code" in the request; it is not stored there).',
		start: clubs,
		seed: async ({ as }) => {
			await as('superuser').create('clubs', { name: 'Chess', code: 'rook-7' });
			await as('superuser').create('clubs', { name: 'Poker', code: 'king-3' });
		},
		solution: guarded(hidden, withCode),
		wrong: {
			'the code can be read': guarded({}, withCode),
			'the code is not asked for': guarded(hidden, asMyself('user')),
			'any code will do': guarded(hidden, `${asMyself('user')} && @request.body.code != ""`),
		},
		async grade({ as, idOf, check }) {
			const [ann, bob] = [as('ann'), as('bob')];
			const user = await idOf('ann');
			const [chess] = (await ann.list('clubs', { filter: 'name = "Chess"' })).items;
			const club = String(chess?.['id']);
			check('clubs are seen', chess?.['name'] === 'Chess');
			check('codes are not', !JSON.stringify(await ann.list('clubs')).includes('rook'));
			const guess = await ann.list('clubs', { filter: 'code ~ "rook"' });
			check('nor searched', guess.items.length === 0);
			for (const code of ['', 'king-3', 'rook-8'])
				check(`not with "${code}"`, !(await ann.create('joined', { club, user, code })).ok);
			check('not without', !(await ann.create('joined', { club, user })).ok);
			const right = { club, user, code: 'rook-7' };
			check('not for others', !(await bob.create('joined', right)).ok);
			const made = await ann.create('joined', right);
			check('with the code', made.ok);
			check('which is not kept', !('code' in made.body));
			check('one sees that one joined', (await ann.list('joined')).items.length === 1);
			check('others do not', (await bob.list('joined')).items.length === 0);
		},
	},
];
