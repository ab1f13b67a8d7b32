export const realtime = `# Realtime

subscribe calls back for each change the reader may see, in this and other tabs and devices. What it returns stops it, so
return it from onMount or $effect. Load first, then keep in step by id.

\`\`\`svelte
<script lang="ts">
	import { onMount } from 'svelte';
	import { data } from '$data';

	type Post = Awaited<ReturnType<typeof data.posts.one>>;
	let posts = $state<Post[]>([]);
	let problem = $state('');

	onMount(() => {
		data.posts
			.list({ sort: '-created', perPage: 100 })
			.then((page) => (posts = page.items))
			.catch((error: Error) => (problem = error.message));
		return data.posts.subscribe(({ action, record }) => {
			const others = posts.filter((post) => post.id !== record.id);
			posts = action === 'delete' ? others : [record, ...others];
		});
	});
</script>

<p role="alert">{problem}</p>
{#each posts as post (post.id)}<p>{post.title}</p>{/each}
\`\`\`

- Options: { filter, params, expand, id, onError }. id: only this record.
- Changes obey the list rule (view rule with id). After signing in or out it subscribes again by itself.
- An own change comes back as an event too: put records by id, never append blindly.
- A subscription with a filter does not tell that a record no longer fits it; load again where that matters.
`;
