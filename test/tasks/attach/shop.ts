import {
	asMyself,
	created,
	isMine,
	make,
	number,
	read,
	signedIn,
	table,
	text,
	to,
} from '../build.ts';
import { attachGroup, type Solution, type Task } from '../task.ts';
import { inMemory, signInFile } from './page.ts';

const markup = (title: string, gate: string): string => `
<main class="mx-auto max-w-2xl p-6">
	<h1 class="text-3xl font-semibold tracking-tight">Tea shop</h1>
	<ul class="mt-6 grid gap-3 sm:grid-cols-2">
		{#each products as product (product.id)}
			<li class="flex items-center justify-between gap-3 rounded-xl border p-4">
				<span>
					<span class="block font-medium">{product.title}</span>
					<span class="text-sm opacity-70">{product.price.toFixed(2)} €</span>
				</span>
				<button
					class="min-h-10 rounded-lg bg-teal-700 px-4 font-medium text-white"
					aria-label={'Order ' + product.title}
					onclick={() => order(product.id)}
				>
					Order
				</button>
			</li>
		{/each}
	</ul>
	<h2 class="mt-8 text-xl font-semibold">My orders</h2>
	<ol class="mt-2 divide-y" aria-label="My orders">
		{#each orders as order (order.id)}
			<li class="flex min-h-10 items-center justify-between">
				<span>{${title}}</span>
				<span class="opacity-70">× {order.amount}</span>
			</li>
		{:else}
			<li class="py-4 opacity-70">Nothing ordered yet.</li>
		{/each}
	</ol>
</main>
${gate}`;

const start = inMemory(
	`	const products = [
		{ id: 'sencha', title: 'Sencha', price: 7.5 },
		{ id: 'assam', title: 'Assam', price: 5 },
	];
	let orders = $state<{ id: string; product: string; amount: number }[]>([]);

	function order(product: string) {
		orders.push({ id: String(Date.now()), product, amount: 1 });
	}
`,
	markup("products.find(({ id }) => id === order.product)?.title ?? 'Tea'", ''),
);

const kept = inMemory(
	`	import { auth } from '$auth';
	import { data } from '$data';
	import SignIn from './lib/SignIn.svelte';

	type Product = Awaited<ReturnType<typeof data.products.one>>;
	type Order = Awaited<ReturnType<typeof data.orders.one>>;

	let products = $state<Product[]>([]);
	let orders = $state<Order[]>([]);
	let problem = $state('');

	async function attempt(work: () => Promise<unknown>) {
		problem = '';
		try {
			await work();
		} catch (error) {
			problem = error instanceof Error ? error.message : 'That did not work.';
		}
	}
	async function loadOrders() {
		orders = (await data.orders.list({ sort: '-created', expand: 'product', perPage: 100 })).items;
	}
	$effect(() => {
		attempt(async () => {
			products = (await data.products.list({ sort: 'title', perPage: 200 })).items;
		});
	});
	$effect(() => {
		if (auth.user) attempt(loadOrders);
		else orders = [];
	});
	const order = (product: string) =>
		attempt(async () => {
			if (!auth.user) throw new Error('Sign in to order.');
			await data.orders.create({ product, amount: 1, customer: auth.user.id });
			await loadOrders();
		});
`,
	markup(
		"order.expand?.product?.title ?? 'Tea'",
		`
{#if problem}<p role="alert" class="mx-auto max-w-2xl px-6 text-red-700">{problem}</p>{/if}
{#if auth.user}
	<button class="mx-auto block min-h-10 underline" onclick={() => auth.signOut()}>Sign out</button>
{:else}
	<SignIn />
{/if}
`,
	),
);

const shop = (products: object = {}, orders: object = {}): Solution => ({
	...make(
		table(
			'products',
			[text('title', { required: true, max: 100 }), number('price', { required: true, min: 0 })],
			{ ...read(''), ...products },
		),
		table(
			'orders',
			[
				to('product', 'products'),
				number('amount', { required: true, onlyInt: true, min: 1, max: 10 }),
				to('customer', 'users'),
				created,
			],
			{ ...read(isMine('customer')), create: asMyself('customer'), ...orders },
		),
	),
	files: { 'src/App.svelte': kept, ...signInFile },
});

export const shopTask: Task = {
	id: 'attach-shop',
	group: attachGroup,
	prompt:
		'Turn this sketch into a shop. The teas come from a collection "products" (title, price) that everybody reads and we fill in the dashboard; drop those in the code. Orders go into "orders": the product, an amount (a whole number from 1 to 10) and the customer (a relation to users). Who has an account orders in their own name and sees their own orders, nobody sees those of others, and nothing is changed or cancelled. People sign up and sign in below the page. Keep the look, and keep texts and labels of buttons and lists as they are.',
	start: { changes: [], files: { 'src/App.svelte': start } },
	solution: shop(),
	wrong: {
		'still in memory': { ...shop(), files: { 'src/App.svelte': start } },
		'customers make prices': shop({ create: signedIn, update: signedIn }),
		'ordered for others': shop({}, { create: signedIn }),
	},
	async grade({ as, idOf, check }) {
		const [cara, bob, visitor, operator] = [
			as('cara'),
			as('bob'),
			as('anonymous'),
			as('superuser'),
		];
		const product = (await operator.create('products', { title: 'Oolong', price: 9 })).id;
		check('visitors see products', (await visitor.list('products')).items.length === 1);
		for (const client of [cara, visitor]) {
			const cheap = { price: 0.01 };
			check('nobody changes prices', !(await client.update('products', product, cheap)).ok);
			const mine = { title: 'x', price: 1 };
			check('nobody adds products', !(await client.create('products', mine)).ok);
		}
		const order = { product, amount: 2, customer: await idOf('cara') };
		for (const client of [bob, visitor])
			check('not for others', !(await client.create('orders', order)).ok);
		const made = await cara.create('orders', order);
		check('a customer orders', made.ok);
		for (const amount of [0, 1.5, 11])
			check('one to ten', !(await cara.create('orders', { ...order, amount })).ok);
		check('and sees it', (await cara.list('orders')).items.length === 1);
		check('others do not', (await bob.list('orders')).items.length === 0);
		check('not by its id', !(await bob.view('orders', made.id)).ok);
		check('it is not changed', !(await cara.update('orders', made.id, { amount: 9 })).ok);
		check('it is not cancelled', !(await cara.remove('orders', made.id)).ok);
	},
	async look({ open, see, miss }) {
		const ann = await open('ann');
		const orders = ann.getByRole('list', { name: 'My orders' });
		await see('products of the collection', ann.getByRole('button', { name: 'Order Oolong' }));
		await ann.getByRole('button', { name: 'Order Oolong' }).click();
		await see('it is ordered', orders.getByText('Oolong'));
		await ann.reload();
		await see('also after a reload', orders.getByText('Oolong'));
		const [bob, visitor] = [await open('bob'), await open('anonymous')];
		await see('others see the product', bob.getByText('Oolong'));
		await miss(
			'not the order',
			bob.getByRole('list', { name: 'My orders' }).getByText('Oolong'),
			bob.getByText('Nothing ordered yet.'),
		);
		await see('visitors see products', visitor.getByText('9.00 €'));
		await see('and can sign in', visitor.locator('input[type=password]'));
	},
};
