import { js } from '../recipe.ts';
import type { AppView } from './app-view.ts';
import { callsFor, decline, type Change, type Declined } from './change.ts';
import { insertAt, linesBefore, type Splice } from './edits.ts';
import { identifierOf } from './field-words.ts';
import type { Intent } from './intent.ts';
import { markup } from './text.ts';

const root = 'src/App.svelte';
const pagesPath = 'src/lib/Pages.svelte';

/** A page of its own with a link to it, reached by its address, also after a reload. */
export function addPage(
	app: AppView,
	{ title, text }: Extract<Intent, { kind: 'page' }>,
): Change | Declined {
	const id = identifierOf(title);
	if (id === undefined) return decline(`"${title}" cannot be the name of a page`);
	const name = `${id
		.split('_')
		.map((part) => part.charAt(0).toUpperCase() + part.slice(1))
		.join('')}Page`;
	const path = `src/pages/${name}.svelte`;
	const address = id.replaceAll('_', '-');
	const pages = app.files.find((file) => file.path === pagesPath);
	if (app.files.some((file) => file.path === path)) return decline('there is such a page already');
	const body = { path, text: pageFile(title, text) };
	const entry = `{ path: ${js(address)}, title: ${js(title)}, body: ${name} },`;
	const line = `import ${name} from '../pages/${name}.svelte';`;
	const done = {
		summary: [
			`A new page "${title}" at #/${address}, with a link to it on top`,
			text === undefined ? 'It holds a first sentence for you to change' : 'It holds your text',
		],
		next: [`Open it in the preview; its text is in ${path}`],
	};
	if (pages) {
		const list = /^([ \t]*)const pages = \[\n/m.exec(pages.text);
		const imported = /^([ \t]*)import .*$/m.exec(pages.text);
		if (!list || !imported) return decline(`${pagesPath} is built in a way I do not know`);
		const splices: Splice[] = [
			linesBefore(pages.text, imported.index + (imported[1] ?? '').length, [line]),
			insertAt(list.index + list[0].length, `${list[1] ?? ''}\t${entry}\n`),
		];
		return { ...callsFor(app, new Map([[pagesPath, splices]]), [body]), ...done };
	}
	const around = rootSplices(app);
	if (around === undefined) return decline(`${root} is built in a way I do not know`);
	const fresh = [body, { path: pagesPath, text: pagesFile(line, entry) }];
	return { ...callsFor(app, new Map([[root, around]]), fresh), ...done };
}

/** The app as it is becomes the first page: `<Pages>` around its `<main>`. */
function rootSplices({ files }: AppView): readonly Splice[] | undefined {
	const text = files.find(({ path }) => path === root)?.text ?? '';
	const script = /<script\b[^>]*>\n/.exec(text);
	const start = /^<main\b/m.exec(text);
	const end = text.lastIndexOf('</main>');
	if (!script || !start || end < start.index || text.match(/^<main\b/gm)?.length !== 1)
		return undefined;
	return [
		insertAt(script.index + script[0].length, "\timport Pages from './lib/Pages.svelte';\n"),
		insertAt(start.index, '<Pages>\n'),
		insertAt(end + '</main>'.length, '\n</Pages>'),
	];
}

const pageFile = (
	title: string,
	text: string | undefined,
): string => `<svelte:head><title>${markup(title)}</title></svelte:head>

<main>
	<h1>${markup(title)}</h1>
	<p class="intro">${markup(text ?? 'This page is new. Its words are yours to write.')}</p>
</main>
`;

const pagesFile = (line: string, entry: string): string => `<script lang="ts">
	import type { Snippet } from 'svelte';
	${line}

	let { children }: { children: Snippet } = $props();

	const pages = [
		${entry}
	];
	let hash = $state(location.hash);
	const page = $derived(pages.find(({ path }) => hash === '#/' + path));
</script>

<svelte:window onhashchange={() => (hash = location.hash)} />

<nav class="pages" aria-label="Pages">
	<a href="#/" aria-current={page ? undefined : 'page'}>Start</a>
	{#each pages as { path, title } (path)}
		<a href={'#/' + path} aria-current={page?.path === path ? 'page' : undefined}>{title}</a>
	{/each}
</nav>
{#if page}
	<page.body />
{:else}
	{@render children()}
{/if}
`;
