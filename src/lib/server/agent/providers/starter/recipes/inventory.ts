import type { Recipe } from '../recipe.ts';
import { created, ownerField, ownerRules } from './access.ts';
import { appFile, listFiles, signInFile } from './shared.ts';
import { themeFile } from './theme.ts';

export const inventory: Recipe = {
	name: 'inventory',
	label: 'an inventory',
	words: [
		[/\b(?:inventor(?:y|ies)|stock|warehouse|pantry|lagerbestand)\b/i, 10],
		[/\b(?:supplies|storage|quantit(?:y|ies)|equipment|how many)\b/i, 5],
		[/\b(?:items?|products?|parts)\b/i, 2],
	],
	title: 'Inventory',
	noun: 'inventory',
	build: ({ title }) => ({
		schema: {
			create: [
				{
					name: 'items',
					fields: [
						{ name: 'name', type: 'text', required: true, max: 120 },
						{ name: 'place', type: 'text', max: 80 },
						{ name: 'amount', type: 'number', min: 0, max: 1_000_000_000, onlyInt: true },
						{ name: 'minimum', type: 'number', min: 0, max: 1_000_000_000, onlyInt: true },
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
				intro: 'What is there, where it is, and what runs low.',
				component: 'Inventory',
				people: 'all',
			}),
			{ path: 'src/lib/Inventory.svelte', text: store },
			signInFile(),
			...listFiles,
			themeFile({ light: '#3a5a8c', dark: '#a8c6f5', wide: 760 }),
		],
		summary: [
			`An inventory called "${title}", with sign-up and sign-in`,
			'Count up and down with one click; what runs low is shown',
			'Everybody sees and changes only their own items',
		],
		next: ['Create an account in the preview and add your first item'],
	}),
};

const store = `<script lang="ts">
	import { data } from '$data';
	import { live } from './live.svelte.ts';
	import States from './States.svelte';

	let { owner }: { owner: string } = $props();

	const items = live({
		list: (page) => data.items.list({ sort: 'name', page, perPage: 200 }),
		subscribe: (fn) => data.items.subscribe(fn),
	});
	const blank = () => ({ name: '', place: '', amount: 1 as number | null, minimum: 0 as number | null });
	let values = $state(blank());
	let search = $state('');
	let onlyLow = $state(false);

	const isLow = (item: { amount: number; minimum: number }) => item.amount < item.minimum;
	const low = $derived(items.items.filter(isLow).length);
	const shown = $derived(
		items.items
			.filter((item) => !onlyLow || isLow(item))
			.filter((item) => (item.name + ' ' + item.place).toLowerCase().includes(search.trim().toLowerCase()))
			.sort((a, b) => a.name.localeCompare(b.name)),
	);

	function add(event: SubmitEvent) {
		event.preventDefault();
		return items.change(async () => {
			items.put(await data.items.create({ ...values, owner }));
			values = blank();
		});
	}
	// Added on the server: two people who count at once do not overwrite each other.
	const count = (id: string, by: number) =>
		items.change(async () => items.put(await data.items.update(id, { 'amount+': by })));
	const remove = (id: string, name: string) =>
		confirm('Delete "' + name + '"?') &&
		items.change(async () => {
			await data.items.delete(id);
			items.drop(id);
		});
</script>

<form class="card" onsubmit={add}>
	<div class="pair">
		<label>
			Item
			<input bind:value={values.name} required maxlength="120" autocomplete="off" />
		</label>
		<label>
			Place
			<input bind:value={values.place} maxlength="80" autocomplete="off" />
		</label>
		<label>
			Amount
			<input type="number" bind:value={values.amount} required min="0" />
		</label>
		<label>
			Warn below
			<input type="number" bind:value={values.minimum} min="0" />
		</label>
	</div>
	<div class="row">
		<button class="primary" disabled={items.busy || !values.name.trim()}>Add</button>
	</div>
</form>

<div class="bar">
	<label class="grow">
		Search
		<input type="search" bind:value={search} />
	</label>
	<button aria-pressed={onlyLow} onclick={() => (onlyLow = !onlyLow)}>Runs low ({low})</button>
</div>
<States list={items} empty="Nothing here yet. Add the first item.">
	<ul class="list">
		{#each shown as item (item.id)}
			<li class="card">
				<div class="grow">
					<strong>{item.name}</strong>
					<p class="quiet">{item.place}</p>
				</div>
				{#if isLow(item)}<span class="tag low">Runs low</span>{/if}
				<div class="row">
					<button
						aria-label={'One less ' + item.name}
						disabled={items.busy || item.amount === 0}
						onclick={() => count(item.id, -1)}>−</button
					>
					<strong class="number">{item.amount}</strong>
					<button aria-label={'One more ' + item.name} disabled={items.busy} onclick={() => count(item.id, 1)}>+</button>
					<button class="plain" aria-label={'Delete ' + item.name} onclick={() => remove(item.id, item.name)}>✕</button>
				</div>
			</li>
		{:else}
			<li class="quiet">Nothing found.</li>
		{/each}
	</ul>
</States>

<style>
	.bar {
		align-items: end;
	}
	.low {
		border-color: var(--danger);
		color: var(--danger);
	}
	.number {
		min-width: 3ch;
		text-align: center;
	}
</style>
`;
