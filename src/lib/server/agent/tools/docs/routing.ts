export const routing = `# More than one page

There is no router: the place is in location.hash, so a reload and the back button work.

\`\`\`ts file=src/lib/route.svelte.ts
let hash = $state(location.hash);
addEventListener('hashchange', () => {
	hash = location.hash;
});

/** #/posts/abc -> ['posts', 'abc'] */
export const route = {
	get parts(): string[] {
		return hash.replace(/^#\\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
	},
};
\`\`\`

\`\`\`svelte
<script lang="ts">
	import { data } from '$data';
	import { route } from './lib/route.svelte.ts';

	const [page, id] = $derived(route.parts);
</script>

<nav><a href="#/">Home</a> <a href="#/about">About</a></nav>
{#if page === undefined}
	<h1>Home</h1>
{:else if page === 'about'}
	<h1>About</h1>
{:else if page === 'posts' && id}
	{#await data.posts.one(id)}
		<p>Loading…</p>
	{:then post}
		<h1>{post.title}</h1>
	{:catch}
		<p>There is no such post.</p>
	{/await}
{:else}
	<h1>Nothing here</h1>
	<a href="#/">To the start</a>
{/if}
\`\`\`
`;
