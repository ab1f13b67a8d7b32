/** Title and text of one note, saved while it is written. */
export const noteEditorFile = {
	path: 'src/lib/NoteEditor.svelte',
	text: `<script lang="ts">
	import { untrack } from 'svelte';
	import { data } from '$data';
	import { explain } from './errors.ts';

	interface Note {
		id: string;
		title: string;
		body: string;
		updated: string;
	}
	let {
		note,
		onsaved,
		onclose,
		ondelete,
	}: { note: Note; onsaved: (note: Note) => void; onclose: () => void; ondelete: () => void } =
		$props();

	const id = untrack(() => note.id);
	let title = $state(untrack(() => note.title));
	let body = $state(untrack(() => note.body));
	let saved = $state('Saved');
	let timer: ReturnType<typeof setTimeout> | undefined;

	function changed() {
		saved = 'Saving…';
		clearTimeout(timer);
		timer = setTimeout(save, 500);
	}

	async function save() {
		timer = undefined;
		try {
			const record = await data.notes.update(id, { title, body });
			onsaved(record as unknown as Note);
			if (timer === undefined) saved = 'Saved';
		} catch (error) {
			saved = explain(error);
		}
	}

	function close() {
		if (timer !== undefined) {
			clearTimeout(timer);
			void save();
		}
		onclose();
	}
	function remove() {
		if (!confirm('Delete this for good?')) return;
		clearTimeout(timer);
		timer = undefined;
		ondelete();
	}

	// Also when another one is opened: what was typed last is not lost.
	$effect(() => () => {
		if (timer === undefined) return;
		clearTimeout(timer);
		void save();
	});
</script>

<article>
	<div class="bar">
		<button onclick={close}>Back</button>
		<span role="status">{saved}</span>
		<button class="danger" onclick={remove}>Delete</button>
	</div>
	<label>
		Title
		<input bind:value={title} oninput={changed} maxlength="120" />
	</label>
	<label>
		Text
		<textarea bind:value={body} oninput={changed} maxlength="20000" rows="16"></textarea>
	</label>
</article>

<style>
	article {
		display: grid;
		align-content: start;
		gap: 14px;
		padding: 20px;
		border: 1px solid var(--line);
		border-radius: 16px;
		background: var(--card);
	}
	.bar {
		display: flex;
		align-items: center;
		justify-content: space-between;
		gap: 12px;
	}
	.bar span {
		color: var(--soft);
	}
	.danger {
		color: var(--danger);
	}
	label {
		display: grid;
		gap: 6px;
		font-weight: 600;
	}
	textarea {
		resize: vertical;
		font-weight: 400;
	}
</style>
`,
} as const;
