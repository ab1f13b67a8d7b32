import { js, type Recipe } from '../recipe.ts';
import { created, ownerField, ownerRules } from './access.ts';
import { appFile, listFiles, signInFile } from './shared.ts';
import { themeFile } from './theme.ts';

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
						created,
					],
					rules: ownerRules,
				},
			],
		},
		files: [
			appFile({
				title,
				intro: 'One thing after the other.',
				component: 'TodoList',
				people: 'all',
			}),
			{ path: 'src/lib/TodoList.svelte', text: list(item) },
			signInFile(),
			...listFiles,
			themeFile({ light: '#14713d', dark: '#7fdca4' }),
		],
		summary: [
			`A to-do list called "${title}", with sign-up and sign-in`,
			`Everybody sees and changes only their own ${plural(item)}`,
			'It stays in step between open tabs and devices',
		],
		next: [`Create an account in the preview and add your first ${item}`],
	}),
};

const plural = (item: string): string =>
	item === 'entry' ? 'entries' : /(?:s|x|ch|sh)$/.test(item) ? `${item}es` : `${item}s`;

const list = (item: string): string => `<script lang="ts">
	import { data } from '$data';
	import { live } from './live.svelte.ts';
	import States from './States.svelte';

	let { owner }: { owner: string } = $props();

	const item = ${js(item)};
	const views = ['all', 'open', 'done'] as const;
	const todos = live({
		list: (page) => data.todos.list({ sort: 'created', page, perPage: 200 }),
		subscribe: (fn) => data.todos.subscribe(fn),
		add: 'last',
	});
	const blank = () => ({ title: '' });
	let values = $state(blank());
	let view = $state<(typeof views)[number]>('all');

	const open = $derived(todos.items.filter((todo) => !todo.done).length);
	const shown = $derived(todos.items.filter((todo) => view === 'all' || todo.done === (view === 'done')));

	function add(event: SubmitEvent) {
		event.preventDefault();
		return todos.change(async () => {
			todos.put(await data.todos.create({ ...values, done: false, owner }));
			values = blank();
		});
	}
	const toggle = (id: string, done: boolean) =>
		todos.change(async () => todos.put(await data.todos.update(id, { done })));
	const remove = (id: string) =>
		todos.change(async () => {
			await data.todos.delete(id);
			todos.drop(id);
		});
</script>

<form onsubmit={add}>
	<label>
		New {item}
		<input bind:value={values.title} required maxlength="200" autocomplete="off" />
	</label>
	<div class="row">
		<button class="primary" disabled={todos.busy || !values.title.trim()}>Add</button>
	</div>
</form>

<div class="bar">
	<span class="quiet" role="status">{open === 0 && todos.items.length > 0 ? 'All done!' : open + ' open'}</span>
	<div class="row" role="group" aria-label="Show">
		{#each views as name (name)}
			<button aria-pressed={view === name} onclick={() => (view = name)}>{name}</button>
		{/each}
	</div>
</div>

<States list={todos} empty={'Nothing here yet. Add the first ' + item + '.'}>
	<ul class="list">
		{#each shown as todo (todo.id)}
			<li class="card">
				<label class="check grow" class:done={todo.done}>
					<input
						type="checkbox"
						checked={todo.done}
						onchange={(event) => toggle(todo.id, event.currentTarget.checked)}
					/>
					<span>{todo.title}</span>
				</label>
				<button class="plain" aria-label={'Delete ' + todo.title} onclick={() => remove(todo.id)}>✕</button>
			</li>
		{:else}
			<li class="quiet">Nothing to show.</li>
		{/each}
	</ul>
</States>

<style>
	.bar button {
		padding: 0 14px;
		text-transform: capitalize;
	}
	li {
		padding-block: 6px;
		padding-inline-end: 8px;
	}
	.done span {
		color: var(--soft);
		text-decoration: line-through;
	}
</style>
`;
