import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { previewBuild } from '#lib/contracts/index.ts';
import { Builds } from '#lib/server/preview/builds.ts';
import { createCompiler, type Compiler } from '#lib/server/preview/worker/index.ts';
import { assetsOf, builderOrigin, buildOnce, studio } from './fixture.ts';

const guestbook = {
	'app.json': '{"name": "Guest <book>"}',
	'src/App.svelte': `<script lang="ts">
	import { data } from '$data';
	import { auth } from '$auth';
	import { fade } from 'svelte/transition';
	import Entry from './components/Entry.svelte';
	import { counter } from './counter.svelte.ts';
	import { shout } from './lib/text';
	import type { Post } from './types';
	import info from '../app.json';
	import logo from './logo.svg';
	let posts: Post[] = $state([]);
	const total: number = $derived(posts.length);
	$effect(() => data.posts.subscribe(() => (counter.n += 1)));
	async function add(event: SubmitEvent): Promise<void> {
		event.preventDefault();
		await data.posts.create({ text: shout('hello') as string });
	}
</script>

<main class="mx-auto max-w-2xl p-[13px] dark:bg-slate-900">
	<img src={logo} alt="" />
	<h1>{info.name} {auth.user?.email} {total}</h1>
	<form onsubmit={add}><button class="btn">Sign</button></form>
	{#each posts as post (post.id)}<div transition:fade><Entry {post} /></div>{/each}
</main>

<style>
	h1 {
		color: tomato;
	}
</style>
`,
	'src/components/Entry.svelte': `<script lang="ts">
	import type { Post } from '../types.ts';
	let { post }: { post: Post } = $props();
</script>
<p class="text-rose-500">{post.text}</p>
<style>
	p { @apply underline; background: url(../logo.svg); }
</style>
`,
	'src/counter.svelte.ts': 'export const counter: { n: number } = $state({ n: 0 });\n',
	'src/lib/text.ts':
		'enum Mood { Loud }\nexport const shout = (text: string): string => text.toUpperCase() + Mood.Loud;\n',
	'src/types.ts': 'export interface Post { id: string; text: string }\n',
	'src/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
	'src/app.css':
		'@theme { --color-brand: #123456; }\n.btn { @apply text-brand; }\nh2 { background: url(/bg.png); }\n',
	'static/robots.txt': 'User-agent: *\n',
};

describe('a good app', () => {
	it('becomes a page, one script and one sheet', async () => {
		const { write, preview, get } = await studio();
		await write(guestbook);
		const build = await preview.build('demo');
		expect(build.problems).toEqual([]);
		expect(previewBuild.parse(build)).toEqual(build);
		expect(build).toMatchObject({ ok: true, serving: build.build });
		expect(build.build).toMatch(/^[0-9a-f]{32}$/);
		expect(build.nonce).toMatch(/^[\w-]{22}$/);
		expect(preview.current('demo')).toEqual(build);

		const { html, js, css } = await assetsOf(await get('/'), get);
		expect(html).toContain('<title>Guest &lt;book&gt;</title>');
		expect(html).toContain(`"build":"${build.build}"`);
		// The app's words, the SDK and our runtime are in the script; types and node_modules paths are not.
		expect(js).toContain('Sign</button>');
		expect(js).toContain('/_pb');
		expect(js).toContain('data:image/svg+xml');
		expect(js).not.toContain('SubmitEvent');
		expect(js).not.toContain(process.cwd());
		// Everything is in the one file.
		expect(/(?:^|;)import[ {*"']/.test(js)).toBe(false);
		// Tailwind: base, used utilities with their variants, the app's theme; the component's own styles scoped.
		expect(css).toContain('box-sizing:border-box');
		expect(css).toContain('.p-\\[13px\\]');
		expect(css).toContain('.dark\\:bg-slate-900');
		expect(css).toContain('.text-rose-500');
		expect(css).not.toContain('.text-rose-600');
		expect(css).toMatch(/--color-brand:\s*#123456/);
		expect(css).toMatch(/\.btn\{color:var\(--color-brand\)\}/);
		expect(css).toMatch(/h1\.svelte-\w+\{color:tomato\}/);
		expect(css).toMatch(
			/p\.svelte-\w+\{text-decoration-line:underline;background:url\(.data:image/,
		);
		expect(css).toContain('url(/bg.png)');
	});

	it('needs nothing but a component, and is the same build for the same files', async () => {
		const { write, preview, again, workspace } = await studio();
		await write({ 'src/App.svelte': '<h1>Hello</h1>' });
		const first = await preview.build('demo');
		expect(first.ok).toBe(true);
		await write({ 'src/App.svelte': '<h1>Other</h1>' });
		const second = await preview.build('demo');
		expect(second.build).not.toBe(first.build);
		await write({ 'src/App.svelte': '<h1>Hello</h1>' });
		expect(await preview.build('demo')).toMatchObject({ build: first.build, nonce: first.nonce });
		await workspace.write('notes.md', 'also source');
		expect((await preview.build('demo')).build).not.toBe(first.build);
		await workspace.delete('notes.md');
		expect((await again({ cacheDir: undefined }).build('demo')).build).toBe(first.build);
	});

	it('does not carry classes and styles over from an earlier build', async () => {
		const { write, preview, get } = await studio();
		await write({ 'src/App.svelte': '<h1 class="text-lime-400">Hello</h1>' });
		await preview.build('demo');
		expect((await assetsOf(await get('/'), get)).css).toContain('.text-lime-400');
		await write({ 'src/App.svelte': '<h1 class="text-teal-400">Hello</h1>' });
		const { css } = await assetsOf(await get('/'), get);
		expect(css).toContain('.text-teal-400');
		expect(css).not.toContain('.text-lime-400');
	});

	it('keeps two apps apart that have the same file names', async () => {
		const { base, again, workspace } = await studio();
		const { createWorkspace } = await import('#lib/server/workspace/index.ts');
		const other = createWorkspace({ root: join(base, 'workspace'), slug: 'other' });
		const preview = again({ workspaceOf: (slug) => (slug === 'demo' ? workspace : other) });
		await workspace.write('src/App.svelte', '<h1>first</h1>');
		await other.write('src/App.svelte', '<h1>second</h1>');
		const builds = await Promise.all(['demo', 'other'].map((slug) => preview.build(slug)));
		expect(new Set(builds.map(({ build }) => build)).size).toBe(2);
		for (const [slug, text] of [
			['demo', 'first'],
			['other', 'second'],
		] as const) {
			const get = (path: string) => preview.serve(slug, { method: 'GET', path, headers: {} });
			expect((await assetsOf(await get('/'), get)).js).toContain(`>${text}<`);
		}
	});

	it('leaves the configuration of a workspace unread and its code unrun', async () => {
		const { base, write, preview } = await studio();
		const trap = `import fs from 'node:fs'; fs.writeFileSync(${JSON.stringify(join(base, 'ran'))}, '');`;
		await write({
			'src/App.svelte': '<h1>Hello</h1>',
			'svelte.config.js': trap,
			'vite.config.ts': trap,
			'postcss.config.js': trap,
			'tailwind.config.js': trap,
			'esbuild.config.js': trap,
			'package.json':
				'{"type":"commonjs","imports":{"#x":"/etc/passwd"},"browser":{"svelte":"./evil.js"}}',
			'tsconfig.json':
				'{"extends":"/etc/passwd","compilerOptions":{"paths":{"svelte":["./evil.ts"]}}}',
			'src/tsconfig.json': 'not json',
		});
		expect(await preview.build('demo')).toMatchObject({ ok: true, problems: [] });
		expect(await readdir(base)).toEqual(['cache', 'workspace']);
	});
});

interface Case {
	readonly name: string;
	readonly files: Readonly<Record<string, string>>;
	readonly at: readonly [path?: string, line?: number, column?: number];
	readonly code: string;
	readonly message: RegExp;
}

const app = (script: string, rest = '<h1>Hello</h1>'): Record<string, string> => ({
	'src/App.svelte': `<script lang="ts">\n${script}\n</script>\n${rest}\n`,
});
const root = 'src/App.svelte';

const cases: readonly Case[] = [
	{
		name: 'broken script',
		files: app('\tlet x = ;'),
		at: [root, 2, 10],
		code: 'js_parse_error',
		message: /^Unexpected token$/,
	},
	{
		name: 'broken markup',
		files: app('', '<div>\n<p>{#if true}</p>'),
		at: [root, 5, 14],
		code: 'element_invalid_closing_tag',
		message: /<\/p>/,
	},
	{
		name: 'Svelte 4',
		files: app('\n\texport let name;'),
		at: [root, 3, 2],
		code: 'legacy_export_invalid',
		message: /\$props\(\)/,
	},
	{
		name: 'a rune out of place',
		files: app('\tfunction f() { return [$state(1)]; }\n\tf();'),
		at: [root, 2, 25],
		code: 'state_invalid_placement',
		message: /\$state/,
	},
	{
		name: 'broken styles of a component',
		files: app('', '<h1>a</h1>\n<style>\n\th1 { color: }\n</style>'),
		at: [root, 6, 7],
		code: 'css_empty_declaration',
		message: /declaration/i,
	},
	{
		name: 'an error in a nested component',
		files: { ...app("\timport A from './a/A.svelte';", '<A />'), 'src/a/A.svelte': '\n\n{#each}' },
		at: ['src/a/A.svelte', 3, 7],
		code: 'expected_whitespace',
		message: /whitespace/i,
	},
	{
		name: 'broken TypeScript',
		files: {
			...app("\timport { x } from './x';\n\tx;"),
			'src/x.ts': 'const ä = 1;\n\texport const x = ä +;\n',
		},
		at: ['src/x.ts', 2, 22],
		code: 'syntax_error',
		message: /Unexpected ";"/,
	},
	{
		name: 'broken TypeScript with runes',
		files: {
			...app("\timport { x } from './x.svelte';\n\tx;"),
			'src/x.svelte.ts': 'let y: number;\nexport const x = $state(;\n',
		},
		at: ['src/x.svelte.ts', 2, 25],
		code: 'typescript_syntax',
		message: /Unexpected ";"/,
	},
	{
		name: 'an enum where types are only blanked out',
		files: {
			...app("\timport { x } from './x.svelte';\n\tx;"),
			'src/x.svelte.ts': 'export const x = $state(1);\n\nexport enum Mood { Loud }\n',
		},
		at: ['src/x.svelte.ts', 3, 1],
		code: 'typescript_unsupported',
		message: /enum/,
	},
	{
		name: 'a wrong rune in a module',
		files: {
			...app("\timport { x } from './x.svelte';\n\tx;"),
			'src/x.svelte.ts':
				'const a: string = "1";\nexport let x: number = $state(1);\nexport const up = () => { x += 1; };\n',
		},
		at: ['src/x.svelte.ts', 2, 1],
		code: 'state_invalid_export',
		message: /^Cannot export state/,
	},
	{
		name: 'an export that is not there',
		files: { ...app("\timport { y } from './x';\n\ty;"), 'src/x.ts': 'export const x = 1;\n' },
		at: [root, 2, 11],
		code: 'import_missing_export',
		message: /"src\/x\.ts".*"y".*import type/,
	},
	{
		name: 'broken JSON',
		files: { ...app("\timport x from './x.json';\n\tx;"), 'src/x.json': '{\n  "a": \n}' },
		at: ['src/x.json', 3, 1],
		code: 'syntax_error',
		message: /Unexpected "}"/,
	},
	{
		name: 'a file that is not there',
		files: app("\timport A from './A.svelte';", '<A />'),
		at: [root, 2, 16],
		code: 'import_not_found',
		message: /"src\/A\.svelte"/,
	},
	{
		name: 'a dynamic import that is not there',
		files: app("\tconst a = import('./a.ts');\n\ta;"),
		at: [root, 2, 19],
		code: 'import_not_found',
		message: /"src\/a\.ts"/,
	},
	{
		name: 'a file outside',
		files: app("\timport x from '../../../../../../etc/passwd';\n\tx;"),
		at: [root, 2, 16],
		code: 'import_outside',
		message: /leads out of the app/,
	},
	{
		name: 'an absolute file',
		files: app("\timport x from '/etc/passwd';\n\tx;"),
		at: [root, 2, 16],
		code: 'import_absolute',
		message: /absolute/,
	},
	{
		name: 'code from elsewhere',
		files: app("\timport x from 'https://esm.sh/lodash';\n\tx;"),
		at: [root, 2, 16],
		code: 'import_remote',
		message: /esm\.sh/,
	},
	{
		name: 'a package',
		files: app("\timport x from 'lodash';\n\tx;"),
		at: [root, 2, 16],
		code: 'import_package',
		message: /"lodash" is not available.*\$data/,
	},
	{
		name: 'a part of Node',
		files: app("\timport { readFileSync } from 'node:fs';\n\treadFileSync;"),
		at: [root, 2, 31],
		code: 'import_node_builtin',
		message: /"fs" is part of Node/,
	},
	{
		name: 'require',
		files: {
			...app("\timport { x } from './x.js';\n\tx;"),
			'src/x.js': '\nexport const x = require("child_process");\n',
		},
		at: ['src/x.js', 2, 26],
		code: 'import_node_builtin',
		message: /"child_process"/,
	},
	{
		name: 'the compiler itself',
		files: app("\timport { compile } from 'svelte/compiler';\n\tcompile;"),
		at: [root, 2, 26],
		code: 'import_package',
		message: /svelte\/compiler/,
	},
	{
		name: 'a kind of file that cannot be imported',
		files: { ...app("\timport x from './x.psd';\n\tx;"), 'src/x.psd': 'x' },
		at: ['src/x.psd'],
		code: 'import_kind',
		message: /x\.psd/,
	},
	{
		name: 'a picture from elsewhere in a component',
		files: app(
			'',
			'<h1>a</h1>\n<style>\n\th1 { background: url(https://example.com/x.png); }\n</style>',
		),
		at: [root, 6, 23],
		code: 'css_url_outside',
		message: /example\.com/,
	},
	{
		name: 'a picture from elsewhere in app.css',
		files: {
			...app(''),
			'src/app.css': '@import "tailwindcss";\nh1 { background: url("//example.com/x.png"); }\n',
		},
		at: ['src/app.css', 2, 22],
		code: 'css_url_outside',
		message: /example\.com/,
	},
	{
		name: 'a sheet from elsewhere in app.css',
		files: {
			...app(''),
			'src/app.css':
				'/* @import "https://ok.example" */\n@import url("https://fonts.example.com/x.css");\n',
		},
		at: ['src/app.css', 2, 14],
		code: 'css_url_outside',
		message: /fonts\.example\.com/,
	},
	{
		name: 'a sheet outside',
		files: { ...app(''), 'src/app.css': '@import "../../../etc/passwd";\n' },
		at: ['src/app.css', 1, 9],
		code: 'import_outside',
		message: /leads out/,
	},
	{
		name: 'a sheet that is not there, in a sheet',
		files: {
			...app(''),
			'src/app.css': '@import "./a/b.css";\n',
			'src/a/b.css': '\n@import "./c.css";\n',
		},
		at: ['src/a/b.css', 2, 9],
		code: 'import_not_found',
		message: /"src\/a\/c\.css"/,
	},
	{
		name: 'broken styles in app.css',
		files: { ...app(''), 'src/app.css': 'h1 { color: red; }\n\th2 color: red; }\n' },
		at: ['src/app.css', 2, 17],
		code: 'css_invalid',
		message: /^Missing opening {$/,
	},
	{
		name: 'broken styles in the first line of app.css',
		files: { ...app(''), 'src/app.css': 'h1 { --x; }\n' },
		at: ['src/app.css', 1, 6],
		code: 'css_invalid',
		message: /^Invalid custom property/,
	},
	{
		name: 'broken styles in a sheet of app.css',
		files: {
			...app(''),
			'src/app.css': '@import "./a.css";\n',
			'src/a.css': '\nh2 { color: red;\n',
		},
		at: ['src/a.css', 2, 1],
		code: 'css_invalid',
		message: /^Missing closing } at h2$/,
	},
	{
		name: 'an unknown class in @apply',
		files: { ...app(''), 'src/app.css': 'h1 { color: red; }\nh2 { @apply p-4 wrong-class; }\n' },
		at: ['src/app.css', 2, 17],
		code: 'css_invalid',
		message: /`wrong-class`/,
	},
	{
		name: 'an unknown class in @apply of a component',
		files: app('', '<h1>a</h1>\n<style>\n\th1 { @apply wrong-class; }\n</style>'),
		at: [root, 6, 14],
		code: 'css_invalid',
		message: /`wrong-class`/,
	},
	{
		name: 'a plugin of Tailwind',
		files: {
			...app(''),
			'src/app.css': '@import "tailwindcss";\n@plugin "./plugin.js";\n',
			'src/plugin.js': 'process.exit(1)',
		},
		at: ['src/app.css', 2, 10],
		code: 'css_plugin',
		message: /not run/,
	},
	{
		name: 'a config of Tailwind',
		files: {
			...app(''),
			'src/app.css': '@import "tailwindcss";\n@config "../tailwind.config.js";\n',
			'tailwind.config.js': 'process.exit(1)',
		},
		at: ['src/app.css', 2, 10],
		code: 'css_plugin',
		message: /not run/,
	},
	{
		name: 'too much output',
		files: {
			...app(
				Array.from(
					{ length: 9 },
					(_, n) => `\timport t${String(n)} from './t${String(n)}.txt';`,
				).join('\n'),
				'{t0}{t1}{t2}{t3}{t4}{t5}{t6}{t7}{t8}',
			),
			...Object.fromEntries(
				Array.from({ length: 9 }, (_, n) => [`src/t${String(n)}.txt`, String(n).repeat(1_000_000)]),
			),
		},
		at: [],
		code: 'output_too_large',
		message: /has 9\d{6} bytes/,
	},
	{
		name: 'a very long name',
		files: app(`\timport x from './${'x'.repeat(100_000)}';\n\tx;`),
		at: [root, 2, 16],
		code: 'import_outside',
		message: /^.{1,2000}$/,
	},
	{
		name: 'no app at all',
		files: { 'src/other.ts': '' },
		at: [root],
		code: 'entry_missing',
		message: /src\/App\.svelte/,
	},
];

describe('a problem', () => {
	it.each(cases)('is told with its place: $name', async ({ files, at, code, message }) => {
		const build = await buildOnce(files);
		expect(previewBuild.parse(build)).toEqual(build);
		expect(build).toMatchObject({ ok: false, serving: null });
		const [problem, ...others] = build.problems;
		expect(others).toEqual([]);
		const [path, line, column] = at;
		expect([problem?.path, problem?.line, problem?.column]).toEqual([path, line, column]);
		expect(problem?.code).toBe(code);
		expect(problem?.message).toMatch(message);
		if (line === undefined) return;
		const source = files[path ?? '']?.split('\n')[line - 1]?.replaceAll('\t', '  ') ?? '';
		expect(problem?.frame).toContain(`${String(line)} | ${source.slice(0, 160)}`.trimEnd());
		expect(problem?.frame).toMatch(/^\s*\| +\^$/m);
	});

	it('does not hide those of other files', async () => {
		const { write, preview } = await studio();
		await write({
			...app(
				"\timport A from './A.svelte';\n\timport { x } from './x';\n\timport y from 'y';\n\tx; y;",
				'<A />',
			),
			'src/A.svelte': '{#if}',
			'src/x.ts': 'export const x = ;',
		});
		const { problems } = await preview.build('demo');
		expect(problems.map(({ path, code }) => [path, code])).toEqual([
			['src/A.svelte', 'expected_whitespace'],
			['src/App.svelte', 'import_package'],
			['src/x.ts', 'syntax_error'],
		]);
	});

	it('leaves the last good build in place, also after a restart', async () => {
		const { write, preview, again, get } = await studio();
		await write({ 'src/App.svelte': '<h1>good</h1>' });
		const good = await preview.build('demo');
		await write({ 'src/App.svelte': '<h1>{bad</h1>' });
		const bad = await preview.build('demo');
		expect(bad).toMatchObject({ ok: false, serving: good.build });
		expect(bad.build).not.toBe(good.build);
		const { html, js } = await assetsOf(await get('/'), get);
		expect(html).toContain(`"build":"${good.build}"`);
		expect(js).toContain('>good<');

		const restarted = again();
		expect(restarted.current('demo')).toBeNull();
		expect(await restarted.build('demo')).toMatchObject({ ok: false, serving: good.build });
		await write({ 'src/App.svelte': '<h1>better</h1>' });
		expect(await restarted.build('demo')).toMatchObject({ ok: true, problems: [] });
	});
});

describe('the cache', () => {
	it('serves at once after a restart, without a compiler', async () => {
		const { write, preview, again } = await studio();
		await write({ 'src/App.svelte': '<h1>Hello</h1>' });
		const first = await preview.build('demo');
		await preview.close();
		const restarted = again();
		const second = await restarted.build('demo');
		expect(second).toMatchObject({ ok: true, build: first.build, serving: first.build });
		expect(second.nonce).not.toBe(first.nonce);
		expect(restarted.compilerPid).toBeUndefined();
	});

	it('compiles once for many who ask at the same time', async () => {
		const { write, workspace } = await studio();
		await write({ 'src/App.svelte': '<h1>Hello</h1>' });
		const compiler = createCompiler();
		let compiled = 0;
		const counted: Compiler = {
			...compiler,
			compile(files) {
				compiled++;
				return compiler.compile(files);
			},
		};
		const builds = new Builds({ workspaceOf: () => workspace, builderOrigin }, counted, undefined);
		try {
			const answers = await Promise.all(Array.from({ length: 10 }, () => builds.build('demo')));
			expect(compiled).toBe(1);
			expect(new Set(answers.map(({ answer }) => `${answer.build} ${answer.nonce}`)).size).toBe(1);
			expect(answers.every(({ answer }) => answer.ok)).toBe(true);
			await builds.build('demo');
			await write({ 'src/App.svelte': '<h1>{</h1>' });
			await builds.build('demo');
			await builds.build('demo');
			expect(compiled).toBe(2);
		} finally {
			await compiler.close();
		}
	});

	it('builds again what is damaged on disk', async () => {
		const { write, preview, again, cacheDir, get } = await studio();
		await write({ 'src/App.svelte': '<h1>Hello</h1>' });
		const { build } = await preview.build('demo');
		const { js } = await assetsOf(await get('/'), get);
		for (const name of await readdir(join(cacheDir, 'demo/blobs'))) {
			const path = join(cacheDir, 'demo/blobs', name);
			await writeFile(path, (await readFile(path)).subarray(0, 100));
		}
		const restarted = again();
		expect(await restarted.build('demo')).toMatchObject({ ok: true, build });
		expect(restarted.compilerPid).toBeDefined();
		const page = await restarted.serve('demo', { method: 'GET', path: '/', headers: {} });
		const again2 = (path: string) => restarted.serve('demo', { method: 'GET', path, headers: {} });
		expect((await assetsOf(page, again2)).js).toBe(js);
	});

	it('keeps a dozen builds, their files and no others', async () => {
		const { write, preview, cacheDir } = await studio();
		for (let n = 0; n < 15; n++) {
			await write({ 'src/App.svelte': `<h1>Hello ${String(n)}</h1>` });
			await preview.build('demo');
		}
		const names = await readdir(join(cacheDir, 'demo'));
		const manifests = names.filter((name) => name.endsWith('.json'));
		expect(manifests).toHaveLength(12);
		const used = new Set<string>();
		for (const name of manifests) {
			const text = await readFile(join(cacheDir, 'demo', name), 'utf8');
			for (const match of text.matchAll(/"hash":"([0-9a-f]{64})"/g)) used.add(match[1] ?? '');
		}
		expect(new Set(await readdir(join(cacheDir, 'demo/blobs')))).toEqual(used);
	});

	it('is no condition: a folder that cannot be written is reported, the build is served', async () => {
		const { base, write, again, reported } = await studio();
		await writeFile(join(base, 'file'), '');
		const preview = again({ cacheDir: join(base, 'file') });
		await write({ 'src/App.svelte': '<h1>Hello</h1>' });
		expect(await preview.build('demo')).toMatchObject({ ok: true });
		expect(reported).toContain('The build of demo could not be cached.');
	});

	it('forgets an app', async () => {
		const { write, preview, cacheDir } = await studio();
		await write({ 'src/App.svelte': '<h1>Hello</h1>' });
		await preview.build('demo');
		await preview.forget('demo');
		expect(preview.current('demo')).toBeNull();
		expect(await readdir(cacheDir)).toEqual([]);
	});

	it('forgets it also while it is being built: a new app of that name shows nothing of the old', async () => {
		const { write, workspace, preview, again } = await studio();
		await write({ 'src/App.svelte': '<h1>Of the old app</h1>' });
		const building = preview.build('demo');
		await new Promise((resolve) => setTimeout(resolve, 50));
		await preview.forget('demo');
		await workspace.destroy();
		expect((await building).ok).toBe(true);
		const page = { method: 'GET', path: '/', headers: {} };
		for (const one of [preview, again()])
			expect(await (await one.serve('demo', page)).text()).toContain('Nothing here yet');
	});

	it('shows what is newest, whatever was finished last', async () => {
		const { write, preview } = await studio();
		await write({ 'src/App.svelte': '<h1>old</h1>' });
		const old = await preview.build('demo');
		await write({ 'src/App.svelte': '<h1>new</h1>' });
		// Slow: it has to be compiled, by a compiler that is held. Back to what is known: answered at once.
		const pid = preview.compilerPid ?? 0;
		process.kill(pid, 'SIGSTOP');
		const slow = preview.build('demo');
		await sleep(300);
		await write({ 'src/App.svelte': '<h1>old</h1>' });
		await preview.build('demo');
		process.kill(pid, 'SIGCONT');
		const late = await slow;
		expect(late).toMatchObject({ ok: true, serving: old.build });
		expect(late.build).not.toBe(old.build);
		expect(preview.current('demo')?.serving).toBe(old.build);
	});
});
