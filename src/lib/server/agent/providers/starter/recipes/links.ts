import type { Recipe } from '../recipe.ts';
import { created, ownerField, ownerRules } from './access.ts';
import { appFile, listFiles, signInFile } from './shared.ts';
import { themeFile } from './theme.ts';

export const links: Recipe = {
	name: 'links',
	label: 'a collection of links',
	words: [
		[/\b(?:bookmarks?|links?|lesezeichen)\b/i, 10],
		[/\b(?:urls?|websites?|reading list|read later|articles?)\b/i, 5],
		[/\b(?:collect(?:ion)?|save|tags?)\b/i, 1],
	],
	title: 'Links',
	noun: 'links',
	build: ({ title }) => ({
		schema: {
			create: [
				{
					name: 'links',
					fields: [
						{ name: 'title', type: 'text', required: true, max: 160 },
						{ name: 'url', type: 'url', required: true },
						{ name: 'tag', type: 'text', max: 40 },
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
				intro: 'What is worth finding again.',
				component: 'Links',
				people: 'all',
			}),
			{ path: 'src/lib/Links.svelte', text: collection },
			signInFile(),
			...listFiles,
			themeFile({ light: '#0b5fb0', dark: '#8cc4ff' }),
		],
		summary: [
			`A collection of links called "${title}", with sign-up and sign-in`,
			'Search by words, filter by tag',
			'Everybody sees and changes only their own links',
		],
		next: ['Create an account in the preview and save your first link'],
	}),
};

const collection = `<script lang="ts">
	import { data } from '$data';
	import { live } from './live.svelte.ts';
	import States from './States.svelte';

	let { owner }: { owner: string } = $props();

	const links = live({
		list: (page) => data.links.list({ sort: '-created', page, perPage: 200 }),
		subscribe: (fn) => data.links.subscribe(fn),
	});
	const blank = () => ({ title: '', url: '', tag: '' });
	let values = $state(blank());
	let search = $state('');
	let tag = $state('');

	const tags = $derived([...new Set(links.items.map((link) => link.tag).filter(Boolean))].sort());
	const shown = $derived(
		links.items.filter(
			(link) =>
				(tag === '' || link.tag === tag) &&
				(link.title + ' ' + link.url).toLowerCase().includes(search.trim().toLowerCase()),
		),
	);
	/** What is no web address gets no link: javascript: and the like. */
	const host = (url: string) => /^https?:\\/\\/([^/]+)/i.exec(url)?.[1] ?? '';

	function add(event: SubmitEvent) {
		event.preventDefault();
		return links.change(async () => {
			links.put(await data.links.create({ ...values, tag: values.tag.trim(), owner }));
			values = blank();
		});
	}
	const remove = (id: string) =>
		links.change(async () => {
			await data.links.delete(id);
			links.drop(id);
		});
</script>

<form class="card" onsubmit={add}>
	<label>
		Address
		<input type="url" bind:value={values.url} required pattern="https?://.+" placeholder="https://" />
	</label>
	<div class="pair">
		<label>
			Title
			<input bind:value={values.title} required maxlength="160" autocomplete="off" />
		</label>
		<label>
			Tag
			<input bind:value={values.tag} maxlength="40" list="tags" autocomplete="off" />
		</label>
	</div>
	<datalist id="tags">{#each tags as name (name)}<option value={name}></option>{/each}</datalist>
	<div class="row">
		<button class="primary" disabled={links.busy || !values.title.trim() || !values.url}>Save link</button>
	</div>
</form>

<div class="bar">
	<label class="grow">
		Search
		<input type="search" bind:value={search} />
	</label>
	{#if tags.length > 0}
		<div class="row" role="group" aria-label="Tags">
			<button aria-pressed={tag === ''} onclick={() => (tag = '')}>All</button>
			{#each tags as name (name)}
				<button aria-pressed={tag === name} onclick={() => (tag = name)}>{name}</button>
			{/each}
		</div>
	{/if}
</div>
<States list={links} empty="No links yet. Save the first one.">
	<ul class="list">
		{#each shown as link (link.id)}
			<li class="card">
				<div class="grow">
					{#if host(link.url)}
						<a href={link.url} target="_blank" rel="noreferrer">{link.title}</a>
					{:else}
						<strong>{link.title}</strong>
					{/if}
					<p class="quiet">{host(link.url) || link.url}</p>
				</div>
				{#if link.tag}<span class="tag">{link.tag}</span>{/if}
				<button class="plain" aria-label={'Delete ' + link.title} onclick={() => remove(link.id)}>✕</button>
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
	a {
		font-weight: 600;
	}
</style>
`;
