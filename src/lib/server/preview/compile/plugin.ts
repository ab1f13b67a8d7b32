import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
	Loader,
	OnLoadResult,
	OnResolveArgs,
	OnResolveResult,
	PartialMessage,
	Plugin,
	PluginBuild,
} from 'esbuild';
import { codeFrame, placeOf, placeOfImport } from './frame.ts';
import { resolveImport, resolveUrl } from './resolve.ts';
import { compileSvelte } from './svelte.ts';
import { compileRootStyles, compileStyles } from './styles.ts';
import { rootComponent, rootStyles, SourceError, type SourceFiles } from './types.ts';

/** `ws`: files of the workspace. `css`: styles of a component. `runtime`: our own modules. */
export type Namespace = 'ws' | 'css' | 'runtime';
export const entry = 'tinykit:main';

/** The program of every app. Only the boot script of a draft hears that it is mounted. */
const mainModule = `
import '$app-styles';
import App from '$app-root';
import { mount } from 'svelte';
const target = document.getElementById('app');
mount(App, { target });
dispatchEvent(new Event('tinykit:mounted'));
`;

const here = dirname(fileURLToPath(import.meta.url));
const runtimeFolder = new URL('../runtime/', import.meta.url);
const runtimeFiles: Readonly<Record<string, string>> = {
	data: 'data.ts',
	auth: 'auth.svelte.ts',
	client: 'client.ts',
	subscriptions: 'subscriptions.ts',
	env: 'env.ts',
};

/** Kinds of files that can be imported, besides components. */
const loaders: Readonly<Record<string, Loader>> = {
	ts: 'ts',
	js: 'js',
	mjs: 'js',
	json: 'json',
	css: 'css',
	txt: 'text',
	md: 'text',
	html: 'text',
	svg: 'dataurl',
	png: 'dataurl',
	jpg: 'dataurl',
	jpeg: 'dataurl',
	gif: 'dataurl',
	webp: 'dataurl',
	avif: 'dataurl',
	ico: 'dataurl',
	woff: 'dataurl',
	woff2: 'dataurl',
};

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');
const isRunes = (path: string): boolean => /\.svelte(?:\.ts|\.js)?$/.test(path);

function failure(error: unknown): { errors: PartialMessage[] } {
	if (!(error instanceof SourceError)) throw error;
	return { errors: [{ text: error.message, detail: error }] };
}

/** Loads one file of the workspace. */
async function loadFile(files: SourceFiles, path: string): Promise<OnLoadResult> {
	if (path === rootStyles) return { contents: await compileRootStyles(files), loader: 'css' };
	const source = text(files.get(path));
	if (isRunes(path)) {
		const { js, css } = compileSvelte(path, source);
		const styles = css === '' ? '' : `\nimport ${JSON.stringify(`css:${path}`)};`;
		return { contents: js + styles, loader: 'js' };
	}
	const loader = loaders[path.split('.').at(-1)?.toLowerCase() ?? ''];
	if (loader === undefined) {
		const message = `Files like "${path}" cannot be imported.`;
		throw new SourceError({ path, code: 'import_kind', message });
	}
	if (loader === 'css') {
		return { contents: await compileStyles(files, path, source, source), loader };
	}
	return { contents: files.get(path) ?? '', loader };
}

const runtimeModules = new Map<string, OnLoadResult>();

function loadRuntime(name: string): OnLoadResult {
	if (name === 'main') return { contents: mainModule, loader: 'js' };
	const known = runtimeModules.get(name);
	if (known) return known;
	const file = runtimeFiles[name] ?? '';
	const source = readFileSync(new URL(file, runtimeFolder), 'utf8');
	const loaded: OnLoadResult = isRunes(file.replace(/\.ts$/, ''))
		? { contents: compileSvelte(file, source).js, loader: 'js' }
		: { contents: source, loader: 'ts' };
	runtimeModules.set(name, loaded);
	return loaded;
}

/** A package of ours, found from our own folder whatever the workspace says. */
function createPackages(build: PluginBuild) {
	const known = new Map<string, Promise<OnResolveResult>>();
	return (name: string): Promise<OnResolveResult> => {
		let found = known.get(name);
		if (!found) {
			found = build
				.resolve(name, { kind: 'import-statement', resolveDir: here })
				.then(({ path, namespace, sideEffects, errors }) =>
					errors.length > 0 ? { errors } : { path, namespace, sideEffects },
				);
			known.set(name, found);
		}
		return found;
	};
}

function fromWorkspace(
	args: OnResolveArgs,
	files: SourceFiles,
	packages: (name: string) => Promise<OnResolveResult>,
): OnResolveResult | Promise<OnResolveResult> {
	const { importer, path, kind } = args;
	if (path === `css:${importer}`) return { path: importer, namespace: 'css' };
	const has = (name: string): boolean => files.has(name);
	const isStyle = kind === 'url-token' || kind === 'import-rule';
	const found = (isStyle ? resolveUrl : resolveImport)(importer, path, has);
	switch (found.kind) {
		case 'file':
			return { path: found.path, namespace: 'ws' };
		case 'package':
			return packages(found.name);
		case 'runtime':
			return { path: found.name, namespace: 'runtime' };
		case 'external':
			return { path, external: true };
		case 'problem': {
			const source = text(files.get(importer));
			const place = placeOfImport(source, path) ?? placeOf(source, path);
			const problem = {
				path: importer,
				...place,
				code: found.code,
				message: found.message,
				...(place && { frame: codeFrame(source, place) }),
			};
			return failure(new SourceError(problem));
		}
	}
}

function fromRuntime(
	path: string,
	packages: (name: string) => Promise<OnResolveResult>,
): OnResolveResult | Promise<OnResolveResult> {
	if (path === '$app-root') return { path: rootComponent, namespace: 'ws' };
	if (path === '$app-styles') return { path: rootStyles, namespace: 'ws' };
	const own = /^\.\/(\w+)\.ts$/.exec(path)?.[1];
	return own === undefined ? packages(path) : { path: own, namespace: 'runtime' };
}

/**
 * Lets esbuild see the workspace as a map of files and nothing of the disk but our runtime modules and packages.
 * @param files the workspace of the build that runs now
 */
export function workspacePlugin(files: () => SourceFiles): Plugin {
	return {
		name: 'workspace',
		setup(build) {
			const packages = createPackages(build);
			const all = /.*/s;
			build.onResolve({ filter: new RegExp(`^${entry}$`) }, () => {
				return { path: 'main', namespace: 'runtime' };
			});
			build.onResolve({ filter: /^esm-env$/ }, () => ({ path: 'env', namespace: 'runtime' }));
			for (const namespace of ['ws', 'css']) {
				build.onResolve({ filter: all, namespace }, (args) =>
					fromWorkspace(args, files(), packages),
				);
			}
			build.onResolve({ filter: all, namespace: 'runtime' }, ({ path }) =>
				fromRuntime(path, packages),
			);
			build.onLoad({ filter: all, namespace: 'runtime' }, ({ path }) => {
				// Where its imports of packages start from.
				return { ...loadRuntime(path), resolveDir: here };
			});
			build.onLoad({ filter: all, namespace: 'ws' }, ({ path }) =>
				loadFile(files(), path).catch(failure),
			);
			build.onLoad({ filter: all, namespace: 'css' }, async ({ path }) => {
				try {
					const source = text(files().get(path));
					const { css } = compileSvelte(path, source);
					return { contents: await compileStyles(files(), path, css, source), loader: 'css' };
				} catch (error) {
					return failure(error);
				}
			});
		},
	};
}
