import { SourceMap } from 'node:module';
import { parse, VERSION, type AST } from 'svelte/compiler';
import { svelte2tsx } from 'svelte2tsx';
import type { Place } from './protocol.ts';

/** Root under which the files of the app stand for the type checker; nothing on the disk. */
export const root = '/app/';

/** One file as the type checker sees it. */
export interface VirtualFile {
	readonly path: string;
	/** Name for the type checker: `/app/src/App.svelte.tsx`. */
	readonly name: string;
	readonly text: string;
	/** Plain JavaScript: nobody promised types here. */
	readonly isLoose: boolean;
	/** From an offset in `text` to the place in what was written; undefined for what only stands in between. */
	place(offset: number): Place | undefined;
	/** The component's syntax tree. */
	readonly tree: AST.Root | undefined;
}

/** A file that cannot be read as code. */
export interface Unreadable {
	readonly path: string;
	readonly line?: number;
	readonly column?: number;
	readonly message: string;
}

const code = /\.(?:[cm]?[jt]s|json)$/;
const component = /\.svelte$/;

/** Whether the type checker looks into a file at all. */
export const isChecked = (path: string): boolean => code.test(path) || component.test(path);

/** Line starts of a text, to turn offsets into lines. */
function lineStarts(text: string): readonly number[] {
	const starts = [0];
	for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
	return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
	let low = 0;
	let high = starts.length - 1;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if ((starts[middle] ?? 0) <= offset) low = middle;
		else high = middle - 1;
	}
	return low;
}

function plainFile(path: string, text: string): VirtualFile {
	let starts: readonly number[] | undefined;
	return {
		path,
		name: root + path,
		text,
		isLoose: !path.endsWith('ts'),
		tree: undefined,
		place(offset) {
			starts ??= lineStarts(text);
			const line = lineOf(starts, offset);
			return { path, line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
		},
	};
}

/** Whether the component is written in TypeScript. */
function isTyped(tree: AST.Root): boolean {
	return [tree.instance, tree.module].some((script) =>
		script?.attributes.some(
			({ name, value }) =>
				name === 'lang' &&
				Array.isArray(value) &&
				value.some((part) => part.type === 'Text' && /^(?:ts|typescript)$/.test(part.data)),
		),
	);
}

function componentFile(path: string, source: string): VirtualFile {
	const tree = parse(source, { filename: path, modern: true });
	const typed = isTyped(tree);
	const { code: text, map } = svelte2tsx(source, {
		filename: path,
		isTsFile: typed,
		mode: 'ts',
		version: VERSION,
		parse,
	});
	let sourceMap: SourceMap | undefined;
	let starts: readonly number[] | undefined;
	return {
		path,
		name: `${root}${path}.${typed ? 'tsx' : 'jsx'}`,
		text,
		isLoose: !typed,
		tree,
		place(offset) {
			starts ??= lineStarts(text);
			sourceMap ??= new SourceMap(map as ConstructorParameters<typeof SourceMap>[0]);
			const line = lineOf(starts, offset);
			const entry = sourceMap.findEntry(line, offset - (starts[line] ?? 0));
			if (!('originalLine' in entry)) return undefined;
			return { path, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
		},
	};
}

interface ParseError {
	readonly message: string;
	readonly start?: { readonly line: number; readonly column: number };
}

const maxKept = 1000;
const kept = new Map<string, { readonly text: string; readonly file: VirtualFile | Unreadable }>();

/** A file of the app for the type checker; the same text again is not read again. */
export function virtualFile(path: string, text: string): VirtualFile | Unreadable {
	const known = kept.get(path);
	if (known?.text === text) return known.file;
	let file: VirtualFile | Unreadable;
	try {
		file = component.test(path) ? componentFile(path, text) : plainFile(path, text);
	} catch (error) {
		const { message, start } = error as ParseError;
		const words = (message.split('\n', 1)[0] ?? '').slice(0, 500);
		file = { path, message: words, ...(start && { line: start.line, column: start.column + 1 }) };
	}
	kept.delete(path);
	kept.set(path, { text, file });
	const [oldest] = kept.keys();
	if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
	return file;
}
