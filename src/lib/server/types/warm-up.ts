import type { AppSource } from './protocol.ts';

const component = `<script lang="ts">
	import { auth } from '$auth';
	import { data } from '$data';

	let items = $state<{ id: string; text: string }[]>([]);
	let text = $state('');
	const count = $derived(items.length);
	$effect(() => {
		void load();
	});
	async function load() {
		const page = await data.items.list({ sort: '-created' });
		items = page.items.map(({ id }) => ({ id, text }));
	}
	function add(event: SubmitEvent) {
		event.preventDefault();
		items.push({ id: String(count), text });
	}
</script>

<form onsubmit={add}>
	<label>Text <input bind:value={text} required /></label>
	<button disabled={!auth.user}>Add</button>
</form>
<ul>
	{#each items as item (item.id)}<li class={[count > 1 && 'more']}>{item.text}</li>{/each}
</ul>
`;

const client = `
declare module '$data' {
	export const data: {
		items: { list(options: { sort: string }): Promise<{ items: { id: string }[] }> };
	};
}
declare module '$auth' {
	export const auth: { readonly user: object | null };
}
`;

/** Touches what nearly every app touches: the libraries it needs are read when the first app comes. */
export const warmUpApp: AppSource = {
	files: new Map([['src/App.svelte', component]]),
	client,
	collections: new Map(),
};
