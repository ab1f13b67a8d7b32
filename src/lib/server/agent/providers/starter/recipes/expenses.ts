import type { Recipe } from '../recipe.ts';
import { created, ownerField, ownerRules } from './access.ts';
import { appFile, listFiles, signInFile } from './shared.ts';
import { themeFile } from './theme.ts';

const categories = ['Food', 'Home', 'Travel', 'Fun', 'Health', 'Other'];

export const expenses: Recipe = {
	name: 'expenses',
	label: 'an expense tracker',
	words: [
		[/\b(?:expenses?|spending|budget(?:ing)?|ausgaben|haushaltsbuch)\b/i, 10],
		[/\b(?:money|costs?|receipts?|finances?)\b/i, 4],
		[/\b(?:track(?:er|ing)?|categor(?:y|ies)|monthly)\b/i, 2],
	],
	title: 'Expenses',
	noun: 'expenses',
	build: ({ title }) => ({
		schema: {
			create: [
				{
					name: 'expenses',
					fields: [
						{ name: 'title', type: 'text', required: true, max: 120 },
						{ name: 'amount', type: 'number', required: true, min: 0.01, max: 1_000_000_000 },
						{
							name: 'category',
							type: 'select',
							values: [...categories],
							maxSelect: 1,
							required: true,
						},
						{ name: 'day', type: 'date', required: true },
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
				intro: 'Where the money goes, month by month.',
				component: 'Expenses',
				people: 'all',
			}),
			{ path: 'src/lib/Expenses.svelte', text: tracker },
			signInFile(),
			...listFiles,
			themeFile({ light: '#2d6a1f', dark: '#9bdd86', wide: 720 }),
		],
		summary: [
			`An expense tracker called "${title}", with sign-up and sign-in`,
			'Sums by month and by category',
			'Everybody sees and changes only their own expenses',
		],
		next: ['Create an account in the preview and write down what you spent last'],
	}),
};

const tracker = `<script lang="ts">
	import { data } from '$data';
	import { live } from './live.svelte.ts';
	import States from './States.svelte';

	let { owner }: { owner: string } = $props();

	/** The same stand in the field "category" of the table "expenses". */
	const categories = ${JSON.stringify(categories).replaceAll('"', "'").replaceAll(',', ', ')};
	const today = new Date().toLocaleDateString('sv-SE');
	const expenses = live({
		list: (page) => data.expenses.list({ sort: '-day,-created', page, perPage: 200 }),
		subscribe: (fn) => data.expenses.subscribe(fn),
	});
	const blank = () => ({ title: '', amount: null as number | null, category: 'Food', day: today });
	let values = $state(blank());
	let month = $state(today.slice(0, 7));

	const months = $derived(
		[...new Set([today.slice(0, 7), ...expenses.items.map(({ day }) => day.slice(0, 7))])].sort().reverse(),
	);
	const shown = $derived(
		expenses.items
			.filter(({ day }) => day.startsWith(month))
			.sort((a, b) => b.day.localeCompare(a.day)),
	);
	const sum = (of: { amount: number }[]) => of.reduce((total, { amount }) => total + amount, 0);
	const total = $derived(sum(shown));
	const parts = $derived(
		categories
			.map((category) => ({ category, amount: sum(shown.filter((item) => item.category === category)) }))
			.filter(({ amount }) => amount > 0)
			.sort((a, b) => b.amount - a.amount),
	);
	const money = (amount: number) =>
		amount.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

	function add(event: SubmitEvent) {
		event.preventDefault();
		return expenses.change(async () => {
			const { amount, ...rest } = values;
			expenses.put(await data.expenses.create({ ...rest, amount: amount ?? 0, owner }));
			month = values.day.slice(0, 7);
			values = blank();
		});
	}
	const remove = (id: string) =>
		expenses.change(async () => {
			await data.expenses.delete(id);
			expenses.drop(id);
		});
</script>

<form class="card" onsubmit={add}>
	<div class="pair">
		<label>
			What for
			<input bind:value={values.title} required maxlength="120" autocomplete="off" />
		</label>
		<label>
			Amount
			<input type="number" bind:value={values.amount} required min="0.01" step="0.01" inputmode="decimal" />
		</label>
		<label>
			Category
			<select bind:value={values.category}>
				{#each categories as category (category)}<option>{category}</option>{/each}
			</select>
		</label>
		<label>
			Day
			<input type="date" bind:value={values.day} required />
		</label>
	</div>
	<div class="row">
		<button class="primary" disabled={expenses.busy || !values.title.trim() || !values.amount}>Add</button>
	</div>
</form>

<div class="bar">
	<h2>Total <span class="number">{money(total)}</span></h2>
	<label>
		Month
		<select bind:value={month}>
			{#each months as name (name)}<option>{name}</option>{/each}
		</select>
	</label>
</div>
<States list={expenses} empty="Nothing spent yet.">
	{#each parts as { category, amount } (category)}
		<div class="part">
			<span>{category}</span>
			<span class="number">{money(amount)}</span>
			<meter min="0" max={total} value={amount} aria-label={category}></meter>
		</div>
	{/each}
	<ul class="list">
		{#each shown as expense (expense.id)}
			<li class="card">
				<strong class="grow">{expense.title}</strong>
				<span class="tag">{expense.category}</span>
				<time class="quiet" datetime={expense.day.slice(0, 10)}>{expense.day.slice(0, 10)}</time>
				<strong class="number">{money(expense.amount)}</strong>
				<button class="plain" aria-label={'Delete ' + expense.title} onclick={() => remove(expense.id)}>✕</button>
			</li>
		{:else}
			<li class="quiet">Nothing in this month.</li>
		{/each}
	</ul>
</States>

<style>
	.part {
		display: grid;
		grid-template-columns: 1fr auto;
		margin-bottom: 10px;
	}
	meter {
		grid-column: 1 / -1;
		width: 100%;
		height: 10px;
		border: 0;
		border-radius: 5px;
		background: var(--line);
	}
	meter::-webkit-meter-bar {
		height: 10px;
		border: 0;
		border-radius: 5px;
		background: var(--line);
	}
	meter::-webkit-meter-optimum-value {
		border-radius: 5px;
		background: var(--accent);
	}
	meter::-moz-meter-bar {
		border-radius: 5px;
		background: var(--accent);
	}
	.part + .list {
		margin-top: 20px;
	}
</style>
`;
