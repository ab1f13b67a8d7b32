import type { Recipe } from '../recipe.ts';
import { created, ownerField, sharedRules } from './access.ts';
import { appFile, listFiles, signInFile } from './shared.ts';
import { themeFile } from './theme.ts';

export const directory: Recipe = {
	name: 'directory',
	label: 'a team directory',
	words: [
		[/\b(?:director(?:y|ies)|address ?books?|contact (?:list|book)|phone ?book)\b/i, 10],
		[/\b(?:contacts?|members? list|who is who|employees?|colleagues?|staff)\b/i, 6],
		[/\b(?:team|people|profiles?)\b/i, 2],
	],
	title: 'Team directory',
	noun: 'directory',
	build: ({ title }) => ({
		schema: {
			create: [
				{
					name: 'people',
					fields: [
						{ name: 'name', type: 'text', required: true, max: 80 },
						{ name: 'role', type: 'text', max: 80 },
						{ name: 'phone', type: 'text', max: 40 },
						{ name: 'about', type: 'text', max: 600 },
						ownerField,
						created,
					],
					rules: sharedRules,
					indexes: [{ fields: ['owner'], unique: true }],
				},
			],
		},
		files: [
			appFile({
				title,
				intro: 'Who is who, kept up to date by everybody themselves.',
				component: 'People',
				people: 'all',
			}),
			{ path: 'src/lib/People.svelte', text: people },
			signInFile(),
			...listFiles,
			themeFile({ light: '#6a4a12', dark: '#e6c27a', wide: 860 }),
		],
		summary: [
			`A directory called "${title}", with sign-up and sign-in`,
			'Who is signed in finds everybody; each person keeps one entry of their own',
			'Nobody can change what somebody else wrote',
		],
		next: ['Create an account in the preview and add yourself'],
	}),
};

const people = `<script lang="ts">
	import { data } from '$data';
	import { live } from './live.svelte.ts';
	import States from './States.svelte';

	let { owner }: { owner: string } = $props();

	const people = live({
		list: (page) => data.people.list({ sort: 'name', page, perPage: 200 }),
		subscribe: (fn) => data.people.subscribe(fn),
	});
	const blank = () => ({ name: '', role: '', phone: '', about: '' });
	let values = $state(blank());
	let isOpen = $state(false);
	let search = $state('');

	const mine = $derived(people.items.find((person) => person.owner === owner));
	const shown = $derived(
		people.items
			.filter((person) =>
				(person.name + ' ' + person.role).toLowerCase().includes(search.trim().toLowerCase()),
			)
			.sort((a, b) => a.name.localeCompare(b.name)),
	);
	const initials = (name: string) =>
		name.split(/\\s+/).map((word) => word.charAt(0)).slice(0, 2).join('').toUpperCase();

	function edit() {
		values = { ...blank(), ...mine };
		isOpen = true;
	}
	async function save(event: SubmitEvent) {
		event.preventDefault();
		const saved = await people.change(async () => {
			if (mine) people.put(await data.people.update(mine.id, { ...values }));
			else people.put(await data.people.create({ ...values, owner }));
		});
		if (saved) isOpen = false;
	}
	const remove = (id: string) =>
		confirm('Remove your entry?') &&
		people.change(async () => {
			await data.people.delete(id);
			people.drop(id);
			isOpen = false;
		});
</script>

{#if isOpen}
	<form class="card" onsubmit={save}>
		<div class="pair">
			<label>
				Name
				<input bind:value={values.name} required maxlength="80" autocomplete="name" />
			</label>
			<label>
				Role
				<input bind:value={values.role} maxlength="80" autocomplete="organization-title" />
			</label>
			<label>
				Phone
				<input type="tel" bind:value={values.phone} maxlength="40" autocomplete="tel" />
			</label>
		</div>
		<label>
			About you
			<textarea bind:value={values.about} maxlength="600" rows="3"></textarea>
		</label>
		<div class="row">
			<button class="primary" disabled={people.busy || !values.name.trim()}>Save</button>
			<button type="button" onclick={() => (isOpen = false)}>Cancel</button>
			{#if mine}
				<button type="button" class="plain" onclick={() => mine && remove(mine.id)}>Remove my entry</button>
			{/if}
		</div>
	</form>
{:else if people.status === 'ready'}
	<button class="primary" onclick={edit}>{mine ? 'Change my entry' : 'Add myself'}</button>
{/if}

<div class="bar">
	<label class="grow">
		Search by name or role
		<input type="search" bind:value={search} />
	</label>
</div>
<States list={people} empty="Nobody is here yet. Add yourself.">
	<ul class="list people">
		{#each shown as person (person.id)}
			<li class="card">
				<span class="face" aria-hidden="true">{initials(person.name)}</span>
				<div class="grow">
					<strong>{person.name}</strong>
					<p class="quiet">{person.role}</p>
				</div>
				{#if person.phone}<a href={'tel:' + person.phone.replace(/[^+0-9]/g, '')}>{person.phone}</a>{/if}
				{#if person.about}<p class="text">{person.about}</p>{/if}
			</li>
		{:else}
			<li class="quiet">Nobody found.</li>
		{/each}
	</ul>
</States>

<style>
	.people {
		grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
	}
	.people li {
		align-content: start;
	}
	.face {
		display: grid;
		place-items: center;
		width: 44px;
		height: 44px;
		border-radius: 50%;
		background: var(--accent);
		color: var(--on-accent);
		font-weight: 700;
	}
	.people .grow {
		flex-basis: 140px;
	}
</style>
`;
