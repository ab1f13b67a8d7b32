/** `after`: the repaired text; null: it must stay as it is, to the byte. */
export interface FixCase {
	readonly name: string;
	readonly path?: string;
	readonly files?: readonly string[];
	readonly before: string;
	readonly after: string | null;
}

const script = (body: string, markup = ''): string =>
	`<script lang="ts">\n${body}\n</script>\n${markup}`;

export const typescriptCases: readonly FixCase[] = [
	{
		name: 'a type annotation',
		before: '<script>\n\tlet n: number = $state(1);\n</script>\n{n}\n',
		after: '<script lang="ts">\n\tlet n: number = $state(1);\n</script>\n{n}\n',
	},
	{
		name: 'both scripts',
		before:
			'<script module>\n\texport type A = 1;\n</script>\n<script>\n\tlet n = 1 as number;\n</script>\n',
		after:
			'<script lang="ts" module>\n\texport type A = 1;\n</script>\n<script lang="ts">\n\tlet n = 1 as number;\n</script>\n',
	},
	{ name: 'JavaScript', before: '<script>\n\tlet n = 1;\n</script>\n{n}\n', after: null },
	{ name: 'TypeScript that says so', before: script('\tlet n: number = 1;'), after: null },
	{
		name: 'another language',
		before: '<script lang="js">\n\tlet n: number;\n</script>\n',
		after: null,
	},
	{ name: 'broken in another way', before: '<script>\n\tlet = ;\n</script>\n', after: null },
	{
		name: 'broken markup',
		before: '<script>\n\tlet n: number;\n</script>\n{#if n}\n',
		after: null,
	},
];

export const runeImportCases: readonly FixCase[] = [
	{
		name: 'a rune alone',
		before: script("\timport { $state } from 'svelte';\n\tlet a = $state(1);"),
		after: script('\tlet a = $state(1);'),
	},
	{
		name: 'a rune among others',
		before: script("\timport { onMount, $effect, tick } from 'svelte';"),
		after: script("\timport { onMount, tick } from 'svelte';"),
	},
	{ name: 'no rune', before: script("\timport { onMount } from 'svelte';"), after: null },
	{ name: 'another module', before: script("\timport { $state } from './state.ts';"), after: null },
	{ name: 'a name like one', before: script("\timport { $store } from 'svelte';"), after: null },
	{ name: 'in a comment', before: script("\t// import { $state } from 'svelte';"), after: null },
	{
		name: 'in a string',
		before: script('\tlet a = "import { $state } from \'svelte\';";'),
		after: null,
	},
];

const card = [
	'src/App.svelte',
	'src/lib/Card.svelte',
	'src/lib/format.ts',
	'src/lib/both.ts',
	'src/lib/both.svelte',
];
export const importPathCases: readonly FixCase[] = [
	{
		name: '$lib from the root component',
		files: card,
		before: script("\timport Card from '$lib/Card.svelte';"),
		after: script("\timport Card from './lib/Card.svelte';"),
	},
	{
		name: '$lib from beside it, without its ending',
		path: 'src/lib/Page.svelte',
		files: card,
		before: script("\timport { money } from '$lib/format';"),
		after: script("\timport { money } from './format.ts';"),
	},
	{
		name: 'from the root',
		files: card,
		before: script(
			"\timport Card from '/src/lib/Card.svelte';\n\timport f from 'src/lib/format.ts';",
		),
		after: script("\timport Card from './lib/Card.svelte';\n\timport f from './lib/format.ts';"),
	},
	{
		name: 'without its ending',
		files: card,
		before: script("\timport Card from './lib/Card';"),
		after: script("\timport Card from './lib/Card.svelte';"),
	},
	{
		name: 'in a module',
		path: 'src/lib/all.ts',
		files: card,
		before: "import { money } from '$lib/format';\nexport const a = money;\n",
		after: "import { money } from './format.ts';\nexport const a = money;\n",
	},
	{
		name: 'data as default export',
		before: script("\timport data from '$data';"),
		after: script("\timport { data } from '$data';"),
	},
	{
		name: 'data under another name',
		before: script("\timport db from '$data';"),
		after: script("\timport { data as db } from '$data';"),
	},
	{
		name: 'auth from the wrong module',
		before: script("\timport { auth } from '$data';"),
		after: script("\timport { auth } from '$auth';"),
	},
	{
		name: 'right',
		files: card,
		before: script("\timport Card from './lib/Card.svelte';"),
		after: null,
	},
	{
		name: 'two files it could be',
		files: card,
		before: script("\timport b from './lib/both';"),
		after: null,
	},
	{
		name: 'no file',
		files: card,
		before: script("\timport a from '$lib/None.svelte';"),
		after: null,
	},
	{
		name: 'outside',
		files: card,
		before: script("\timport a from '../../lib/Card';"),
		after: null,
	},
	{
		name: 'a package',
		files: card,
		before: script("\timport { fade } from 'svelte/transition';"),
		after: null,
	},
	{ name: 'an unknown export', before: script("\timport { pb } from '$data';"), after: null },
	{
		name: 'two of one module',
		before: script("\timport { data, auth } from '$data';"),
		after: null,
	},
	{ name: 'a type', before: script("\timport type { data } from '$auth';"), after: null },
	{
		name: 'in text',
		files: card,
		before: "<p>import Card from '$lib/Card.svelte';</p>\n",
		after: null,
	},
];

export const svelte4Cases: readonly FixCase[] = [
	{
		name: 'export let and on:click',
		before:
			'<script lang="ts">\n\texport let name: string;\n</script>\n\n<button on:click={() => alert(name)}>{name}</button>\n',
		after:
			'<script lang="ts">\n\tinterface Props {\n\t\tname: string;\n\t}\n\n\tlet { name }: Props = $props();\n</script>\n\n<button onclick={() => alert(name)}>{name}</button>\n',
	},
	{
		name: 'state and derived values',
		before:
			'<script lang="ts">\n\tlet n = 1;\n\t$: double = n * 2;\n</script>\n\n<button on:click={() => (n += 1)}>{double}</button>\n',
		after:
			'<script lang="ts">\n\tlet n = $state(1);\n\tlet double = $derived(n * 2);\n</script>\n\n<button onclick={() => (n += 1)}>{double}</button>\n',
	},
	{
		name: 'one old event among runes',
		before:
			'<script lang="ts">\n\tlet n = $state(1);\n</script>\n\n<button on:click={() => (n += 1)}>{n}</button>\n',
		after:
			'<script lang="ts">\n\tlet n = $state(1);\n</script>\n\n<button onclick={() => (n += 1)}>{n}</button>\n',
	},
	{
		name: 'an event with a modifier',
		before:
			'<script lang="ts">\n\tlet { save } = $props();\n</script>\n\n<form on:submit|preventDefault={save}><button>Save</button></form>\n',
		after:
			'<script lang="ts">\n\timport { preventDefault } from \'svelte/legacy\';\n\n\tlet { save } = $props();\n</script>\n\n<form onsubmit={preventDefault(save)}><button>Save</button></form>\n',
	},
	{
		name: 'a slot',
		before: '<div class="card"><slot /></div>\n',
		after:
			'<script>\n\t/**\n\t * @typedef {Object} Props\n\t * @property {import(\'svelte\').Snippet} [children]\n\t */\n\n\t/** @type {Props} */\n\tlet { children } = $props();\n</script>\n\n<div class="card">{@render children?.()}</div>\n',
	},
	{
		name: 'an effect, which has to be thought about',
		before:
			'<script>\n\tlet n = 1;\n\t$: console.log(n);\n</script>\n<button on:click={() => n++}>{n}</button>\n',
		after: null,
	},
	{
		name: 'a forwarded event',
		before: '<button on:click>Go</button>\n',
		after: null,
	},
	{
		name: 'an event of a component',
		before:
			"<script>\n\timport Card from './Card.svelte';\n</script>\n<Card on:save={() => 1} />\n",
		after: null,
	},
	{
		name: 'export let beside runes',
		before: '<script>\n\texport let a;\n\tlet b = $state(1);\n</script>\n{a}{b}\n',
		after: null,
	},
	{
		name: 'what only looks like it, in text',
		before: '<p>on:click and export let, $: and &lt;slot&gt;</p>\n',
		after: null,
	},
	{
		name: 'what only looks like it, in a string and a comment',
		before:
			'<script lang="ts">\n\t// export let a; $: b = 1\n\tlet s = \'<button on:click={x}>\';\n</script>\n{s}\n',
		after: null,
	},
	{
		name: 'Svelte 5',
		before:
			'<script lang="ts">\n\tlet { a } = $props();\n</script>\n<button onclick={() => a()}>x</button>\n',
		after: null,
	},
	{
		name: 'an exported function',
		before: '<script>\n\texport function go() {}\n</script>\n',
		after: null,
	},
	{
		name: 'an exported constant',
		before: '<script>\n\texport const a = 1;\n</script>\n{a}\n',
		after: null,
	},
	{
		name: 'what cannot be parsed',
		before: '<script>\n\texport let a;\n</script>\n{#if a}\n',
		after: null,
	},
	{ name: 'a module', path: 'src/a.ts', before: 'export let a = 1;\n', after: null },
];

export const missingImportCases: readonly FixCase[] = [
	{
		name: 'data',
		before: script('\tconst load = () => data.posts.list({});', '{#await load()}…{/await}\n'),
		after: script(
			"\n\timport { data } from '$data';\n\tconst load = () => data.posts.list({});".slice(1),
			'{#await load()}…{/await}\n',
		),
	},
	{
		name: 'auth beside an import',
		before: script("\timport { data } from '$data';\n\tconst n = data.a.one(auth.user?.id ?? '');"),
		after: script(
			"\timport { data } from '$data';\n\timport { auth } from '$auth';\n\tconst n = data.a.one(auth.user?.id ?? '');",
		),
	},
	{
		name: 'a lifecycle function in an import that is there',
		before: script("\timport { tick } from 'svelte';\n\tonMount(() => tick());"),
		after: script("\timport { tick, onMount } from 'svelte';\n\tonMount(() => tick());"),
	},
	{
		name: 'a transition, without a script',
		before: '<p transition:fade>Hello</p>\n',
		after:
			'<script lang="ts">\n\timport { fade } from \'svelte/transition\';\n</script>\n\n<p transition:fade>Hello</p>\n',
	},
	{
		name: 'an animation',
		before: script(
			'\tlet { items } = $props();',
			'{#each items as i (i)}<p animate:flip>{i}</p>{/each}\n',
		),
		after: script(
			"\timport { flip } from 'svelte/animate';\n\tlet { items } = $props();",
			'{#each items as i (i)}<p animate:flip>{i}</p>{/each}\n',
		),
	},
	{
		name: 'a component with one file',
		files: ['src/App.svelte', 'src/lib/Card.svelte'],
		before: script('\tlet a = $state(1);', '<Card {a} />\n'),
		after: script(
			"\timport Card from './lib/Card.svelte';\n\tlet a = $state(1);",
			'<Card {a} />\n',
		),
	},
	{
		name: 'in a module',
		path: 'src/lib/posts.ts',
		before: 'export const all = () => data.posts.list();\n',
		after: "import { data } from '$data';\nexport const all = () => data.posts.list();\n",
	},
	{
		name: 'data of its own',
		before: script('\tconst data = make();\n\tdata.posts.list();'),
		after: null,
	},
	{
		name: 'a prop called data',
		before: script('\tlet { data } = $props();\n\tdata.a.list();'),
		after: null,
	},
	{
		name: 'a parameter called auth',
		before: script('\tconst f = (auth) => auth.user;'),
		after: null,
	},
	{
		name: 'an item called data',
		before: script('\tlet { rows } = $props();', '{#each rows as data}{data.a.one()}{/each}\n'),
		after: null,
	},
	{ name: 'another use of data', before: script('\tconst f = () => data.length;'), after: null },
	{ name: 'another part of auth', before: script('\tconst f = () => auth.token;'), after: null },
	{
		name: 'imported already',
		before: script("\timport { onMount } from 'svelte';\n\tonMount(f);"),
		after: null,
	},
	{
		name: 'a function of its own',
		before: script('\tfunction onMount(f) {}\n\tonMount(1);'),
		after: null,
	},
	{ name: 'a method', before: script('\tconst a = this.onMount(1);'), after: null },
	{ name: 'in text', before: '<p>data.posts.list() and onMount()</p>\n', after: null },
	{
		name: 'a transition of its own',
		before: script('\tconst fade = () => ({});', '<p transition:fade>x</p>'),
		after: null,
	},
	{
		name: 'a component with two files',
		files: ['src/a/Card.svelte', 'src/b/Card.svelte'],
		before: '<Card />\n',
		after: null,
	},
	{ name: 'a component without a file', before: '<Card />\n', after: null },
	{
		name: 'itself',
		path: 'src/lib/Card.svelte',
		files: ['src/lib/Card.svelte'],
		before: '<Card />\n',
		after: null,
	},
];
