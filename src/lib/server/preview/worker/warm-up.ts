import type { SourceFiles } from '../compile/index.ts';

const component = `<script lang="ts">
	import { auth } from '$auth';
	import { data } from '$data';
	let text = $state('');
	$effect(() => data.items.subscribe(() => (text = auth.user?.name)));
</script>
<form class="p-2"><input bind:value={text} /></form>
{#each text as item}<p>{item}</p>{:else}<button onclick={() => (text = '')}>Add</button>{/each}
`;

/** Touches what nearly every app touches: the packages it needs are parsed when the first app comes. */
export const warmUpApp: SourceFiles = new Map([['src/App.svelte', Buffer.from(component)]]);
