import { js } from '../recipe.ts';
import type { AppView, SourceFile } from './app-view.ts';
import { callsFor, decline, type Change, type Declined } from './change.ts';
import type { Splice } from './edits.ts';
import type { Intent } from './intent.ts';

/** Text as markup shows it, in an element or an attribute: nothing in it is code. */
export const markup = (text: string): string =>
	text.replaceAll(/[&<>{}"'`]/g, (char) => `&#${String(char.charCodeAt(0))};`);

/** The same inside a string of a script, whatever its quotes. */
const inString = (text: string): string =>
	text.replaceAll(
		/['"`\\<$\n\u2028\u2029]/g,
		(char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);

interface Piece {
	readonly start: number;
	readonly end: number;
	readonly kind: 'markup' | 'string';
}

/** Where a component keeps words for people: text between tags, attributes that are read, strings in code. */
function pieces(text: string): readonly Piece[] {
	const found: Piece[] = [];
	const add = (start: number, length: number, kind: Piece['kind']): void => {
		if (length > 0) found.push({ start, end: start + length, kind });
	};
	const style = /<style\b/.exec(text)?.index ?? text.length;
	const scriptEnd = text.lastIndexOf('</script>');
	const body = scriptEnd === -1 ? 0 : scriptEnd + '</script>'.length;
	const strings = (from: number, to: number): void => {
		for (const match of text
			.slice(from, to)
			.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/g))
			add(from + match.index + 1, match[0].length - 2, 'string');
	};
	strings(0, body);
	let at = body;
	while (at < style) {
		const char = text.charAt(at);
		if (char === '{') {
			const end = closingBrace(text, at);
			strings(at, end);
			at = end;
		} else if (text.startsWith('<!--', at)) at = text.indexOf('-->', at) + 3 || style;
		else if (char === '<') {
			const end = tagEnd(text, at);
			for (const match of text
				.slice(at, end)
				.matchAll(/\b(?:placeholder|aria-label|title|alt|empty|label)="([^"{}]*)"/g))
				add(
					at + match.index + match[0].length - 1 - (match[1] ?? '').length,
					(match[1] ?? '').length,
					'markup',
				);
			for (const match of text.slice(at, end).matchAll(/\{[^{}]*\}/g))
				strings(at + match.index, at + match.index + match[0].length);
			at = end;
		} else {
			const rest = text.slice(at, style).search(/[<{]/);
			const end = rest === -1 ? style : at + rest;
			add(at, end - at, 'markup');
			at = end;
		}
	}
	return found;
}

function closingBrace(text: string, from: number): number {
	let depth = 0;
	for (let at = from; at < text.length; at += 1) {
		if (text.charAt(at) === '{') depth += 1;
		else if (text.charAt(at) === '}' && (depth -= 1) === 0) return at + 1;
	}
	return text.length;
}

/** Behind the `>` of a tag; one inside `{…}` or quotes is not it. */
function tagEnd(text: string, from: number): number {
	let at = from + 1;
	while (at < text.length) {
		const char = text.charAt(at);
		if (char === '{') at = closingBrace(text, at);
		else if (char === '"' || char === "'") at = text.indexOf(char, at + 1) + 1 || text.length;
		else if (char === '>') return at + 1;
		else at += 1;
	}
	return at;
}

const isFree = (char: string): boolean => !/[\p{L}\p{N}]/u.test(char);

/** Where the words stand as words, not inside others. */
function occurrences(
	{ text }: SourceFile,
	words: string,
): readonly (Piece & { readonly at: number })[] {
	return pieces(text).flatMap((piece) => {
		const inside = text.slice(piece.start, piece.end);
		const found: (Piece & { at: number })[] = [];
		for (let at = inside.indexOf(words); at !== -1; at = inside.indexOf(words, at + 1))
			if (isFree(inside.charAt(at - 1)) && isFree(inside.charAt(at + words.length)))
				found.push({ ...piece, at: piece.start + at });
		return found;
	});
}

/** Other words in the place of some that stand there exactly once. */
export function changeText(
	app: AppView,
	{ from, to }: Extract<Intent, { kind: 'text' }>,
): Change | Declined {
	const found = app.files
		.filter(({ path }) => path.endsWith('.svelte'))
		.flatMap((file) => occurrences(file, from).map((place) => ({ file, place })));
	const [first, ...others] = found;
	if (!first) return decline(`the page has no text "${from}"`);
	if (others.length > 0)
		return decline(
			`"${from}" stands on the page ${String(found.length)} times: give me more of the words around it`,
		);
	const { file, place } = first;
	const splice: Splice = {
		start: place.at,
		end: place.at + from.length,
		text: place.kind === 'markup' ? markup(to) : inString(to),
	};
	return {
		...callsFor(app, new Map([[file.path, [splice]]])),
		summary: [`"${from}" says "${to}" now`],
	};
}

const root = 'src/App.svelte';

export function changeTitle(
	app: AppView,
	{ title }: Extract<Intent, { kind: 'title' }>,
): Change | Declined {
	const file = app.files.find(({ path }) => path === root);
	const text = file?.text ?? '';
	const constant = /(?<=\bconst title = )(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/.exec(text);
	const places: Splice[] = constant
		? [{ start: constant.index, end: constant.index + constant[0].length, text: js(title) }]
		: [/(?<=<h1[^<>{}]*>)[^<>{}]+(?=<\/h1>)/, /(?<=<title>)[^<>{}]+(?=<\/title>)/].flatMap(
				(pattern) => {
					const found = pattern.exec(text);
					return found
						? [{ start: found.index, end: found.index + found[0].length, text: markup(title) }]
						: [];
				},
			);
	if (!file || places.length === 0) return decline('I do not find its title');
	return {
		...callsFor(app, new Map([[root, places]])),
		summary: [`The app is called "${title}" now, on the page and in the browser's tab`],
		next: ['The name in the list of your apps is changed in the settings of the app'],
	};
}

export function changeIntro(
	app: AppView,
	{ to }: Extract<Intent, { kind: 'intro' }>,
): Change | Declined {
	const file = app.files.find(({ path }) => path === root);
	const found = /(?<=<p class="intro">)[^<>{}]*(?=<\/p>)/.exec(file?.text ?? '');
	if (!file || !found) return decline('I do not find the text below its title');
	const splice = { start: found.index, end: found.index + found[0].length, text: markup(to) };
	return {
		...callsFor(app, new Map([[root, [splice]]])),
		summary: [`The text below the title says "${to}" now`],
	};
}
