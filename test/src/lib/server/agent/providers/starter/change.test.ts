import { compile } from 'svelte/compiler';
import { describe, expect, it } from 'vitest';
import {
	changeFor,
	intentOf,
	tablesIn,
	type AppView,
} from '#lib/server/agent/providers/starter/follow/index.ts';
import { accentsOf, contrast } from '#lib/server/agent/providers/starter/follow/colours.ts';
import { applyEdit } from '#lib/server/agent/tools/match.ts';

/** An app as somebody else might write it: other names, other style, no anchors of ours. */
const page = `<script lang="ts">
	import { onMount } from 'svelte';
	import { data } from '$data';

	let rows = $state<any[]>([]);
	let title = $state('');

	async function save(event: SubmitEvent) {
		event.preventDefault();
		await data.books.create({ title });
		title = '';
	}
	onMount(async () => {
		rows = (await data.books.list({ sort: '-title' })).items;
	});
</script>

<svelte:head><title>Books</title></svelte:head>
<main>
	<h1>Books</h1>
	<form onsubmit={save}>
		<input aria-label="Title" bind:value={title} />
		<button>Save</button>
	</form>
	<ul>
		{#each rows as book (book.id)}
			<li title="One > two">{book.title}</li>
		{/each}
	</ul>
</main>

<style>
	main {
		--accent: #336699;
		color-scheme: light;
	}
</style>
`;
const system = `# This app
Name: Books

# Its collections at the start of this run
books (base)
  id: text max=15 min=15 pattern="^[a-z0-9]+$" required=true
  title: text max=100
  list: everybody
  view: everybody
  create: everybody
  update: nobody
  delete: nobody
  CREATE UNIQUE INDEX \`i\` ON \`books\` (\`title\`)

users (auth)
  email: email
  list: id = @request.auth.id
  view: id = @request.auth.id
  create: everybody
  update: id = @request.auth.id
  delete: id = @request.auth.id

# AGENTS.md of this app
list: nobody`;

const app: AppView = {
	tables: tablesIn(['global', system]),
	files: [{ path: 'src/App.svelte', text: page }],
};

/** The app after the calls of a change were made, one by one, as the tools make them. */
function after(sentence: string): ReadonlyMap<string, string> {
	const intent = intentOf(sentence);
	if (!intent) throw new Error('not understood');
	const change = changeFor(app, intent);
	if ('declined' in change) throw new Error(change.declined);
	const files = new Map(app.files.map(({ path, text }) => [path, text]));
	for (const { name, input } of change.calls) {
		const path = String(input['path']);
		if (name === 'write') files.set(path, String(input['content']));
		else {
			const edited = applyEdit(files.get(path) ?? '', String(input['old']), String(input['new']));
			if (edited.kind !== 'applied' || edited.step !== 'exact')
				throw new Error(`${edited.kind}: ${JSON.stringify(input)}`);
			files.set(path, edited.text);
		}
	}
	for (const [path, text] of files)
		if (path.endsWith('.svelte')) compile(text, { filename: path, generate: 'client' });
	return files;
}
const root = (sentence: string): string => after(sentence).get('src/App.svelte') ?? '';
const why = (sentence: string): string => {
	const intent = intentOf(sentence);
	const change = intent && changeFor(app, intent);
	return change && 'declined' in change ? change.declined : '';
};

describe('what the prompt says of the tables', () => {
	it('fields, rules and nothing of what follows', () => {
		expect(app.tables.map(({ name }) => name)).toEqual(['books', 'users']);
		expect(app.tables[0]?.fields.map(({ name }) => name)).toEqual(['id', 'title']);
		expect(app.tables[0]?.rules).toEqual({
			...{ list: '', view: '', create: '' },
			...{ update: null, delete: null },
		});
	});
});

describe('changes of an app that is not ours', () => {
	it('a field', () => {
		const text = root('add an author and a price to books');
		expect(text).toContain("let author = $state('');");
		expect(text).toContain('let price = $state(null as number | null);');
		expect(text).toContain('data.books.create({ author, price, title })');
		expect(text).toMatch(/<input type="number" bind:value=\{price\}[^>]*>[\s\S]*<button>Save/);
		expect(text).toMatch(/\{book\.title\}\{#if book\.author\}.*\{#if book\.price\}.*<\/li>/);
	});

	it('a title, where it stands in the markup', () => {
		const text = root('call the app "A <b> & {c}"');
		const shown = 'A &#60;b&#62; &#38; &#123;c&#125;';
		expect(text).toContain(`<h1>${shown}</h1>`);
		expect(text).toContain(`<title>${shown}</title>`);
	});

	it('a text, in whatever it stands', () => {
		expect(root(`replace "Save" with "Keep '{it}'"`)).toContain('<button>Keep &#39;&#123;it');
		expect(root('replace "One > two" with "Three"')).toContain('<li title="Three">');
		expect(why('replace "Books" with "Novels"')).toContain('2 times');
		// Code is no text.
		expect(why('replace "onsubmit" with "x"')).toContain('has no text');
		expect(why('replace "book" with "x"')).toContain('has no text');
	});

	it('a page around what is there', () => {
		const files = after('add an about page');
		expect(files.get('src/App.svelte')).toMatch(/<Pages>\n<main>[\s\S]*<\/main>\n<\/Pages>/);
		expect([...files.keys()]).toContain('src/pages/AboutPage.svelte');
	});

	it('a colour and a theme', () => {
		expect(root('make it red')).toContain(`--accent: ${accentsOf('#c62828').light};`);
		expect(root('make it dark')).toContain('color-scheme: dark;');
		expect(why('make it light')).toBe('it is like that already');
	});

	it('another name for a table', () => {
		expect(root('rename the books table to novels')).toContain('data.novels.create');
	});

	it('a rule without an owner or a sign-in', () => {
		expect(why('only the owner may delete books')).toContain('no owner');
		expect(why('only signed-in people may add books')).toContain('no sign-in');
		expect(why('nobody may delete books')).toBe('it is like that already');
	});
});

it.each(['#ffff00', '#000000', '#ffffff', '#c62828', '#7f7f7f', '#00ff00', '#0000ff'])(
	'an accent of %s can be read by day and by night',
	(hex) => {
		const { light, dark } = accentsOf(hex);
		expect(contrast(light, '#ffffff')).toBeGreaterThanOrEqual(4.5);
		expect(contrast(light, '#f7f6f3')).toBeGreaterThanOrEqual(4.5);
		expect(contrast(dark, '#141417')).toBeGreaterThanOrEqual(4.5);
		expect(contrast(dark, '#1e1e23')).toBeGreaterThanOrEqual(4.5);
	},
);
