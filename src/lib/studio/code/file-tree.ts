import type { FileEntry } from '#lib/contracts/index.ts';

/** A line of the file list: folders are headings of what is in them. */
export type TreeLine =
	| {
			readonly kind: 'folder';
			readonly path: string;
			readonly name: string;
			readonly depth: number;
	  }
	| { readonly kind: 'file'; readonly path: string; readonly name: string; readonly depth: number };

/** The files as an indented list: files of a folder before its folders, each in alphabetical order. */
export function treeOf(entries: readonly FileEntry[]): readonly TreeLine[] {
	return linesOf(
		entries.map((entry) => entry.path),
		'',
		0,
	);
}

function linesOf(paths: readonly string[], prefix: string, depth: number): readonly TreeLine[] {
	const files: TreeLine[] = [];
	const folders = new Map<string, string[]>();
	for (const path of [...paths].sort((a, b) => a.localeCompare(b))) {
		const rest = path.slice(prefix.length);
		const slash = rest.indexOf('/');
		if (slash < 0) {
			files.push({ kind: 'file', path, name: rest, depth });
		} else {
			const name = rest.slice(0, slash);
			folders.set(name, [...(folders.get(name) ?? []), path]);
		}
	}
	return [
		...files,
		...[...folders].flatMap(([name, inside]): TreeLine[] => [
			{ kind: 'folder', path: prefix + name, name, depth },
			...linesOf(inside, `${prefix}${name}/`, depth + 1),
		]),
	];
}

/** The editor's language for a file name. */
export function languageOf(path: string): string {
	const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
	const languages: Readonly<Record<string, string>> = {
		svelte: 'svelte',
		ts: 'typescript',
		js: 'javascript',
		mjs: 'javascript',
		json: 'json',
		css: 'css',
		html: 'html',
		svg: 'html',
		md: 'markdown',
	};
	return languages[extension] ?? 'plaintext';
}
