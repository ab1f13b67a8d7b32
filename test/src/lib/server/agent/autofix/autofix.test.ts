import { compile } from 'svelte/compiler';
import { describe, expect, it } from 'vitest';
import { importPaths } from '#lib/server/agent/autofix/import-paths.ts';
import { autofix } from '#lib/server/agent/autofix/index.ts';
import { missingImports } from '#lib/server/agent/autofix/missing-imports.ts';
import { runeImports } from '#lib/server/agent/autofix/rune-imports.ts';
import type { Fix, Source } from '#lib/server/agent/autofix/source.ts';
import { svelte4 } from '#lib/server/agent/autofix/svelte4.ts';
import { typescript } from '#lib/server/agent/autofix/typescript.ts';
import {
	importPathCases,
	missingImportCases,
	runeImportCases,
	svelte4Cases,
	typescriptCases,
	type FixCase,
} from './cases.ts';

const sourceOf = ({ path = 'src/App.svelte', files = [path], before }: FixCase): Source => ({
	path,
	text: before,
	files: new Set(files),
});
const tables: readonly (readonly [string, Fix, readonly FixCase[]])[] = [
	['typescript', typescript, typescriptCases],
	['runeImports', runeImports, runeImportCases],
	['importPaths', importPaths, importPathCases],
	['svelte4', svelte4, svelte4Cases],
	['missingImports', missingImports, missingImportCases],
];

describe.each(tables)('%s', (_name, fix, cases) => {
	it.each(cases.filter(({ after }) => after !== null))('repairs $name', (one) => {
		const fixed = fix(sourceOf(one));
		expect(fixed?.text).toBe(one.after);
		expect(fixed?.notes.length).toBeGreaterThan(0);
		// A repair leaves nothing to repair.
		expect(fix({ ...sourceOf(one), text: fixed?.text ?? '' })).toBeUndefined();
	});
	it.each(cases.filter(({ after }) => after === null))('leaves $name alone', (one) => {
		expect(fix(sourceOf(one))).toBeUndefined();
	});
});

describe('autofix', () => {
	it('makes one text compile that needs every repair', async () => {
		const text = `<script>
	import { $state } from 'svelte';
	import Card from '$lib/Card';
	let posts: string[] = $state([]);
	onMount(async () => (posts = await data.posts.list()));
</script>
<button on:click={() => posts.push('x')}>{auth.user}</button>
<Card />
`;
		const fixed = await autofix({
			path: 'src/App.svelte',
			text,
			files: new Set(['src/App.svelte', 'src/lib/Card.svelte']),
		});
		expect(fixed?.notes).toHaveLength(7);
		for (const part of ["'$data'", "'$auth'", "'./lib/Card.svelte'", 'onclick', "from 'svelte'"])
			expect(fixed?.text).toContain(part);
		expect(() => compile(fixed?.text ?? '', { runes: true })).not.toThrow();
	});

	it('is not thrown off by any text', async () => {
		const files = new Set<string>();
		const deep = `<script>import a from 'b';</script>${'<div>'.repeat(9000)}`;
		for (const text of [
			deep,
			'<script',
			'import',
			`import ${'('.repeat(9000)}`,
			'\u0000<script>$:',
		])
			for (const path of ['a.svelte', 'a.ts'])
				expect(await autofix({ path, text, files }), text.slice(0, 20)).toBeUndefined();
	});

	it('leaves other files alone', async () => {
		const text = "import data from '$data';";
		expect(await autofix({ path: 'README.md', text, files: new Set() })).toBeUndefined();
	});
});
