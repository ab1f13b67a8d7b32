import type { Recipe } from '../recipe.ts';
import { created, ownerField, shownRules } from './access.ts';
import { appFile, listFiles, signInFile } from './shared.ts';
import { themeFile } from './theme.ts';

export const cookbook: Recipe = {
	name: 'cookbook',
	label: 'a cookbook',
	words: [
		[/\b(?:cook ?-?books?|recipes?|rezepte?|kochbuch)\b/i, 10],
		[/\b(?:cook(?:ing)?|bak(?:e|ing)|meals?|dishes|ingredients?)\b/i, 5],
	],
	title: 'Cookbook',
	noun: 'cookbook',
	build: ({ title }) => ({
		schema: {
			create: [
				{
					name: 'recipes',
					fields: [
						{ name: 'title', type: 'text', required: true, max: 120 },
						{ name: 'minutes', type: 'number', min: 0, max: 10_000, onlyInt: true },
						{ name: 'ingredients', type: 'text', required: true, max: 3000 },
						{ name: 'steps', type: 'text', required: true, max: 8000 },
						ownerField,
						created,
					],
					rules: shownRules,
				},
			],
		},
		files: [
			appFile({
				title,
				intro: 'Everybody may read and cook; sign in to add your own.',
				component: 'Cookbook',
				people: 'some',
			}),
			{ path: 'src/lib/Cookbook.svelte', text: book },
			signInFile(),
			...listFiles,
			themeFile({ light: '#9c3d10', dark: '#ffb086', wide: 760, serif: true }),
		],
		summary: [
			`A cookbook called "${title}"`,
			'Everybody reads and searches it; who signs in adds recipes',
			'Only who wrote a recipe can change or delete it',
		],
		next: ['Create an account in the preview and write down your first recipe'],
	}),
};

const book = `<script lang="ts">
	import { data } from '$data';
	import { live } from './live.svelte.ts';
	import SignIn from './SignIn.svelte';
	import States from './States.svelte';

	/** Who is signed in, or nothing. */
	let { owner }: { owner: string } = $props();

	const recipes = live({
		list: (page) => data.recipes.list({ sort: 'title', page, perPage: 200 }),
		subscribe: (fn) => data.recipes.subscribe(fn),
	});
	const blank = () => ({ title: '', minutes: null as number | null, ingredients: '', steps: '' });
	let values = $state(blank());
	let search = $state('');

	const shown = $derived(
		recipes.items.filter((recipe) =>
			(recipe.title + ' ' + recipe.ingredients).toLowerCase().includes(search.trim().toLowerCase()),
		),
	);
	const lines = (text: string) => text.split('\\n').filter((line) => line.trim() !== '');

	function add(event: SubmitEvent) {
		event.preventDefault();
		return recipes.change(async () => {
			recipes.put(await data.recipes.create({ ...values, owner }));
			values = blank();
		});
	}
	const remove = (id: string, title: string) =>
		confirm('Delete "' + title + '"?') &&
		recipes.change(async () => {
			await data.recipes.delete(id);
			recipes.drop(id);
		});
</script>

<label>
	Search by name or ingredient
	<input type="search" bind:value={search} />
</label>
<div class="space"></div>
<States list={recipes} empty="No recipes yet. Add the first one.">
	<ul class="list">
		{#each shown as recipe (recipe.id)}
			<li class="card">
				<details class="grow">
					<summary>
						<strong>{recipe.title}</strong>
						{#if recipe.minutes > 0}<span class="quiet">{recipe.minutes} minutes</span>{/if}
					</summary>
					<h2>Ingredients</h2>
					<ul>
						{#each lines(recipe.ingredients) as line, index (index)}<li>{line}</li>{/each}
					</ul>
					<h2>How to</h2>
					<ol>
						{#each lines(recipe.steps) as line, index (index)}<li>{line}</li>{/each}
					</ol>
				</details>
				{#if recipe.owner === owner}
					<button class="plain" aria-label={'Delete ' + recipe.title} onclick={() => remove(recipe.id, recipe.title)}>✕</button>
				{/if}
			</li>
		{:else}
			<li class="quiet">Nothing found.</li>
		{/each}
	</ul>
</States>

<div class="bar"><h2>Add a recipe</h2></div>
{#if owner}
	<form class="card" onsubmit={add}>
		<div class="pair">
			<label>
				Name of the dish
				<input bind:value={values.title} required maxlength="120" autocomplete="off" />
			</label>
			<label>
				Minutes
				<input type="number" bind:value={values.minutes} min="0" max="10000" />
			</label>
		</div>
		<label>
			Ingredients, one a line
			<textarea bind:value={values.ingredients} required maxlength="3000" rows="5"></textarea>
		</label>
		<label>
			Steps, one a line
			<textarea bind:value={values.steps} required maxlength="8000" rows="5"></textarea>
		</label>
		<div class="row">
			<button class="primary" disabled={recipes.busy || !values.title.trim()}>Add recipe</button>
		</div>
	</form>
{:else}
	<SignIn />
{/if}

<style>
	.space {
		height: 20px;
	}
	summary {
		min-height: 32px;
		cursor: pointer;
	}
	details h2 {
		margin: 16px 0 4px;
		font-size: 1rem;
	}
	details :is(ul, ol) {
		margin: 0;
		padding-left: 22px;
	}
</style>
`;
