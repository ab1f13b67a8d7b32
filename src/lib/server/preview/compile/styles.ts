import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { posix } from 'node:path';
import { Scanner } from '@tailwindcss/oxide';
import { compile } from 'tailwindcss';
import { codeFrame, placeAt, placeOf, placeOfImport } from './frame.ts';
import { resolveImport } from './resolve.ts';
import { rootStyles, SourceError, type SourceFiles } from './types.ts';

const require = createRequire(import.meta.url);
const sheets = new Map<string, string>();

/** Tailwind's own sheets, by the names its documentation uses. */
function tailwindSheet(name: string): string | undefined {
	const match = /^tailwindcss(?:\/(theme|preflight|utilities|index)(?:\.css)?)?$/.exec(name);
	if (!match) return undefined;
	const file = `tailwindcss/${match[1] ?? 'index'}.css`;
	let text = sheets.get(file);
	if (text === undefined) sheets.set(file, (text = readFileSync(require.resolve(file), 'utf8')));
	return text;
}

const tailwindPrefix = '@import "tailwindcss";';
const importsTailwind = /@import\s+(?:url\(\s*)?['"]?tailwindcss['"/]/;
/** What only Tailwind understands. */
const tailwindSyntax =
	/@(?:apply|reference|variant|utility|custom-variant|theme|tailwind|plugin|config|source)\b|\b(?:theme|--alpha|--spacing)\(/;
/** The name under which component styles find the app's theme. */
const appTheme = 'tinykit:app';

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

/** The app's root sheet. Tailwind is in every app; saying so is optional. The prefix leaves lines as they are. */
function rootSheet(files: SourceFiles): string {
	const own = text(files.get(rootStyles));
	return importsTailwind.test(own) ? own : tailwindPrefix + own;
}

function problemAt(path: string, source: string, needle: string, code: string, message: string) {
	const place = code.startsWith('import') ? placeOfImport(source, needle) : placeOf(source, needle);
	const frame = place && codeFrame(source, place);
	return new SourceError({ path, ...place, code, message, ...(frame && { frame }) });
}

const remoteImport = /@import\s+(?:url\(\s*)?['"]?((?:[a-z][a-z0-9+.-]*:|\/\/)[^'")\s;]*)/i;

/**
 * Tailwind hands an `@import` of an address on, to a place where browsers ignore it; the person who wrote it would
 * wait for styles that never come.
 */
function refuseRemoteImport(path: string, css: string): void {
	const visible = css.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/\S/g, ' '));
	const address = remoteImport.exec(visible)?.[1];
	if (address === undefined) return;
	const message = `Styles load nothing from elsewhere ("${address}").`;
	throw problemAt(path, css, address, 'css_url_outside', message);
}

interface SyntaxLocation {
	readonly file: string;
	/** The text that was read, with the prefix that makes Tailwind part of every app. */
	readonly code: string;
	/** Offset in it. */
	readonly start: number;
}

/** Where Tailwind's parser gave up: `loc` is `[{ file, code }, start, end]`. */
function syntaxLocation(error: unknown): SyntaxLocation | undefined {
	if (!(error instanceof Error) || !('loc' in error) || !Array.isArray(error.loc)) return undefined;
	const [where, start] = error.loc as readonly unknown[];
	if (typeof where !== 'object' || where === null || typeof start !== 'number') return undefined;
	const { file, code } = where as { readonly file?: unknown; readonly code?: unknown };
	return typeof file === 'string' && typeof code === 'string' ? { file, code, start } : undefined;
}

/** What Tailwind says: its parser knows where, what comes after names the culprit, mostly in backticks. */
function tailwindProblem(error: unknown, path: string, source: string): SourceError {
	if (error instanceof SourceError) return error;
	const said = (error instanceof Error ? error.message : String(error)).slice(0, 1000);
	const location = syntaxLocation(error);
	if (location?.file.endsWith('.css')) {
		const own = location.code.startsWith(tailwindPrefix) ? tailwindPrefix.length : 0;
		const text = location.code.slice(own);
		const place = placeAt(text, Math.max(0, location.start - own));
		const message = said.replace(/^\S+:\d+:\d+: /, '');
		const frame = codeFrame(text, place);
		return new SourceError({ path: location.file, ...place, code: 'css_invalid', message, frame });
	}
	const needle = /`([^`]+)`/.exec(said)?.[1] ?? / at (.+)$/.exec(said)?.[1] ?? '';
	const message = said.replace(/^\S+:\d+:\d+: /, '');
	return problemAt(path, source, needle.replace(/^\./, ''), 'css_invalid', message);
}

/** Compiles one sheet with Tailwind. Reads nothing but the files given; plugins are code and are refused. */
async function compileSheet(files: SourceFiles, path: string, sheet: string, source: string) {
	const has = (name: string): boolean => files.has(name);
	const importerIn = (base: string): string => {
		return base === posix.dirname(path) ? path : posix.join(base, 'style.css');
	};
	const refusePlugin = (id: string): never => {
		const message = 'Plugins and config files of Tailwind are code and are not run.';
		throw problemAt(path, source, id, 'css_plugin', message);
	};
	try {
		return await compile(sheet, {
			from: path,
			base: posix.dirname(path),
			loadModule: async (id) => refusePlugin(id),
			loadStylesheet: async (id, base) => {
				const own = tailwindSheet(id);
				if (own !== undefined) return { path: id, base, content: own };
				if (id === appTheme) {
					return { path: rootStyles, base: posix.dirname(rootStyles), content: rootSheet(files) };
				}
				const found = resolveImport(importerIn(base), id, has);
				if (found.kind === 'file' && found.path.endsWith('.css')) {
					const content = text(files.get(found.path));
					refuseRemoteImport(found.path, content);
					return { path: found.path, base: posix.dirname(found.path), content };
				}
				const [code, message] =
					found.kind === 'problem'
						? [found.code, found.message]
						: ['import_kind', `"${id}" is no style sheet.`];
				const importing = [...files].find(
					([name, bytes]) => name.endsWith('.css') && text(bytes).includes(id),
				);
				const [where, what] = source.includes(id) || !importing ? [path, source] : importing;
				throw problemAt(where, typeof what === 'string' ? what : text(what), id, code, message);
			},
		});
	} catch (error) {
		throw tailwindProblem(error, path, source);
	}
}

const scanned = new Set(['svelte', 'ts', 'js', 'html', 'md']);

/** Every word of the source that may be a class name. */
function candidates(files: SourceFiles): string[] {
	const contents = [...files].flatMap(([path, bytes]) => {
		const extension = path.split('.').at(-1) ?? '';
		const isSource = path.startsWith('src/') && scanned.has(extension);
		return isSource ? [{ content: text(bytes), extension }] : [];
	});
	return new Scanner({ sources: [] }).scanFiles(contents);
}

/** The same words and sheets give the same styles: most edits change neither. */
let last: { readonly key: string; readonly css: string } | undefined;

/**
 * The app's styles: its `src/app.css` with Tailwind's base and the utilities its source uses.
 * @throws SourceError
 */
export async function compileRootStyles(files: SourceFiles): Promise<string> {
	const words = candidates(files);
	const sheets = [...files].filter(([path]) => path.endsWith('.css'));
	const key = JSON.stringify([words, sheets.map(([path, bytes]) => [path, text(bytes)])]);
	if (last?.key === key) return last.css;
	const source = text(files.get(rootStyles));
	refuseRemoteImport(rootStyles, source);
	const compiler = await compileSheet(files, rootStyles, rootSheet(files), source);
	try {
		const css = compiler.build(words);
		last = { key, css };
		return css;
	} catch (error) {
		throw tailwindProblem(error, rootStyles, source);
	}
}

/**
 * The styles of a component or another sheet. Only `@apply` and its like need Tailwind, which then sees the app's
 * theme.
 * @param source the file as it was written, for places
 * @throws SourceError
 */
export async function compileStyles(
	files: SourceFiles,
	path: string,
	css: string,
	source: string,
): Promise<string> {
	refuseRemoteImport(path, path.endsWith('.css') ? source : css);
	if (!tailwindSyntax.test(css)) return css;
	const sheet = /@reference\b/.test(css) ? css : `@reference "${appTheme}";${css}`;
	const compiler = await compileSheet(files, path, sheet, source);
	try {
		return compiler.build([]);
	} catch (error) {
		throw tailwindProblem(error, path, source);
	}
}
