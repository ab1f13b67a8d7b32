export const svelte5 = `# Svelte 5 (runes), as compiled here

State, derived values, effects. An object or array in $state is deep: push and assignment to a property are seen.

\`\`\`svelte
<script lang="ts">
	interface Item {
		id: number;
		label: string;
		done: boolean;
	}
	let items = $state<Item[]>([]);
	let label = $state('');
	const open = $derived(items.filter((item) => !item.done).length);
	// $derived takes an expression; $derived.by takes a function for longer work.
	const summary = $derived.by(() => {
		if (items.length === 0) return 'Nothing yet';
		return open + ' of ' + items.length + ' open';
	});

	function add(event: SubmitEvent) {
		event.preventDefault();
		items.push({ id: Date.now(), label: label.trim(), done: false });
		label = '';
	}

	// For things outside of Svelte only. What it returns cleans up before the next run and at the end.
	$effect(() => {
		document.title = summary;
	});
</script>

<form onsubmit={add}>
	<label>New item <input bind:value={label} required /></label>
	<button disabled={label.trim() === ''}>Add</button>
</form>
<ul>
	{#each items as item (item.id)}
		<li><label><input type="checkbox" bind:checked={item.done} /> {item.label}</label></li>
	{:else}
		<li>{summary}</li>
	{/each}
</ul>
\`\`\`

Props, callbacks, children and snippets. A callback prop takes the place of an event; a snippet that of a slot.

\`\`\`svelte file=src/lib/Card.svelte
<script lang="ts">
	import type { Snippet } from 'svelte';

	interface Props {
		title: string;
		open?: boolean;
		onremove?: (title: string) => void;
		footer?: Snippet<[string]>;
		children: Snippet;
	}
	let { title, open = $bindable(true), onremove, footer, children }: Props = $props();
</script>

<section>
	<h2>{title}</h2>
	<button onclick={() => (open = !open)} aria-expanded={open}>{open ? 'Hide' : 'Show'}</button>
	{#if open}{@render children()}{/if}
	{@render footer?.(title)}
	{#if onremove}<button onclick={() => onremove(title)}>Remove</button>{/if}
</section>
\`\`\`

\`\`\`svelte
<script lang="ts">
	import Card from './lib/Card.svelte';
	let open = $state(true);
	let removed = $state('');
</script>

<Card title="First" bind:open onremove={(title) => (removed = title)}>
	<p>What stands between the tags is children.</p>
	{#snippet footer(title)}<small>Below {title}</small>{/snippet}
</Card>
<p>{removed}</p>
\`\`\`

State that several components share lives in a .svelte.ts module, as an object or class: an exported variable that is
assigned anew is not seen elsewhere, a property is.

\`\`\`ts file=src/lib/cart.svelte.ts
class Cart {
	ids = $state<string[]>([]);
	count = $derived(this.ids.length);
	add(id: string) {
		this.ids.push(id);
	}
}
export const cart = new Cart();
\`\`\`

Waiting for something in markup:

\`\`\`svelte
<script lang="ts">
	import { data } from '$data';
	let loading = $state(data.posts.list({ sort: '-created', perPage: 20 }));
</script>

{#await loading}
	<p>Loading…</p>
{:then page}
	{#each page.items as post (post.id)}<article><h2>{post.title}</h2></article>{/each}
{:catch error}
	<p role="alert">{error.message}</p>
	<button onclick={() => (loading = data.posts.list({ sort: '-created', perPage: 20 }))}>Try again</button>
{/await}
\`\`\`

Do not: export let, $:, on:click, <slot>, createEventDispatcher, stores. Do not set state in $effect that a $derived could
compute. Give every {#each} a key. Class lists may be objects and arrays: class={['row', { active: isActive }]}.
`;
