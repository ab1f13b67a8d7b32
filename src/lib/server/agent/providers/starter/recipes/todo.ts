import { js, type Recipe } from '../recipe.ts';
import { errorsFile, ownerField, ownerRules, signInFile } from './shared.ts';
import { theme } from './theme.ts';

export const todo: Recipe = {
	name: 'todo',
	label: 'a to-do list for each person',
	words: [
		[/\bto[- ]?dos?\b|aufgabenliste/i, 10],
		[/\b(?:tasks?|check ?lists?|chores?|errands?|aufgaben)\b/i, 7],
		[/\b(?:shopping|groceries|grocery|packing|bucket) ?lists?\b/i, 8],
		[/\b(?:lists?|reminders?|done|tick off|check off)\b/i, 2],
	],
	title: 'To-dos',
	noun: 'to-dos',
	build: ({ title, item = 'task' }) => ({
		schema: {
			create: [
				{
					name: 'todos',
					fields: [
						{ name: 'title', type: 'text', required: true, max: 200 },
						{ name: 'done', type: 'bool' },
						ownerField,
						{ name: 'created', type: 'autodate', onCreate: true },
					],
					rules: ownerRules,
				},
			],
		},
		files: [
			{ path: 'src/App.svelte', text: app(title) },
			{ path: 'src/lib/TodoList.svelte', text: list(item) },
			signInFile,
			errorsFile,
		],
		summary: [
			`A to-do list called "${title}", with sign-up and sign-in`,
			`Everybody sees and changes only their own ${plural(item)}`,
			'It stays in step between open tabs and devices',
		],
		next: [`Create an account in the preview and add your first ${item}`],
	}),
};

const plural = (item: string): string => (/(?:s|x|ch|sh)$/.test(item) ? `${item}es` : `${item}s`);

const app = (title: string): string => `<script lang="ts">
	import { auth } from '$auth';
	import SignIn from './lib/SignIn.svelte';
	import TodoList from './lib/TodoList.svelte';

	const title = ${js(title)};
	const user = $derived(auth.user);
</script>

<svelte:head><title>{title}</title></svelte:head>

<main>
	<header>
		<h1>{title}</h1>
		{#if user}
			<p>
				<span>{user.email}</span>
				<button onclick={() => auth.signOut()}>Sign out</button>
			</p>
		{/if}
	</header>
	{#if user}
		{#key user.id}
			<TodoList owner={user.id} />
		{/key}
	{:else}
		<SignIn />
	{/if}
</main>

<style>${theme({ light: '#14713d', dark: '#7fdca4' })}
	main {
		max-width: 640px;
		margin: 0 auto;
		padding: clamp(28px, 7vw, 64px) 20px;
	}
	header {
		display: flex;
		flex-wrap: wrap;
		align-items: center;
		justify-content: space-between;
		gap: 8px 16px;
		margin-bottom: 28px;
	}
	h1 {
		margin: 0;
		font-size: clamp(1.8rem, 6vw, 2.5rem);
		font-weight: 750;
		line-height: 1.2;
		overflow-wrap: anywhere;
	}
	header p {
		display: flex;
		flex-wrap: wrap;
		align-items: center;
		gap: 8px 12px;
		margin: 0;
		color: var(--soft);
		overflow-wrap: anywhere;
	}
</style>
`;

const list = (item: string): string => `<script lang="ts">
	import { onMount } from 'svelte';
	import { data } from '$data';
	import { explain } from './errors.ts';

	let { owner }: { owner: string } = $props();

	const item = ${js(item)};
	const views = ['all', 'open', 'done'] as const;

	interface Todo {
		id: string;
		title: string;
		done: boolean;
	}

	let todos = $state<Todo[]>([]);
	let view = $state<(typeof views)[number]>('all');
	let title = $state('');
	let status = $state<'loading' | 'ready' | 'failed'>('loading');
	let problem = $state('');

	const open = $derived(todos.filter((todo) => !todo.done).length);
	const shown = $derived(
		todos.filter((todo) => view === 'all' || todo.done === (view === 'done')),
	);

	function put(todo: Todo) {
		const at = todos.findIndex(({ id }) => id === todo.id);
		todos = at === -1 ? [...todos, todo] : todos.with(at, todo);
	}
	function drop(id: string) {
		todos = todos.filter((todo) => todo.id !== id);
	}

	/** Runs one change and shows what went wrong with it. */
	async function change(work: () => Promise<void>) {
		problem = '';
		try {
			await work();
		} catch (error) {
			problem = explain(error);
		}
	}

	async function load() {
		problem = '';
		try {
			const all: Todo[] = [];
			for (let page = 1, pages = 1; page <= pages; page += 1) {
				const result = await data.todos.list({ sort: 'created', page, perPage: 200 });
				all.push(...(result.items as unknown as Todo[]));
				pages = result.totalPages;
			}
			todos = all;
			status = 'ready';
		} catch (error) {
			problem = explain(error);
			status = 'failed';
		}
	}

	function add(event: SubmitEvent) {
		event.preventDefault();
		return change(async () => {
			const values = { title: title.trim(), done: false, owner };
			put((await data.todos.create(values)) as unknown as Todo);
			title = '';
		});
	}
	const toggle = (todo: Todo) =>
		change(async () => {
			put((await data.todos.update(todo.id, { done: !todo.done })) as unknown as Todo);
		});
	const remove = (todo: Todo) =>
		change(async () => {
			await data.todos.delete(todo.id);
			drop(todo.id);
		});

	onMount(() => {
		void load();
		return data.todos.subscribe(({ action, record }) => {
			if (action === 'delete') drop(record.id);
			else put(record as unknown as Todo);
		});
	});
</script>

<form onsubmit={add}>
	<label for="new">New {item}</label>
	<div class="row">
		<input id="new" bind:value={title} required maxlength="200" autocomplete="off" />
		<button class="primary" disabled={!title.trim()}>Add</button>
	</div>
</form>
<p class="problem" role="alert">{problem}</p>

<div class="bar">
	<span role="status">{open === 0 && todos.length > 0 ? 'All done!' : open + ' open'}</span>
	<div class="views" role="group" aria-label="Show">
		{#each views as name (name)}
			<button aria-pressed={view === name} onclick={() => (view = name)}>{name}</button>
		{/each}
	</div>
</div>

{#if status === 'loading'}
	<p class="quiet">Loading…</p>
{:else if status === 'failed'}
	<button onclick={load}>Try again</button>
{:else if shown.length === 0}
	<p class="quiet">{todos.length === 0 ? 'Nothing here yet. Add the first ' + item + '.' : 'Nothing to show.'}</p>
{:else}
	<ul>
		{#each shown as todo (todo.id)}
			<li>
				<label class:done={todo.done}>
					<input type="checkbox" checked={todo.done} onchange={() => toggle(todo)} />
					<span>{todo.title}</span>
				</label>
				<button class="remove" aria-label={'Delete ' + todo.title} onclick={() => remove(todo)}>✕</button>
			</li>
		{/each}
	</ul>
{/if}

<style>
	form label {
		display: block;
		margin-bottom: 6px;
		font-weight: 600;
	}
	.row {
		display: flex;
		gap: 10px;
	}
	.problem {
		margin: 10px 0 0;
		color: var(--danger);
	}
	.problem:empty {
		display: none;
	}
	.bar {
		display: flex;
		flex-wrap: wrap;
		align-items: center;
		justify-content: space-between;
		gap: 8px;
		margin: 24px 0 12px;
		color: var(--soft);
	}
	.views {
		display: flex;
		gap: 6px;
	}
	.views button {
		padding: 0 14px;
		text-transform: capitalize;
		color: var(--soft);
	}
	.views button[aria-pressed='true'] {
		border-color: var(--accent);
		color: var(--accent);
	}
	.quiet {
		color: var(--soft);
	}
	ul {
		display: grid;
		gap: 8px;
		margin: 0;
		padding: 0;
		list-style: none;
	}
	li {
		display: flex;
		align-items: center;
		gap: 8px;
		padding: 4px 6px 4px 16px;
		border: 1px solid var(--line);
		border-radius: 12px;
		background: var(--card);
	}
	li label {
		display: flex;
		flex: 1;
		align-items: center;
		gap: 12px;
		min-width: 0;
		min-height: 48px;
		overflow-wrap: anywhere;
		cursor: pointer;
	}
	li span {
		min-width: 0;
	}
	li input {
		flex: none;
		width: 22px;
		height: 22px;
		accent-color: var(--accent);
	}
	.done span {
		color: var(--soft);
		text-decoration: line-through;
	}
	.remove {
		padding: 0 14px;
		border-color: transparent;
		background: none;
		color: var(--soft);
	}
</style>
`;
