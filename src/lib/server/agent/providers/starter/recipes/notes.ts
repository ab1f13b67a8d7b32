import { js, type Recipe } from '../recipe.ts';
import { noteEditorFile } from './note-editor.ts';
import { errorsFile, ownerField, ownerRules, signInFile } from './shared.ts';
import { theme } from './theme.ts';

export const notes: Recipe = {
	name: 'notes',
	label: 'private notes',
	words: [
		[/\b(?:notes?|note ?books?|notizen)\b/i, 10],
		[/\b(?:journal|diary|memos?|tagebuch)\b/i, 8],
		[/\b(?:ideas?|recipes?|thoughts?|write down|snippets?)\b/i, 3],
		[/\b(?:private|personal|search)\b/i, 1],
	],
	title: 'Notes',
	noun: 'notes',
	build: ({ title, item = 'note' }) => ({
		schema: {
			create: [
				{
					name: 'notes',
					fields: [
						{ name: 'title', type: 'text', max: 120 },
						{ name: 'body', type: 'text', max: 20_000 },
						ownerField,
						{ name: 'created', type: 'autodate', onCreate: true },
						{ name: 'updated', type: 'autodate', onCreate: true, onUpdate: true },
					],
					rules: ownerRules,
				},
			],
		},
		files: [
			{ path: 'src/App.svelte', text: app(title) },
			{ path: 'src/lib/Notebook.svelte', text: notebook(item) },
			noteEditorFile,
			signInFile,
			errorsFile,
		],
		summary: [
			`Private notes called "${title}", with sign-up and sign-in`,
			'Everybody sees and changes only their own',
			'They are saved while you write, and can be searched',
		],
		next: [`Create an account in the preview and write your first ${item}`],
	}),
};

const app = (title: string): string => `<script lang="ts">
	import { auth } from '$auth';
	import Notebook from './lib/Notebook.svelte';
	import SignIn from './lib/SignIn.svelte';

	const title = ${js(title)};
	const user = $derived(auth.user);
</script>

<svelte:head><title>{title}</title></svelte:head>

<main>
	<header>
		<h1>{title}</h1>
		{#if user}
			<p>
				<span>{user.email}</span>
				<button onclick={() => auth.signOut()}>Sign out</button>
			</p>
		{/if}
	</header>
	{#if user}
		{#key user.id}
			<Notebook owner={user.id} />
		{/key}
	{:else}
		<SignIn />
	{/if}
</main>

<style>${theme({ light: '#8a5a00', dark: '#f0c067' })}
	main {
		max-width: 980px;
		margin: 0 auto;
		padding: clamp(24px, 5vw, 48px) 20px;
	}
	header {
		display: flex;
		flex-wrap: wrap;
		align-items: center;
		justify-content: space-between;
		gap: 8px 16px;
		margin-bottom: 24px;
	}
	h1 {
		margin: 0;
		font: 600 clamp(1.8rem, 6vw, 2.4rem)/1.2 Georgia, serif;
		overflow-wrap: anywhere;
	}
	header p {
		display: flex;
		flex-wrap: wrap;
		align-items: center;
		gap: 8px 12px;
		margin: 0;
		color: var(--soft);
		overflow-wrap: anywhere;
	}
</style>
`;

const notebook = (item: string): string => `<script lang="ts">
	import { onMount } from 'svelte';
	import { data } from '$data';
	import NoteEditor from './NoteEditor.svelte';
	import { explain } from './errors.ts';

	let { owner }: { owner: string } = $props();

	const item = ${js(item)};

	interface Note {
		id: string;
		title: string;
		body: string;
		updated: string;
	}

	let notes = $state<Note[]>([]);
	let openId = $state('');
	let search = $state('');
	let status = $state<'loading' | 'ready' | 'failed'>('loading');
	let problem = $state('');

	const current = $derived(notes.find((note) => note.id === openId));
	const shown = $derived(
		notes.filter((note) =>
			(note.title + ' ' + note.body).toLowerCase().includes(search.trim().toLowerCase()),
		),
	);

	function put(note: Note) {
		notes = [note, ...notes.filter(({ id }) => id !== note.id)].sort((a, b) =>
			b.updated.localeCompare(a.updated),
		);
	}
	function drop(id: string) {
		notes = notes.filter((note) => note.id !== id);
		if (openId === id) openId = '';
	}

	async function load() {
		problem = '';
		try {
			const all: Note[] = [];
			for (let page = 1, pages = 1; page <= pages; page += 1) {
				const result = await data.notes.list({ sort: '-updated', page, perPage: 200 });
				all.push(...(result.items as unknown as Note[]));
				pages = result.totalPages;
			}
			notes = all;
			status = 'ready';
		} catch (error) {
			problem = explain(error);
			status = 'failed';
		}
	}

	async function create() {
		// Closed at once: what is typed until the new note is there must not land in the old one.
		openId = '';
		problem = '';
		try {
			const note = (await data.notes.create({ title: '', body: '', owner })) as unknown as Note;
			put(note);
			search = '';
			openId = note.id;
		} catch (error) {
			problem = explain(error);
		}
	}

	async function remove(note: Note) {
		problem = '';
		try {
			await data.notes.delete(note.id);
			drop(note.id);
		} catch (error) {
			problem = explain(error);
		}
	}

	onMount(() => {
		void load();
		return data.notes.subscribe(({ action, record }) => {
			if (action === 'delete') drop(record.id);
			// What is being written here is newer than what comes back.
			else if (record.id !== openId) put(record as unknown as Note);
		});
	});
</script>

<p class="problem" role="alert">{problem}</p>
<div class="columns" class:reading={current}>
	<nav aria-label="All of them">
		<button class="primary" onclick={create}>New {item}</button>
		<label class="search">
			<span>Search</span>
			<input type="search" bind:value={search} />
		</label>
		{#if status === 'loading'}
			<p class="quiet">Loading…</p>
		{:else if status === 'failed'}
			<button onclick={load}>Try again</button>
		{:else if shown.length === 0}
			<p class="quiet">{notes.length === 0 ? 'Nothing written yet.' : 'Nothing found.'}</p>
		{:else}
			<ul>
				{#each shown as note (note.id)}
					<li>
						<button
							class="entry"
							aria-current={note.id === openId ? 'true' : undefined}
							onclick={() => (openId = note.id)}
						>
							<strong>{note.title || 'Untitled'}</strong>
							<span>{note.body.slice(0, 80) || 'Empty'}</span>
						</button>
					</li>
				{/each}
			</ul>
		{/if}
	</nav>
	{#if current}
		{#key current.id}
			<NoteEditor
				note={current}
				onsaved={put}
				onclose={() => (openId = '')}
				ondelete={() => remove(current)}
			/>
		{/key}
	{:else if status === 'ready'}
		<p class="empty quiet">Choose something on the list, or begin a new {item}.</p>
	{/if}
</div>

<style>
	.problem {
		margin: 0 0 12px;
		color: var(--danger);
	}
	.problem:empty {
		display: none;
	}
	.columns {
		display: grid;
		grid-template-columns: minmax(220px, 300px) minmax(0, 1fr);
		gap: 24px;
	}
	nav {
		display: grid;
		align-content: start;
		gap: 12px;
	}
	.search {
		display: grid;
		gap: 4px;
		font-weight: 600;
	}
	.quiet {
		margin: 0;
		color: var(--soft);
	}
	.empty {
		align-self: center;
		justify-self: center;
		padding: 40px 20px;
		text-align: center;
	}
	ul {
		display: grid;
		gap: 8px;
		margin: 0;
		padding: 0;
		list-style: none;
	}
	.entry {
		display: grid;
		gap: 2px;
		width: 100%;
		padding: 12px 14px;
		font-weight: 400;
		text-align: left;
	}
	.entry strong,
	.entry span {
		overflow: hidden;
		text-overflow: ellipsis;
		white-space: nowrap;
	}
	.entry span {
		color: var(--soft);
		font-size: 0.9rem;
	}
	.entry[aria-current='true'] {
		border-color: var(--accent);
		box-shadow: inset 3px 0 0 var(--accent);
	}
	@media (max-width: 700px) {
		.columns {
			grid-template-columns: minmax(0, 1fr);
		}
		.reading nav {
			display: none;
		}
		.empty {
			display: none;
		}
	}
</style>
`;
