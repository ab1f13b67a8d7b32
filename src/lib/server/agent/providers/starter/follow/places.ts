import { indentAt, insertAt, linesBefore, type Splice } from './edits.ts';
import { stemOf } from './app-view.ts';

/** Where new lines go in front of the button of a form; undefined when there is no such place. */
export function beforeFormButton(text: string, bound: RegExp): number | undefined {
	for (const form of text.matchAll(/<form\b[\s\S]*?<\/form>/g)) {
		if (!bound.test(form[0])) continue;
		const button = /<button\b/.exec(form[0]);
		if (!button) return undefined;
		const indent = `${indentAt(text, form.index)}\t`;
		// The child of the form that holds the button, by its indentation; else the button itself.
		const lines = form[0].slice(0, button.index).split('\n');
		let at = form.index + button.index;
		let offset = at;
		for (let index = lines.length - 1; index > 0; index -= 1) {
			const line = lines[index] ?? '';
			const start = offset - line.length;
			const opened = index === lines.length - 1 ? `${line}<button` : line;
			if (opened.startsWith(`${indent}<`) && !opened.startsWith(`${indent}</`)) {
				at = start + indent.length;
				break;
			}
			offset = start - 1;
		}
		return at;
	}
	return undefined;
}

/** The list whose rows are a table's, with what a row is called in it. */
export interface RowPlace {
	readonly item: string;
	/** Adds a line at the end of a row. */
	add(line: string): Splice;
}

export function rowOf(text: string, table: string): RowPlace | undefined {
	const all = [...text.matchAll(/\{#each ([^{}]+?) as (\w+)(?:, \w+)? \(([^{}]+)\)\}/g)];
	const stem = stemOf(table);
	const isOf = ([, source = '', item = '']: RegExpMatchArray): boolean =>
		stemOf(item) === stem || new RegExp(String.raw`\b${table}\b`).test(source);
	const named = all.filter(isOf);
	const byId = all.filter(([, , item, key]) => key === `${item ?? ''}.id`);
	const each = named[0] ?? (byId.length === 1 ? byId[0] : undefined);
	const item = each?.[2];
	if (each?.index === undefined || item === undefined) return undefined;
	const from = each.index + each[0].length;
	const end = endOfEach(text, from);
	if (end === undefined) return undefined;
	// The `</li>` of the row itself: lists in a row are further in.
	const indent = `${indentAt(text, each.index)}\t`;
	const close = text.slice(from, end).lastIndexOf(`\n${indent}</li>`);
	if (close !== -1) {
		const at = from + close + 1 + indent.length;
		return { item, add: (line) => linesBeforeClose(text, at, line) };
	}
	const inline = /<\/li>/.exec(text.slice(from, end));
	if (inline) {
		const at = from + inline.index;
		return { item, add: (line) => insertAt(at, line) };
	}
	return { item, add: (line) => linesBefore(text, end, [`\t${line}`]) };
}

const linesBeforeClose = (text: string, at: number, line: string): Splice =>
	linesBefore(text, at, [`\t${line}`]);

/** Where `{/each}` (or the `{:else}` of it) closes what begins at `from`. */
function endOfEach(text: string, from: number): number | undefined {
	const opened: string[] = [];
	for (const found of text
		.slice(from)
		.matchAll(/\{(#|\/|:)(each|if|key|await|snippet|else)\b[^}]*\}/g)) {
		const [, sign, word = ''] = found;
		if (sign === '#') opened.push(word);
		else if (sign === '/') {
			if (opened.length === 0) return from + found.index;
			opened.pop();
		} else if (opened.length === 0) return from + found.index;
	}
	return undefined;
}
