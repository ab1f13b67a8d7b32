export const files = `# Files

A file field holds the name of the stored file ("" for none), with maxSelect over 1 a list of names. Send File objects; give
the field maxSize and mimeTypes. The address is /_pb/api/files/<collection>/<record id>/<name>; ?thumb=200x200 gives a small
picture where the field lists that size.

\`\`\`svelte
<script lang="ts">
	import { data } from '$data';

	let cover = $state('');
	let id = $state('');
	let problem = $state('');

	async function upload(event: Event & { currentTarget: HTMLInputElement }) {
		const [file] = event.currentTarget.files ?? [];
		if (!file) return;
		try {
			const post = await data.posts.create({ title: file.name, cover: file });
			id = post.id;
			cover = post.cover;
		} catch (error) {
			problem = error instanceof Error ? error.message : 'The upload did not work.';
		}
	}
</script>

<label>Picture <input type="file" accept="image/*" onchange={upload} /></label>
<p role="alert">{problem}</p>
{#if cover}<img src={'/_pb/api/files/posts/' + id + '/' + cover} alt="The cover" width="320" />{/if}
\`\`\`

Taking the file away: data.posts.update(id, { cover: null }). A whole form: data.posts.create(new FormData(form)), names
of the inputs are field names.

Files of the app itself: pictures that code imports (import logo from './logo.svg' gives an address), or the folder static:
static/robots.txt is served as /robots.txt.

A protected file field needs a token in its address: await client.files.getToken() of the pocketbase SDK; leave the field
unprotected unless the request asks for it.
`;
