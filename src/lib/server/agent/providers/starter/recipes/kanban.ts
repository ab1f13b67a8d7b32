import type { Recipe } from '../recipe.ts';
import { created, ownerField, ownerRules } from './access.ts';
import { appFile, listFiles, signInFile } from './shared.ts';
import { themeFile } from './theme.ts';

export const kanban: Recipe = {
	name: 'kanban',
	label: 'a kanban board',
	words: [
		[/\bkanban\b|\btrello\b/i, 12],
		[/\b(?:boards? (?:with|of) (?:cards|columns)|task board|project board|scrum)\b/i, 9],
		[/\b(?:cards?|columns?|backlog|in progress|sprint)\b/i, 4],
		[/\b(?:boards?|projects?|workflow)\b/i, 2],
	],
	title: 'Board',
	noun: 'board',
	build: ({ title }) => ({
		schema: {
			create: [
				{
					name: 'cards',
					fields: [
						{ name: 'title', type: 'text', required: true, max: 160 },
						{ name: 'details', type: 'text', max: 2000 },
						{
							name: 'state',
							type: 'select',
							values: ['todo', 'doing', 'done'],
							maxSelect: 1,
							required: true,
						},
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
				intro: 'From idea to done, one card at a time.',
				component: 'Board',
				people: 'all',
			}),
			{ path: 'src/lib/Board.svelte', text: board },
			signInFile(),
			...listFiles,
			themeFile({ light: '#5b3fc0', dark: '#c0aeff', wide: 1080 }),
		],
		summary: [
			`A board called "${title}" with three columns, with sign-up and sign-in`,
			'Cards are dragged, or moved with their arrow buttons',
			'Everybody has a board of their own',
		],
		next: ['Create an account in the preview and add your first card'],
	}),
};

const board = `<script lang="ts">
	import { data } from '$data';
	import { live } from './live.svelte.ts';
	import States from './States.svelte';

	let { owner }: { owner: string } = $props();

	const columns = [
		{ state: 'todo', name: 'To do' },
		{ state: 'doing', name: 'Doing' },
		{ state: 'done', name: 'Done' },
	];
	const cards = live({
		list: (page) => data.cards.list({ sort: 'created', page, perPage: 200 }),
		subscribe: (fn) => data.cards.subscribe(fn),
		add: 'last',
	});
	const blank = () => ({ title: '', details: '' });
	let values = $state(blank());
	let dragged = $state('');

	const inColumn = (state: string) => cards.items.filter((card) => card.state === state);

	function add(event: SubmitEvent) {
		event.preventDefault();
		return cards.change(async () => {
			cards.put(await data.cards.create({ ...values, state: 'todo', owner }));
			values = blank();
		});
	}
	function move(id: string, state: string | undefined) {
		if (id && state) void cards.change(async () => cards.put(await data.cards.update(id, { state })));
	}
	const remove = (id: string) =>
		cards.change(async () => {
			await data.cards.delete(id);
			cards.drop(id);
		});
</script>

<details class="card">
	<summary>New card</summary>
	<form onsubmit={add}>
		<label>
			Title
			<input bind:value={values.title} required maxlength="160" autocomplete="off" />
		</label>
		<label>
			Details
			<textarea bind:value={values.details} maxlength="2000" rows="3"></textarea>
		</label>
		<div class="row">
			<button class="primary" disabled={cards.busy || !values.title.trim()}>Add</button>
		</div>
	</form>
</details>

<States list={cards} empty="No cards yet. Add the first one.">
	<div class="columns">
		{#each columns as { state, name }, index (state)}
			<section
				aria-label={name}
				ondragover={(event) => event.preventDefault()}
				ondrop={() => move(dragged, state)}
			>
				<h2>{name} <span class="quiet">{inColumn(state).length}</span></h2>
				<ul class="list">
					{#each inColumn(state) as card (card.id)}
						<li class="card" draggable="true" ondragstart={() => (dragged = card.id)}>
							<strong class="grow">{card.title}</strong>
							{#if card.details}<p class="text">{card.details}</p>{/if}
							<div class="row">
								<button
									class="plain"
									disabled={index === 0}
									aria-label={'Move ' + card.title + ' back'}
									onclick={() => move(card.id, columns[index - 1]?.state)}>←</button
								>
								<button
									class="plain"
									disabled={index === columns.length - 1}
									aria-label={'Move ' + card.title + ' on'}
									onclick={() => move(card.id, columns[index + 1]?.state)}>→</button
								>
								<button class="plain" aria-label={'Delete ' + card.title} onclick={() => remove(card.id)}>✕</button>
							</div>
						</li>
					{/each}
				</ul>
			</section>
		{/each}
	</div>
</States>

<style>
	details {
		margin-bottom: 24px;
	}
	summary {
		min-height: 28px;
		font-weight: 700;
		cursor: pointer;
	}
	form {
		margin-top: 16px;
	}
	.columns {
		display: grid;
		grid-template-columns: repeat(auto-fit, minmax(240px, 1fr));
		align-items: start;
		gap: 16px;
	}
	section {
		display: grid;
		gap: 12px;
		min-height: 120px;
		padding: 14px;
		border-radius: 16px;
		background: light-dark(#eceae4, #19191d);
	}
	li {
		padding: 14px;
		cursor: grab;
	}
	li .row {
		flex-basis: 100%;
		gap: 4px;
		margin: 0 -8px -8px;
	}
</style>
`;
