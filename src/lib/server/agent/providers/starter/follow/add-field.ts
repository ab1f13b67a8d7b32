import {
	formFiles,
	tableFor,
	uses,
	type AppView,
	type SourceFile,
	type Table,
} from './app-view.ts';
import { callsFor, decline, type Change, type Declined } from './change.ts';
import { insertAt, linesBefore, type Splice } from './edits.ts';
import {
	identifierOf,
	inputOf,
	kindOf,
	labelOf,
	schemaFieldOf,
	shownOf,
	type FieldKind,
} from './field-words.ts';
import type { Intent } from './intent.ts';
import { beforeFormButton, rowOf } from './places.ts';

interface NewField {
	readonly id: string;
	readonly label: string;
	readonly kind: FieldKind;
}

/** New fields in the table, their inputs in its form, and their values in its list. */
export function addField(
	app: AppView,
	intent: Extract<Intent, { kind: 'add_field' }>,
): Change | Declined {
	const target = tableFor(app, intent.table);
	if ('why' in target) return decline(target.why);
	const table = target.found;
	const fields: NewField[] = [];
	for (const name of intent.names) {
		const id = identifierOf(name);
		if (id === undefined) return decline(`"${name}" cannot be the name of a field`);
		if (
			table.fields.some((field) => field.name.toLowerCase() === id) ||
			fields.some((field) => field.id === id)
		)
			return decline(`${table.name} has a field "${id}" already`);
		fields.push({ id, label: labelOf(name), kind: kindOf(name) });
	}
	const [form, ...others] = formFiles(app, table.name);
	if (!form || others.length > 0)
		return decline(`I do not find the one form in which ${table.name} are written`);
	const splices = new Map<string, readonly Splice[]>();
	const inForm = formSplices(form, table, fields);
	if (inForm === undefined)
		return decline(`the form in ${form.path} is built in a way I do not know`);
	splices.set(form.path, inForm);
	const isShown = showIn(app, table, fields, splices);
	const labels = fields.map(({ label }) => `"${label}"`).join(', ');
	return {
		schema: {
			update: [
				{ name: table.name, addFields: fields.map(({ id, kind }) => schemaFieldOf(id, kind)) },
			],
		},
		...callsFor(app, splices),
		summary: [
			`New in ${table.name}: ${labels}, not required`,
			`The form asks for it${isShown ? ', and the list shows it' : ''}`,
		],
		...(!isShown && {
			notDone: [`Not shown on the page: it has no list of ${table.name} that I know how to change`],
		}),
		next: ['Fill it in once in the preview'],
	};
}

function formSplices(
	file: SourceFile,
	table: Table,
	fields: readonly NewField[],
): readonly Splice[] | undefined {
	const { text } = file;
	const state = stateOf(text, table.name);
	if (state === undefined) return undefined;
	const at = beforeFormButton(text, state.bound);
	if (at === undefined) return undefined;
	return [
		...state.declare(fields),
		linesBefore(
			text,
			at,
			fields.flatMap(({ id, label, kind }) => inputOf(label, state.target(id), kind)),
		),
	];
}

interface FormState {
	/** What inputs of the form are bound to. */
	readonly bound: RegExp;
	target(id: string): string;
	declare(fields: readonly NewField[]): readonly Splice[];
}

/** How the form keeps what is typed: one object made by `blank`, a copy of a record, or a variable for each input. */
function stateOf(text: string, table: string): FormState | undefined {
	const blank = /const blank = \(\) => \(\{ ?/.exec(text);
	if (blank) {
		const at = blank.index + blank[0].length;
		return inObject(at, (field) => `${field.id}: ${field.kind.initial}`);
	}
	const copy = /let values = \$state\((?:untrack\()?\(\) => \(\{ ?(?=\w+: (\w+)\.)/.exec(text);
	const record = copy?.[1];
	if (copy && record !== undefined) {
		const at = copy.index + copy[0].length;
		return inObject(at, (field) => `${field.id}: ${record}.${field.id}`);
	}
	const create = new RegExp(String.raw`data\.${table}\.create\(\{ ?`).exec(text);
	const variables = [...text.matchAll(/^[ \t]*let \w+ = \$state\(/gm)].at(-1);
	if (!create || !variables) return undefined;
	return {
		bound: /bind:(?:value|checked|group)=\{\w+\}/,
		target: (id) => id,
		declare: (fields) => [
			linesBefore(
				text,
				variables.index + variables[0].search(/\S/),
				fields.map(({ id, kind }) => `let ${id} = $state(${stateInitial(kind)});`),
			),
			insertAt(create.index + create[0].length, fields.map(({ id }) => `${id}, `).join('')),
		],
	};
}

const inObject = (at: number, part: (field: NewField) => string): FormState => ({
	bound: /bind:(?:value|checked|group)=\{values\.\w+\}/,
	target: (id) => `values.${id}`,
	declare: (fields) => [insertAt(at, fields.map((field) => `${part(field)}, `).join(''))],
});

const stateInitial = ({ type, initial }: FieldKind): string =>
	type === 'number' ? 'null as number | null' : initial;

/** Adds the values to the rows of the table's list; false when there is none. */
function showIn(
	{ files }: AppView,
	{ name }: Table,
	fields: readonly NewField[],
	splices: Map<string, readonly Splice[]>,
): boolean {
	for (const file of files) {
		if (!file.path.endsWith('.svelte') || !uses(file, name)) continue;
		const row = rowOf(file.text, name);
		if (!row) continue;
		const shown = fields.map(({ id, label, kind }) =>
			row.add(shownOf(label, `${row.item}.${id}`, kind)),
		);
		const joined = { ...shown[0], text: shown.map(({ text }) => text).join('') } as Splice;
		splices.set(file.path, [...(splices.get(file.path) ?? []), joined]);
		return true;
	}
	return false;
}
