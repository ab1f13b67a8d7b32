import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { parseWorkspacePath } from '../../workspace/index.ts';

/** What of svelte runs in a browser; `svelte/compiler` and `svelte/server` do not. */
const packages: ReadonlySet<string> = new Set([
	'svelte',
	'svelte/action',
	'svelte/animate',
	'svelte/attachments',
	'svelte/easing',
	'svelte/events',
	'svelte/internal/client',
	'svelte/internal/disclose-version',
	'svelte/internal/flags/async',
	'svelte/internal/flags/legacy',
	'svelte/internal/flags/tracing',
	'svelte/legacy',
	'svelte/motion',
	'svelte/reactivity',
	'svelte/reactivity/window',
	'svelte/store',
	'svelte/transition',
	'pocketbase',
]);
const builtins: ReadonlySet<string> = new Set(builtinModules);
const available = 'An app can import svelte, pocketbase, $data, $auth and its own files (./…).';

export type Resolved =
	| { readonly kind: 'file'; readonly path: string }
	| { readonly kind: 'package'; readonly name: string }
	| { readonly kind: 'runtime'; readonly name: 'data' | 'auth' }
	/** Left as it is: a data URL, a fragment, a public file of the app. */
	| { readonly kind: 'external' }
	| { readonly kind: 'problem'; readonly code: string; readonly message: string };

const problem = (code: string, message: string): Resolved => ({ kind: 'problem', code, message });

/** Endings that may be left out, in the order they are tried. */
const endings = [
	'',
	'.ts',
	'.js',
	'.svelte.ts',
	'.svelte.js',
	'.svelte',
	'.json',
	'/index.ts',
	'/index.js',
];

function resolveRelative(
	importer: string,
	specifier: string,
	has: (path: string) => boolean,
): Resolved {
	const joined = posix.join(posix.dirname(importer), specifier).replace(/\/$/, '');
	if (joined === '..' || joined.startsWith('../')) {
		return problem('import_outside', `"${specifier}" leads out of the app.`);
	}
	const found = endings.map((ending) => joined + ending).find(has);
	if (found !== undefined) return { kind: 'file', path: found };
	// TypeScript's own habit: the name of the compiled file.
	const typescript = joined.replace(/\.js$/, '.ts');
	if (typescript !== joined && has(typescript)) return { kind: 'file', path: typescript };
	try {
		parseWorkspacePath(joined);
	} catch {
		return problem('import_outside', `"${specifier}" is no name of a file of the app.`);
	}
	return problem('import_not_found', `There is no file "${joined}".`);
}

/**
 * What an import in a file of the app means. Only this decides what gets into a build: the files of the workspace,
 * our runtime modules and two packages.
 * @param importer path of the file that imports
 * @param has whether the workspace holds a file
 */
export function resolveImport(
	importer: string,
	specifier: string,
	has: (path: string) => boolean,
): Resolved {
	if (specifier === '$data') return { kind: 'runtime', name: 'data' };
	if (specifier === '$auth') return { kind: 'runtime', name: 'auth' };
	if (packages.has(specifier)) return { kind: 'package', name: specifier };
	if (/^\.{1,2}(?:\/|$)/.test(specifier)) return resolveRelative(importer, specifier, has);
	if (specifier.startsWith('node:') || builtins.has(specifier)) {
		const name = specifier.replace(/^node:/, '');
		return problem('import_node_builtin', `"${name}" is part of Node and not of a browser.`);
	}
	if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(specifier)) {
		return problem(
			'import_remote',
			`Code from elsewhere ("${specifier}") is not loaded. ${available}`,
		);
	}
	if (specifier.startsWith('/') || specifier.startsWith('\\')) {
		return problem('import_absolute', `"${specifier}" is absolute; write it relative to the file.`);
	}
	return problem('import_package', `The package "${specifier}" is not available. ${available}`);
}

/** What a `url(…)` in a style means. */
export function resolveUrl(
	importer: string,
	url: string,
	has: (path: string) => boolean,
): Resolved {
	if (/^(?:#|data:)/i.test(url)) return { kind: 'external' };
	if (/^(?:[a-z][a-z0-9+.-]*:|\/\/|\\)/i.test(url)) {
		return problem('css_url_outside', `Styles load nothing from elsewhere ("${url}").`);
	}
	// A file of the folder `static`, served at the root of the app's host.
	if (url.startsWith('/')) return { kind: 'external' };
	const path = url.replace(/[?#].*$/, '');
	return resolveRelative(importer, path.startsWith('.') ? path : `./${path}`, has);
}
