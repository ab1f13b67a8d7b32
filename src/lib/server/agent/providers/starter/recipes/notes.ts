import { js, type Recipe } from '../recipe.ts';
import { created, ownerField, ownerRules } from './access.ts';
import { noteEditorFile } from './note-editor.ts';
import { appFile, listFiles, signInFile } from './shared.ts';
import { themeFile } from './theme.ts';

export const notes: Recipe = {
	name: 'notes',
	label: 'private notes',
	words: [
		[/\b(?:notes?|note ?books?|notizen)\b/i, 10],
		[/\b(?:journal|diary|memos?|tagebuch)\b/i, 8],
		[/\b(?:ideas?|thoughts?|write down|snippets?)\b/i, 3],
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
						created,
						{ name: 'updated', type: 'autodate', onCreate: true, onUpdate: true },
					],
					rules: ownerRules,
				},
			],
		},
		files: [
			appFile({
				title,
				intro: 'Saved while you write; only you can read it.',
				component: 'Notebook',
				people: 'all',
			}),
			{ path: 'src/lib/Notebook.svelte', text: notebook(item) },
			noteEditorFile,
			signInFile(),
			...listFiles,
			themeFile({ light: '#8a5a00', dark: '#f0c067', wide: 980, serif: true }),
		],
		summary: [
			`Private notes called "${title}", with sign-up and sign-in`,
			'Everybody sees and changes only their own',
			'They are saved while you write, and can be searched',
		],
		next: [`Create an account in the preview and write your first ${item}`],
	}),
};

const notebook = (item: string): string => `<script lang="ts">
	import { data } from '$data';
	import NoteEditor from './NoteEditor.svelte';
	import { live } from './live.svelte.ts';
	import States from './States.svelte';

	let { owner }: { owner: string } = $props();

	const item = ${js(item)};
	const notes = live({
		list: (page) => data.notes.list({ sort: '-updated', page, perPage: 200 }),
		// What is being written here is newer than what comes back.
		subscribe: (fn) =>
			data.notes.subscribe((change) => {
				if (change.action === 'delete' || change.record.id !== openId) fn(change);
			}),
	});
	let openId = $state('');
	let search = $state('');

	const current = $derived(notes.items.find((note) => note.id === openId));
	const shown = $derived(
		notes.items
			.filter((note) => (note.title + ' ' + note.body).toLowerCase().includes(search.trim().toLowerCase()))
			.sort((a, b) => b.updated.localeCompare(a.updated)),
	);

	function create() {
		// Closed at once: what is typed until the new note is there must not land in the old one.
		openId = '';
		return notes.change(async () => {
			const note = await data.notes.create({ title: '', body: '', owner });
			notes.put(note);
			search = '';
			openId = note.id;
		});
	}
	const remove = (id: string) =>
		notes.change(async () => {
			await data.notes.delete(id);
			notes.drop(id);
			openId = '';
		});
</script>

<div class="columns" class:reading={current}>
	<nav aria-label="All of them">
		<button class="primary" disabled={notes.busy} onclick={create}>New {item}</button>
		<label>
			Search
			<input type="search" bind:value={search} />
		</label>
		<States list={notes} empty="Nothing written yet.">
			<ul class="list">
				{#each shown as note (note.id)}
					<li>
						<button
							aria-current={note.id === openId ? 'true' : undefined}
							onclick={() => (openId = note.id)}
						>
							<strong>{note.title || 'Untitled'}</strong>
							<span class="quiet">{note.body.slice(0, 80) || 'Empty'}</span>
						</button>
					</li>
				{:else}
					<li class="quiet">Nothing found.</li>
				{/each}
			</ul>
		</States>
	</nav>
	{#if current}
		{#key current.id}
			<NoteEditor
				note={current}
				onsaved={(note) => notes.put(note)}
				onclose={() => (openId = '')}
				ondelete={() => remove(current.id)}
			/>
		{/key}
	{:else if notes.status === 'ready'}
		<p class="empty quiet">Choose something on the list, or begin a new {item}.</p>
	{/if}
</div>

<style>
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
	.empty {
		align-self: center;
		justify-self: center;
		padding: 40px 20px;
		text-align: center;
	}
	li {
		padding: 0;
	}
	li button {
		display: grid;
		gap: 2px;
		width: 100%;
		padding: 12px 14px;
		font-weight: 400;
		text-align: left;
	}
	li button > * {
		overflow: hidden;
		text-overflow: ellipsis;
		white-space: nowrap;
	}
	li button[aria-current] {
		border-color: var(--accent);
		box-shadow: inset 3px 0 0 var(--accent);
	}
	@media (max-width: 700px) {
		.columns {
			grid-template-columns: minmax(0, 1fr);
		}
		.reading nav,
		.empty {
			display: none;
		}
	}
</style>
`;
