import type { SchemaChange } from '#lib/contracts/index.ts';

/** What the request's words gave. */
export interface Names {
	/** Title of the app, at most 60 characters, any characters. */
	readonly title: string;
	/** A poll's question, when there is one. */
	readonly question: string | undefined;
	/** A poll's answers, two to eight, or none. */
	readonly options: readonly string[];
	/** What a list holds, in the singular: `task`, `item`, `recipe`. */
	readonly item: string | undefined;
}

export interface Built {
	readonly schema: SchemaChange;
	readonly files: readonly { readonly path: string; readonly text: string }[];
	/** What the person gets, in short lines. */
	readonly summary: readonly string[];
	readonly next: readonly string[];
}

/** An app the starter can write without a model. */
export interface Recipe {
	readonly name: string;
	/** `a guestbook` */
	readonly label: string;
	/** Words that speak for it, with how much. */
	readonly words: readonly (readonly [pattern: RegExp, score: number])[];
	/** Title when the request names none, and the noun behind what it is for: `Team to-dos`. */
	readonly title: string;
	readonly noun: string;
	build(names: Names): Built;
}

/** A text as JavaScript source, also safe inside a `<script>`: no name from a request becomes code. */
export const js = (value: string | readonly string[]): string =>
	JSON.stringify(value)
		.replaceAll('<', '\\u003c')
		.replaceAll('\u2028', '\\u2028')
		.replaceAll('\u2029', '\\u2029');
