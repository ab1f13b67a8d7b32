import { parse, type AST } from 'svelte/compiler';

/** A file as it was written, and what else there is in the app. */
export interface Source {
	readonly path: string;
	readonly text: string;
	/** Paths of all files of the app. */
	readonly files: ReadonlySet<string>;
}

export interface Fixed {
	readonly text: string;
	/** What was done, one line each. */
	readonly notes: readonly string[];
}

/** One mechanical repair. Pure; undefined when there is nothing to repair, or more than one way to. */
export type Fix = (source: Source) => Fixed | undefined;

/** A node of a syntax tree: Svelte's or JavaScript's. */
export interface Node {
	readonly type: string;
	readonly start: number;
	readonly end: number;
	readonly [key: string]: unknown;
}

export interface Parsed {
	readonly ast: AST.Root;
	/** Added to each offset of a node to get one in the text. */
	readonly shift: number;
}

const prefix = '<script lang="ts">';
export const isComponent = (path: string): boolean => path.endsWith('.svelte');

/** The syntax tree, or undefined when the text has none: then nothing mechanical can be said about it. */
export function parseSource({ path, text }: Pick<Source, 'path' | 'text'>): Parsed | undefined {
	try {
		if (isComponent(path)) return { ast: parse(text, { modern: true }), shift: 0 };
		if (/<\/script/i.test(text)) return undefined;
		return {
			ast: parse(`${prefix}${text}</script>`, { modern: true }),
			shift: -prefix.length,
		};
	} catch {
		return undefined;
	}
}

export const isNode = (value: unknown): value is Node =>
	typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Every node below, the node itself first, with the node it stands in. */
export function* walk(node: Node, parent?: Node): Generator<readonly [Node, Node | undefined]> {
	yield [node, parent];
	for (const [key, value] of Object.entries(node)) {
		if (key === 'metadata' || key === 'loc') continue;
		for (const child of Array.isArray(value) ? (value as readonly unknown[]) : [value])
			if (isNode(child)) yield* walk(child, node);
	}
}

/** All nodes of scripts and markup. */
export function* walkAll({ ast }: Parsed): Generator<readonly [Node, Node | undefined]> {
	for (const part of [ast.module?.content, ast.instance?.content, ast.fragment])
		if (isNode(part)) yield* walk(part);
}

/** A part of the text that is replaced. */
export interface Change {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

/** Applies changes that do not overlap. */
export const applyChanges = (text: string, changes: readonly Change[]): string =>
	[...changes]
		.sort((a, b) => b.start - a.start)
		.reduce(
			(rest, change) => rest.slice(0, change.start) + change.text + rest.slice(change.end),
			text,
		);
