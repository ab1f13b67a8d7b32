/** Title and text of one note, saved while it is written. */
export const noteEditorFile = {
	path: 'src/lib/NoteEditor.svelte',
	text: `<script lang="ts">
	import { untrack } from 'svelte';
	import { data, type NotesRecord } from '$data';
	import { explain } from './errors.ts';

	interface Props {
		note: NotesRecord;
		onsaved: (note: NotesRecord) => void;
		onclose: () => void;
		ondelete: () => void;
	}
	let { note, onsaved, onclose, ondelete }: Props = $props();

	const id = untrack(() => note.id);
	let values = $state(untrack(() => ({ title: note.title, body: note.body })));
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
			onsaved(await data.notes.update(id, { ...values }));
			if (timer === undefined) saved = 'Saved';
		} catch (error) {
			saved = explain(error);
		}
	}

	function saveNow() {
		if (timer === undefined) return;
		clearTimeout(timer);
		void save();
	}
	function close() {
		saveNow();
		onclose();
	}
	function remove() {
		if (!confirm('Delete this for good?')) return;
		clearTimeout(timer);
		timer = undefined;
		ondelete();
	}

	// Also when another one is opened: what was typed last is not lost.
	$effect(() => saveNow);
</script>

<form class="card" oninput={changed} onsubmit={(event) => event.preventDefault()}>
	<div class="row">
		<button type="button" onclick={close}>Back</button>
		<span class="quiet grow" role="status">{saved}</span>
		<button type="button" class="problem" onclick={remove}>Delete</button>
	</div>
	<label>
		Title
		<input bind:value={values.title} maxlength="120" />
	</label>
	<label>
		Text
		<textarea bind:value={values.body} maxlength="20000" rows="14"></textarea>
	</label>
</form>

<style>
	form {
		align-content: start;
	}
</style>
`,
} as const;
