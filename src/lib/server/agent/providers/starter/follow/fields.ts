import {
	ownTables,
	stemOf,
	tableFor,
	uses,
	type AppView,
	type Found,
	type SourceFile,
	type Table,
} from './app-view.ts';
import { callsFor, decline, type Change, type Declined } from './change.ts';
import { wholeLines, type Splice } from './edits.ts';
import { identifierOf, labelOf } from './field-words.ts';
import type { Intent } from './intent.ts';

interface Place {
	readonly table: Table;
	readonly field: string;
}

/** The field somebody means; without a table the only one of that name. */
function fieldFor(app: AppView, name: string, tableWords: string | undefined): Found<Place> {
	const wanted = new Set([stemOf(name), stemOf(identifierOf(name) ?? name)]);
	let tables = ownTables(app);
	if (tableWords !== undefined) {
		const target = tableFor(app, tableWords);
		if ('why' in target) return target;
		tables = [target.found];
	}
	const places = tables.flatMap((table) =>
		table.fields
			.filter((field) => wanted.has(stemOf(field.name)))
			.map((field) => ({ table, field: field.name })),
	);
	const [place, ...others] = places;
	if (!place) return { why: `there is no field "${name}"` };
	if (others.length > 0) return { why: `several tables have a field "${name}": say which one` };
	if (place.field === 'id' || place.field === 'owner')
		return { why: `"${place.field}" says whose a record is; the rules need it` };
	return { found: place };
}

/** Takes a field out of the table, its form and its list; refused when the app does more with it. */
export function removeField(
	app: AppView,
	{ name, table: words }: Extract<Intent, { kind: 'remove_field' }>,
): Change | Declined {
	const target = fieldFor(app, name, words);
	if ('why' in target) return decline(target.why);
	const { table, field } = target.found;
	const splices = new Map<string, readonly Splice[]>();
	for (const file of filesOf(app, table)) {
		const found = removals(file.text, field);
		let rest = file.text;
		for (const { start, end, text } of [...found].sort((a, b) => b.start - a.start))
			rest = rest.slice(0, start) + text + rest.slice(end);
		if (
			new RegExp(
				String.raw`\.${field}\b|\b${field}\??:|[{,] *${field} *[,}]|['"\`-]${field}\b`,
			).test(rest)
		)
			return decline(`${file.path} does more with "${field}" than asking for it and showing it`);
		if (found.length > 0) splices.set(file.path, found);
	}
	return {
		schema: { update: [{ name: table.name, removeFields: [field] }] },
		...callsFor(app, splices),
		summary: [`"${field}" is gone from ${table.name}, its form and its list`],
	};
}

/** Files that work with the table, and components that get its rows. */
const filesOf = ({ files }: AppView, { name }: Table): readonly SourceFile[] =>
	files.filter((file) => uses(file, name));

function removals(text: string, field: string): readonly Splice[] {
	const splices: Splice[] = [];
	// `<label> … bind:value={values.field} … </label>`
	for (const label of text.matchAll(/<label\b(?:(?!<\/label>)[\s\S])*<\/label>/g))
		if (new RegExp(String.raw`bind:(?:value|checked)=\{(?:\w+\.)?${field}\}`).test(label[0]))
			splices.push(wholeLines(text, label.index, label.index + label[0].length));
	// `field: '', ` in what a form begins with
	const part = String.raw`${field}: (?:'[^']*'|null as number \| null|\d+ as number \| null|\w+(?:\.\w+)?)`;
	for (const made of text.matchAll(
		/(?:const blank = \(\) =>|let values = \$state\([^{]*=>) \(\{[^}]*\}\)/g,
	)) {
		const found = new RegExp(String.raw`${part}, |, ${part}(?= ?\})`).exec(made[0]);
		if (found)
			splices.push({
				start: made.index + found.index,
				end: made.index + found.index + found[0].length,
				text: '',
			});
	}
	// A line that shows it and nothing else.
	const shows = new RegExp(
		String.raw`^[ \t]*(?:\{#if \w+\.${field}(?: > 0)?\}.*\{/if\}|<(\w+)[^<>]*>\{\w+\.${field}\}</\1>)[ \t]*$`,
		'gm',
	);
	for (const line of text.matchAll(shows))
		splices.push(wholeLines(text, line.index, line.index + line[0].length));
	// A part of what is searched.
	for (const sum of text.matchAll(new RegExp(String.raw` \+ ' ' \+ \w+\.${field}\b`, 'g')))
		splices.push({ start: sum.index, end: sum.index + sum[0].length, text: '' });
	return splices;
}

/** `x.title` where x is none of these is taken for a value of the table; a wrong guess is found by the type check. */
const notRows = new Set([
	'auth',
	'user',
	'document',
	'window',
	'location',
	'event',
	'error',
	'failure',
	'console',
	'Math',
	'JSON',
	'Object',
]);

/** Another name for a field: in the table, in the code, and on its label. */
export function renameField(
	app: AppView,
	{ from, to, table: words }: Extract<Intent, { kind: 'rename' }>,
): Change | Declined {
	const target = fieldFor(app, from, words);
	if ('why' in target) return decline(target.why);
	const { table, field } = target.found;
	const id = identifierOf(to);
	if (id === undefined) return decline(`"${to}" cannot be the name of a field`);
	if (table.fields.some(({ name }) => name.toLowerCase() === id))
		return decline(`${table.name} has a field "${id}" already`);
	const splices = new Map<string, readonly Splice[]>();
	for (const file of filesOf(app, table)) {
		const others = ownTables(app).filter((other) => other !== table && uses(file, other.name));
		if (others.some(({ fields }) => fields.some(({ name }) => name === field)))
			return decline(`${file.path} works with another table that has a field "${field}", too`);
		if (new RegExp(String.raw`[{,]\s*${field}\s*[,}]`).test(script(file.text)))
			return decline(`${file.path} takes "${field}" apart in a way I do not know`);
		const found = renamings(file.text, field, id, labelOf(to));
		if (found.length > 0) splices.set(file.path, found);
	}
	const change = (a: string, b: string) => ({
		update: [{ name: table.name, renameFields: [{ from: a, to: b }] }],
	});
	return {
		schema: change(field, id),
		inverse: change(id, field),
		...callsFor(app, splices),
		summary: [`"${field}" of ${table.name} is called "${id}" now, in the table and in the code`],
	};
}

const script = (text: string): string => /<script[\s\S]*?<\/script>/.exec(text)?.[0] ?? text;

function renamings(text: string, field: string, to: string, label: string): readonly Splice[] {
	const splices: Splice[] = [];
	const put = (start: number, length: number, by: string): void => {
		if (!splices.some((other) => start < other.end && start + length > other.start))
			splices.push({ start, end: start + length, text: by });
	};
	for (const found of text.matchAll(new RegExp(String.raw`\b(\w+)(\??\.)${field}\b(?!\()`, 'g')))
		if (!notRows.has(found[1] ?? ''))
			put(found.index + found[0].length - field.length, field.length, to);
	const code = script(text).length;
	for (const found of text
		.slice(0, code)
		.matchAll(new RegExp(String.raw`(?<![\w.'])${field}(?=\??: )`, 'g')))
		put(found.index, field.length, to);
	for (const found of text.matchAll(new RegExp(String.raw`'${field}(?=[+-]')`, 'g')))
		put(found.index + 1, field.length, to);
	for (const found of text.matchAll(/\b(?:sort|filter|expand|fields): (['"`])(.*?)\1/g))
		for (const inner of (found[2] ?? '').matchAll(
			new RegExp(String.raw`(?<![\w:.])${field}\b`, 'g'),
		))
			put(
				found.index + found[0].length - 1 - (found[2] ?? '').length + inner.index,
				field.length,
				to,
			);
	for (const found of text.matchAll(/<label\b(?:(?!<\/label>)[\s\S])*<\/label>/g)) {
		if (!new RegExp(String.raw`bind:\w+=\{values\.${field}\}`).test(found[0])) continue;
		const shown = new RegExp(
			String.raw`(?<=>\s*(?:[\w ]+ )?)${field.replaceAll('_', ' ')}(?=\s*(?:\([^)]*\))?\s*<)`,
			'i',
		).exec(found[0]);
		if (!shown) continue;
		const isFirst = /[A-Z]/.test(shown[0].charAt(0));
		put(found.index + shown.index, shown[0].length, isFirst ? label : label.toLowerCase());
	}
	return splices;
}

/** Another name for a table, in the backend and wherever the code uses it. */
export function renameTable(
	app: AppView,
	{ from, to }: Extract<Intent, { kind: 'rename' }>,
): Change | Declined {
	const target = tableFor(app, from);
	if ('why' in target) return decline(target.why);
	const { name } = target.found;
	const id = identifierOf(to);
	if (id === undefined) return decline(`"${to}" cannot be the name of a table`);
	if (app.tables.some((table) => table.name.toLowerCase() === id))
		return decline(`there is a table "${id}" already`);
	const typeName = (words: string): string =>
		words
			.split('_')
			.map((part) => part.charAt(0).toUpperCase() + part.slice(1))
			.join('');
	const old = new RegExp(
		String.raw`(?<=\bdata\.)${name}\b|\b${name}(?=_via_)|\b${typeName(name)}(?=(?:Record|Create|Update|Expand)\b)`,
		'g',
	);
	const splices = new Map<string, readonly Splice[]>();
	for (const { path, text } of app.files) {
		const found = [...text.matchAll(old)].map((match): Splice => ({
			start: match.index,
			end: match.index + match[0].length,
			text: match[0] === name ? id : typeName(id),
		}));
		if (found.length > 0) splices.set(path, found);
	}
	return {
		schema: { update: [{ name, rename: id }] },
		inverse: { update: [{ name: id, rename: name }] },
		...callsFor(app, splices),
		summary: [`The table ${name} is called ${id} now, in the backend and in the code`],
	};
}
