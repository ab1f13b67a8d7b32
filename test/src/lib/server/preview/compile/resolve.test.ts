import { describe, expect, it } from 'vitest';
import { resolveImport, resolveUrl } from '#lib/server/preview/compile/resolve.ts';

const files = new Set([
	'src/App.svelte',
	'src/Item.svelte',
	'src/lib/store.svelte.ts',
	'src/lib/util.ts',
	'src/lib/index.js',
	'src/logo.svg',
	'app.json',
]);
const has = (path: string): boolean => files.has(path);

describe('resolveImport', () => {
	it.each([
		['src/App.svelte', './Item.svelte', 'src/Item.svelte'],
		['src/App.svelte', './Item', 'src/Item.svelte'],
		['src/App.svelte', './lib/store', 'src/lib/store.svelte.ts'],
		['src/App.svelte', './lib/store.svelte', 'src/lib/store.svelte.ts'],
		['src/App.svelte', './lib/store.svelte.js', 'src/lib/store.svelte.ts'],
		['src/App.svelte', './lib/util.js', 'src/lib/util.ts'],
		['src/App.svelte', './lib', 'src/lib/index.js'],
		['src/App.svelte', './lib/', 'src/lib/index.js'],
		['src/lib/util.ts', '..', undefined],
		['src/lib/util.ts', '.', 'src/lib/index.js'],
		['src/lib/util.ts', '../App.svelte', 'src/App.svelte'],
		['src/App.svelte', '../app.json', 'app.json'],
		['src/App.svelte', './../src/./Item.svelte', 'src/Item.svelte'],
	])('%s: %s', (importer, specifier, path) => {
		const found = resolveImport(importer, specifier, has);
		if (path === undefined) expect(found.kind).toBe('problem');
		else expect(found).toEqual({ kind: 'file', path });
	});

	it.each(['svelte', 'svelte/transition', 'svelte/reactivity', 'pocketbase'])(
		'finds the package %s',
		(name) => {
			expect(resolveImport('src/App.svelte', name, has)).toEqual({ kind: 'package', name });
		},
	);

	it.each(['data', 'auth'])('finds $%s', (name) => {
		expect(resolveImport('src/App.svelte', `$${name}`, has)).toEqual({ kind: 'runtime', name });
	});

	it.each([
		['../../etc/passwd', 'import_outside'],
		['../..', 'import_outside'],
		['../../demo2/src/App.svelte', 'import_outside'],
		['./../../../x', 'import_outside'],
		['../.env', 'import_outside'],
		['../.git/config', 'import_outside'],
		['../node_modules/x/index.js', 'import_outside'],
		['./a\0b', 'import_outside'],
		['./%2e%2e/x', 'import_outside'],
		['./Item.svelte?raw', 'import_outside'],
		['./Missing.svelte', 'import_not_found'],
		['./item.svelte', 'import_not_found'],
		['/etc/passwd', 'import_absolute'],
		['/src/Item.svelte', 'import_absolute'],
		['\\\\server\\x', 'import_absolute'],
		['http://example.com/x.js', 'import_remote'],
		['https://esm.sh/lodash', 'import_remote'],
		['//example.com/x.js', 'import_remote'],
		['data:text/javascript,alert(1)', 'import_remote'],
		['blob:x', 'import_remote'],
		['file:///etc/passwd', 'import_remote'],
		['C:/x.js', 'import_remote'],
		['npm:lodash', 'import_remote'],
		['fs', 'import_node_builtin'],
		['node:fs', 'import_node_builtin'],
		['node:fs/promises', 'import_node_builtin'],
		['child_process', 'import_node_builtin'],
		['node:sqlite', 'import_node_builtin'],
		['lodash', 'import_package'],
		['@scope/name', 'import_package'],
		['svelte/compiler', 'import_package'],
		['svelte/server', 'import_package'],
		['svelte/internal/server', 'import_package'],
		['svelte/package.json', 'import_package'],
		['svelte/../esbuild', 'import_package'],
		['pocketbase/cjs', 'import_package'],
		['esbuild', 'import_package'],
		['$lib/x', 'import_package'],
		['$app/navigation', 'import_package'],
		['#lib/x', 'import_package'],
		['src/Item.svelte', 'import_package'],
		['tinykit:main', 'import_remote'],
		['css:src/App.svelte', 'import_remote'],
		['', 'import_package'],
	])('refuses %j with %s', (specifier, code) => {
		const found = resolveImport('src/App.svelte', specifier, has);
		expect(found).toMatchObject({ kind: 'problem', code });
	});
});

describe('resolveUrl', () => {
	it.each([
		['./logo.svg', { kind: 'file', path: 'src/logo.svg' }],
		['logo.svg', { kind: 'file', path: 'src/logo.svg' }],
		['logo.svg?v=1#icon', { kind: 'file', path: 'src/logo.svg' }],
		['/logo.svg', { kind: 'external' }],
		['#shape', { kind: 'external' }],
		['data:image/png;base64,AAAA', { kind: 'external' }],
	])('%s', (url, expected) => {
		expect(resolveUrl('src/app.css', url, has)).toEqual(expected);
	});

	it.each([
		['https://example.com/x.png', 'css_url_outside'],
		['HTTP://example.com/x.png', 'css_url_outside'],
		['//example.com/x.png', 'css_url_outside'],
		['\\\\example.com\\x.png', 'css_url_outside'],
		['javascript:alert(1)', 'css_url_outside'],
		['../../x.png', 'import_outside'],
		['missing.png', 'import_not_found'],
	])('refuses %s with %s', (url, code) => {
		expect(resolveUrl('src/app.css', url, has)).toMatchObject({ kind: 'problem', code });
	});
});
