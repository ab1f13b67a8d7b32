import { bool, created, make, ownerOnly, read, signedIn, table, text, to } from '../build.ts';
import type { Solution, Task } from '../task.ts';
import { attachGroup } from '../task.ts';
import { behindSignIn, inMemory, keepsLooks, signInFile } from './page.ts';

const markup = `
<main class="mx-auto max-w-2xl p-6">
	<h1 class="text-3xl font-semibold tracking-tight">To-dos</h1>
	<p class="mt-1 text-sm opacity-70">{left} of {todos.length} left</p>
	<form class="mt-6 flex gap-2" onsubmit={add}>
		<label class="grow">
			<span class="sr-only">What is to do?</span>
			<input
				class="min-h-10 w-full rounded-lg border px-3"
				bind:value={title}
				placeholder="What is to do?"
				maxlength="200"
				required
			/>
		</label>
		<button class="min-h-10 rounded-lg bg-teal-700 px-4 font-medium text-white">Add</button>
	</form>
	<ul class="mt-4 divide-y">
		{#each todos as todo (todo.id)}
			<li class="flex items-center gap-3 py-1">
				<label class="flex min-h-10 min-w-0 grow items-center gap-3">
					<input type="checkbox" class="size-5" checked={todo.done} onchange={() => toggle(todo)} />
					<span class={['truncate', todo.done && 'line-through opacity-60']}>{todo.title}</span>
				</label>
				<button class="size-10" aria-label={'Delete ' + todo.title} onclick={() => remove(todo.id)}>
					×
				</button>
			</li>
		{:else}
			<li class="py-6 text-center opacity-70">Nothing to do.</li>
		{/each}
	</ul>
</main>
`;

const start = inMemory(
	`	interface Todo {
		id: string;
		title: string;
		done: boolean;
	}

	let todos = $state<Todo[]>([]);
	let title = $state('');
	const left = $derived(todos.filter((todo) => !todo.done).length);

	function add(event: SubmitEvent) {
		event.preventDefault();
		todos.push({ id: String(Date.now()), title: title.trim(), done: false });
		title = '';
	}
	function toggle(todo: Todo) {
		todo.done = !todo.done;
	}
	function remove(id: string) {
		todos = todos.filter((todo) => todo.id !== id);
	}
`,
	markup,
);

const kept = behindSignIn(
	`
	type Todo = Awaited<ReturnType<typeof data.todos.one>>;

	let todos = $state<Todo[]>([]);
	let title = $state('');
	let problem = $state('');
	const left = $derived(todos.filter((todo) => !todo.done).length);

	$effect(() => {
		if (auth.user) attempt(async () => undefined);
	});
	async function load() {
		todos = (await data.todos.list({ sort: 'created', perPage: 500 })).items;
	}
	function add(event: SubmitEvent) {
		event.preventDefault();
		const owner = auth.user?.id ?? '';
		attempt(async () => {
			await data.todos.create({ title: title.trim(), owner });
			title = '';
		});
	}
	const toggle = (todo: Todo) =>
		attempt(() => data.todos.update(todo.id, { done: !todo.done }));
	const remove = (id: string) => attempt(() => data.todos.delete(id));
`,
	markup,
);

const files = { 'src/App.svelte': kept, ...signInFile };
const todos = (rules: object = {}): Solution => ({
	...make(
		table(
			'todos',
			[text('title', { required: true, max: 200 }), bool('done'), to('owner', 'users'), created],
			{ ...ownerOnly('owner'), ...rules },
		),
	),
	files,
});

export const todoTask: Task = {
	id: 'attach-todo',
	group: attachGroup,
	prompt: `My to-dos are gone after each reload. Keep them: in a collection "todos" with a title, a checkbox "done" and the owner (a relation to users). Each person sees and changes only their own. ${keepsLooks}`,
	start: { changes: [], files: { 'src/App.svelte': start } },
	solution: todos(),
	wrong: {
		'still in memory': { ...todos(), files: { 'src/App.svelte': start } },
		'everybody reads all': todos(read(signedIn)),
		'added to lists of others': todos({ create: signedIn }),
	},
	async grade({ as, idOf, check }) {
		const [ann, bob] = [as('ann'), as('bob')];
		const owner = await idOf('ann');
		const made = await ann.create('todos', { title: 'By hand', owner });
		check('a person adds one', made.ok);
		check('ticks it', (await ann.update('todos', made.id, { done: true })).ok);
		for (const client of [bob, as('anonymous')]) {
			check('others read none', (await client.list('todos')).items.length === 0);
			check('others change none', !(await client.update('todos', made.id, { title: 'x' })).ok);
			check('others delete none', !(await client.remove('todos', made.id)).ok);
			check('others add none there', !(await client.create('todos', { title: 'x', owner })).ok);
		}
		check('it is deleted', (await ann.remove('todos', made.id)).ok);
	},
	async look({ open, see, miss }) {
		const ann = await open('ann');
		await see('the list is there', ann.getByLabel('What is to do?'));
		await ann.getByLabel('What is to do?').fill('Buy milk');
		await ann.getByRole('button', { name: 'Add' }).click();
		await see('it is added', ann.getByText('Buy milk', { exact: true }));
		await ann.getByRole('checkbox').click();
		await see('it is ticked', ann.getByText('0 of 1 left'));
		await ann.reload();
		await see('it is there after a reload', ann.getByText('Buy milk', { exact: true }));
		await see('and ticked', ann.getByText('0 of 1 left'));
		const bob = await open('bob');
		await miss('others do not see it', bob.getByText('Buy milk'), bob.getByText('Nothing to do.'));
		const visitor = await open('anonymous');
		await see('visitors are asked to sign in', visitor.locator('input[type=password]'));
	},
};
