import type { SchemaChange } from '#lib/contracts/index.ts';
import type { TestApp } from './bench.ts';

const everybody = { list: '', view: '', create: '' };
/** Nobody writes in another person's name. */
const asNobody = { ...everybody, create: '@request.body.author:isset = false' };

/** Posts with all kinds of fields, comments that point to them. */
export const blogSchema: SchemaChange = {
	create: [
		{
			name: 'posts',
			fields: [
				{ name: 'title', type: 'text', required: true, max: 200 },
				{ name: 'text', type: 'editor' },
				{ name: 'likes', type: 'number' },
				{ name: 'pinned', type: 'bool' },
				{ name: 'contact', type: 'email' },
				{ name: 'link', type: 'url' },
				{ name: 'due', type: 'date' },
				{ name: 'state', type: 'select', values: ['draft', 'public'] },
				{ name: 'tags', type: 'select', values: ['birds', 'bats'], maxSelect: 2 },
				{ name: 'author', type: 'relation', collection: 'users' },
				{ name: 'cover', type: 'file' },
				{ name: 'meta', type: 'json' },
				{ name: 'place', type: 'geoPoint' },
				{ name: 'secret', type: 'text', hidden: true },
				{ name: 'created', type: 'autodate', onCreate: true },
			],
			rules: asNobody,
		},
		{
			name: 'comments',
			fields: [
				{ name: 'post', type: 'relation', collection: 'posts', required: true },
				{ name: 'text', type: 'text', required: true, max: 500 },
				{ name: 'created', type: 'autodate', onCreate: true },
			],
			rules: everybody,
		},
	],
};

/** Plain JavaScript as models write it: no types anywhere. */
const listApp = (script: string, markup: string): string => `<script>
	import { data } from '$data';
${script}
</script>

<main>
	<h1>Posts</h1>
${markup}
</main>
`;

const loads = (options: string): string => `	let posts = $state([]);
	let problem = $state('');
	async function load() {
		try {
			const result = await data.posts.list(${options});
			posts = result.items;
		} catch (error) {
			problem = error.message;
		}
	}
	$effect(() => {
		load();
	});`;
const shows = (field: string): string => `	{#if problem}<p role="alert">{problem}</p>{/if}
	{#each posts as post (post.id)}<p>{post.${field}}</p>{/each}`;

export interface SeededApp {
	/** What kind of fault it is; detection is counted by it. */
	readonly kind: string;
	readonly name: string;
	readonly broken: TestApp;
	readonly clean: TestApp;
	/** The check that must find it, and where. */
	readonly check: 'compile' | 'types' | 'usage' | 'boot';
	readonly at?: string;
}

const pair = (
	kind: string,
	name: string,
	check: SeededApp['check'],
	at: string | undefined,
	clean: Readonly<Record<string, string>>,
	broken: Readonly<Record<string, string>>,
	schemas: { readonly clean?: SchemaChange; readonly broken?: SchemaChange } = {},
): SeededApp => ({
	kind,
	name,
	check,
	...(at !== undefined && { at }),
	clean: { schema: schemas.clean ?? blogSchema, files: clean },
	broken: { schema: schemas.broken ?? blogSchema, files: { ...clean, ...broken } },
});

const app = (text: string): Readonly<Record<string, string>> => ({ 'src/App.svelte': text });

/** A schema without one column. */
const without = (field: string): SchemaChange => ({
	create: blogSchema.create?.map((one) => ({
		...one,
		fields: one.fields.filter(({ name }) => one.name !== 'posts' || name !== field),
	})),
});

const typed = (card: string): Readonly<Record<string, string>> => ({
	'src/App.svelte': `<script lang="ts">
	import { data } from '$data';
	import Card from './lib/Card.svelte';
	import { short } from './lib/text.ts';

	type Post = Awaited<ReturnType<typeof data.posts.one>>;
	let posts = $state<Post[]>([]);
	let title = $state('');
	async function load() {
		posts = (await data.posts.list({ sort: '-likes,title' })).items;
	}
	async function add(event: SubmitEvent) {
		event.preventDefault();
		await data.posts.create({ title: short(title), likes: 0 });
		title = '';
		await load();
	}
	$effect(() => void load());
</script>

<form onsubmit={add}>
	<label>Title <input bind:value={title} required /></label>
	<button>Add</button>
</form>
{#each posts as post (post.id)}
	<Card title={post.title} likes={post.likes} />
{:else}
	<p>No posts yet.</p>
{/each}
`,
	'src/lib/text.ts': `export const short = (text: string, max = 80): string => text.trim().slice(0, max);
`,
	'src/lib/Card.svelte': card,
});

const goodCard = `<script lang="ts">
	let { title, likes }: { title: string; likes: number } = $props();
	const stars = $derived('*'.repeat(Math.min(likes, 5)));
</script>

<article><h2>{title}</h2><p>{stars} {likes.toFixed(0)}</p></article>
`;

const form = (button: string, script = ''): string => `<script>
	import { data } from '$data';
	let title = $state('');
	let message = $state('');
	async function save() {
		await data.posts.create({ title, state: 'draft' });
		message = 'Saved';
		title = '';
	}
${script}</script>

<main>
	<h1>New post</h1>
	<label>Title <input bind:value={title} /></label>
	${button}
	<p role="status">{message}</p>
</main>
`;

export const seededApps: readonly SeededApp[] = [
	pair(
		'unknown collection',
		'a name with a slip',
		'usage',
		'src/App.svelte:7',
		app(listApp(loads(''), shows('title'))),
		app(listApp(loads('').replace('data.posts', 'data.post'), shows('title'))),
	),
	pair(
		'unknown collection',
		'a name in brackets',
		'usage',
		'src/App.svelte:7',
		app(listApp(loads('').replace('data.posts', "data['posts']"), shows('title'))),
		app(listApp(loads('').replace('data.posts', "data['articles']"), shows('title'))),
	),
	pair(
		'unknown field in a filter',
		'in a text',
		'usage',
		'src/App.svelte:7',
		app(listApp(loads(`{ filter: 'state = "public"' }`), shows('title'))),
		app(listApp(loads(`{ filter: 'status = "public"' }`), shows('title'))),
	),
	pair(
		'unknown field in a filter',
		'in a template, and one that is put together',
		'usage',
		'src/App.svelte:4',
		app(
			listApp(
				`	let q = $state('owl');
	const filter = $derived(\`title ~ "\${q}" && likes > \${1 + 1}\` + (q ? ' && pinned = true' : ''));
${loads('{ filter, params: {} }')}`,
				shows('title'),
			),
		),
		app(
			listApp(
				`	let q = $state('owl');
	const filter = $derived(\`titel ~ "\${q}" && likes > \${1 + 1}\` + (q ? ' && pinned = true' : ''));
${loads('{ filter, params: {} }')}`,
				shows('title'),
			),
		),
	),
	pair(
		'unknown field in a filter',
		'through a relation',
		'usage',
		'src/App.svelte:7',
		app(listApp(loads(`{ filter: 'author.name ~ {:q}', params: { q: 'a' } }`), shows('title'))),
		app(listApp(loads(`{ filter: 'author.nick ~ {:q}', params: { q: 'a' } }`), shows('title'))),
	),
	pair(
		'unknown field in a sort',
		'the second key',
		'usage',
		'src/App.svelte:7',
		app(listApp(loads(`{ sort: '-pinned,-created' }`), shows('title'))),
		app(listApp(loads(`{ sort: '-pinned,-updated' }`), shows('title'))),
	),
	pair(
		'unknown relation in an expand',
		'forward and back',
		'usage',
		'src/App.svelte:7',
		app(listApp(loads(`{ expand: 'author,comments_via_post' }`), shows('title'))),
		app(listApp(loads(`{ expand: 'author,comments_via_posts' }`), shows('title'))),
	),
	pair(
		'wrong type',
		'a text for a number',
		'types',
		'src/App.svelte:6',
		app(form('<button onclick={save}>Save</button>').replace("state: 'draft'", 'likes: 3')),
		app(form('<button onclick={save}>Save</button>').replace("state: 'draft'", "likes: 'three'")),
	),
	pair(
		'wrong type',
		'a word that is no choice of a select',
		'usage',
		'src/App.svelte:6',
		app(form('<button onclick={save}>Save</button>')),
		app(form('<button onclick={save}>Save</button>').replace("'draft'", "'drafts'")),
	),
	pair(
		'type errors',
		'three at once, in three files',
		'types',
		'src/lib/Card.svelte:3',
		typed(goodCard),
		{
			'src/lib/Card.svelte': goodCard
				.replace('Math.min(likes, 5)', "Math.min(likes, 'five')")
				.replace('likes.toFixed(0)', 'likes.toFixd(0)'),
			'src/lib/text.ts': `export const short = (text: string, max = 80): string => text.trim().length;
`,
		},
	),
	pair(
		'type errors',
		'a name that does not exist',
		'types',
		'src/App.svelte:15',
		app(form('<button onclick={save}>Save</button>')),
		app(form('<button onclick={svae}>Save</button>')),
	),
	pair(
		'dead button',
		'no handler',
		'usage',
		'src/App.svelte:15',
		app(form('<button onclick={save}>Save</button>')),
		app(form('<button class="primary">Save</button>')),
	),
	pair(
		'dead button',
		'a handler without anything in it',
		'usage',
		'src/App.svelte:15',
		app(form('<button onclick={() => save()}>Save</button>')),
		app(form('<button onclick={() => {}}>Save</button>')),
	),
	pair(
		'dead button',
		'an attribute in the wrong case',
		'types',
		'src/App.svelte:15',
		app(form('<button onclick={save}>Save</button>')),
		app(form('<button onClick={save}>Save</button>')),
	),
	pair(
		'console error at boot',
		'thrown by a missing value',
		'boot',
		undefined,
		app(form('<button onclick={save}>Save</button>', `	const first = [{ a: 1 }].at(0)?.a;\n`)),
		app(
			form('<button onclick={save}>Save</button>', `	const first = JSON.parse('{}').list.length;\n`),
		),
	),
	pair(
		'console error at boot',
		'a request that the rules refuse, told by console.error',
		'boot',
		undefined,
		app(
			listApp(
				`	let count = $state(0);
	data.comments.list().then((page) => (count = page.totalItems));`,
				'	<p>{count} comments</p>',
			),
		),
		app(
			listApp(
				`	let count = $state(0);
	data.users.one('abcdefghijklmno').catch((error) => console.error('not loaded', error.status));`,
				'	<p>{count} comments</p>',
			),
		),
	),
	pair(
		'blank page',
		'everything stands in a condition that never holds',
		'boot',
		undefined,
		app(`<script>
	let ready = $state(false);
	$effect(() => {
		ready = true;
	});
</script>

{#if ready}<h1>Here</h1>{/if}
`),
		app(`<script>
	let ready = $state(false);
</script>

{#if ready}<h1>Here</h1>{/if}
`),
	),
	pair(
		'blank page',
		'hidden by its own style',
		'boot',
		undefined,
		app(`<main><h1>Here</h1></main>
<style>main { visibility: visible }</style>
`),
		app(`<main><h1>Here</h1></main>
<style>main { display: none }</style>
`),
	),
	pair(
		'missing import',
		'a file that is not there',
		'compile',
		'src/App.svelte:4',
		typed(goodCard),
		{
			'src/App.svelte': (typed(goodCard)['src/App.svelte'] ?? '').replace(
				"import { short } from './lib/text.ts'",
				"import { short } from './lib/texts.ts'",
			),
		},
	),
	pair(
		'missing import',
		'a component that nobody imports',
		'types',
		'src/App.svelte',
		typed(goodCard),
		{
			'src/App.svelte': (typed(goodCard)['src/App.svelte'] ?? '').replace(
				"	import Card from './lib/Card.svelte';\n",
				'',
			),
		},
	),
	pair(
		'missing import',
		'a name the module does not export',
		'compile',
		'src/App.svelte:4',
		typed(goodCard),
		{ 'src/lib/text.ts': 'export const shorten = (text: string): string => text.trim();\n' },
	),
	pair(
		'dropped column',
		'shown in plain code',
		'types',
		'src/App.svelte:21',
		app(listApp(loads(''), shows('likes'))),
		{},
		{ broken: without('likes') },
	),
	pair(
		'dropped column',
		'taken apart in typed code',
		'types',
		'src/App.svelte:26',
		typed(goodCard),
		{},
		{ broken: without('likes') },
	),
	pair(
		'dropped column',
		'behind a made-up interface',
		'usage',
		'src/App.svelte:6',
		app(`<script lang="ts">
	import { data } from '$data';
	interface Post { id: string; title: string; pinned: boolean }
	let posts = $state<Post[]>([]);
	async function load() {
		posts = (await data.posts.list()).items as unknown as Post[];
	}
	$effect(() => void load());
</script>

<h1>Posts</h1>
{#each posts as post (post.id)}<p>{post.pinned ? '!' : ''}{post.title}</p>{/each}
`),
		{},
		{ broken: without('pinned') },
	),
	pair(
		'dropped column',
		'written by a form',
		'types',
		'src/App.svelte:6',
		app(form('<button onclick={save}>Save</button>')),
		{},
		{ broken: without('state') },
	),
];
