import type { Problem } from '#lib/contracts/index.ts';
import { checkClientQuery, type Backend } from '../backends.ts';
import { readCollections } from '../app-collections.ts';
import type { PlainCollection } from '../schema/index.ts';
import { nearestName, shownFields } from '../typed-client/index.ts';
import type { Use } from '../types/index.ts';

type UseOf<K extends Use['kind']> = Extract<Use, { kind: K }>;

/** Signs that a name is missing; anything else may come of what the code adds at run time. */
const missing = new Set(['unresolved', 'hidden', 'sort', 'superusers_only']);

const maxProblems = 100;

/**
 * What the code of an app asks of its collections and does not exist there: collections, fields in filters, sorts,
 * expands and values, words of a select, controls without effect.
 *
 * @param uses as the type checker found them
 */
export function checkUses(backend: Backend, uses: readonly Use[]): readonly Problem[] {
	const collections = readCollections(backend).filter(({ system }) => system !== true);
	const names = collections.map(({ name }) => name);
	const find = (name: string): PlainCollection | undefined =>
		collections.find((collection) => collection.name === name);

	const problemOf = (use: Use): { readonly code: string; readonly message: string } | undefined => {
		switch (use.kind) {
			case 'collection':
				return {
					code: 'unknown_collection',
					message: `There is no collection "${use.name}".${hint(use.name, names)}`,
				};
			case 'property': {
				const collection = find(use.collection);
				return collection && unknownField(use.field, collection);
			}
			case 'value': {
				const collection = find(use.collection);
				return collection && valueProblem(use, collection);
			}
			case 'filter':
				return filterProblem(backend, use, collections);
			case 'sort':
				return sortProblem(backend, use, collections);
			case 'expand':
				return expandProblem(use, collections);
			case 'fields':
				return fieldsProblem(use, collections);
			case 'dead_control':
				return { code: 'dead_control', message: use.message };
		}
	};

	const found = new Map<string, Problem>();
	for (const use of uses) {
		const problem = problemOf(use);
		if (!problem) continue;
		const { path, line, column } = use;
		found.set(`${path}:${String(line)} ${problem.message}`, { path, line, column, ...problem });
		if (found.size >= maxProblems) break;
	}
	return [...found.values()];
}

function hint(word: string, names: readonly string[]): string {
	const near = nearestName(word, names);
	return near === undefined ? '' : ` Did you mean "${near}"?`;
}

const fieldNames = (collection: PlainCollection): readonly string[] =>
	shownFields(collection).map(({ name }) => name);

function unknownField(
	field: string,
	collection: PlainCollection,
): { readonly code: string; readonly message: string } {
	const isHidden = collection.fields.some(({ name, hidden }) => name === field && hidden === true);
	return isHidden
		? {
				code: 'hidden_field',
				message: `The field "${field}" of "${collection.name}" is hidden: the app never sees it.`,
			}
		: {
				code: 'unknown_field',
				message: `"${collection.name}" has no field "${field}".${hint(field, fieldNames(collection))}`,
			};
}

/** Values that are sent beside the fields. */
const besides: ReadonlySet<string> = new Set(['passwordConfirm', 'oldPassword', 'password']);

function valueProblem(use: UseOf<'value'>, collection: PlainCollection) {
	const name = use.field.replace(/^\+|[+-]$|:autogenerate$/g, '');
	if (collection.type === 'auth' && besides.has(name)) return undefined;
	const field = collection.fields.find((one) => one.name === name);
	if (!field || (field['hidden'] === true && field.type !== 'password'))
		return unknownField(name, collection);
	const values = field.type === 'select' && Array.isArray(field['values']) ? field['values'] : [];
	if (use.literal === undefined || use.literal === '' || values.length === 0) return undefined;
	if (values.includes(use.literal)) return undefined;
	return {
		code: 'unknown_value',
		message: `"${collection.name}.${name}" cannot be "${use.literal.slice(0, 100)}": it is one of ${values.map((value) => `"${String(value)}"`).join(', ')}.`,
	};
}

/** What the code may add at run time at one place: a value, nothing, one more condition, a name. */
const additions = ["'x'", '', " && id != ''", 'id'];
const maxTries = 256;

/** Complete texts the filter may become, most likely first. */
function filled(text: string): readonly string[] {
	const plain = text.replaceAll(/\{:(?!dynamic\d+\})\w+\}/g, "'x'");
	let quote = '';
	// Inside of quotes anything is part of a value.
	const open = plain.replaceAll(/\{:dynamic\d+\}|\\.|['"]/g, (part) => {
		if (part === '"' || part === "'") {
			if (quote === '') quote = part;
			else if (quote === part) quote = '';
			return part;
		}
		return part.startsWith('{') && quote !== '' ? 'x' : part;
	});
	let texts = [''];
	for (const [index, part] of open.split(/\{:dynamic\d+\}/).entries()) {
		const added = index === 0 ? [''] : additions;
		texts = added
			.flatMap((addition) => texts.map((before) => before + addition + part))
			.slice(0, maxTries);
	}
	return texts;
}

/** The name in quotes that a refusal is about: the last one. */
const quotedName = (message: string): string | undefined =>
	[...message.matchAll(/"([^"]*)"/g)].at(-1)?.[1];

/** The name stands in what the code fixes, and is not one of our additions. */
const isWritten = (text: string, name: string | undefined): boolean =>
	name !== undefined &&
	text
		.replaceAll(/\{:\w+\}/g, ' ')
		.split(/[^\w.@:]+/)
		.some((word) => word === name || word.split('.').some((part) => part.split(':')[0] === name));

function refused(
	text: string,
	message: string,
	collection: PlainCollection,
	all: readonly PlainCollection[],
): string {
	const name = quotedName(message) ?? text;
	const last = name.split('.').at(-1)?.replace(/:.*$/, '') ?? name;
	const names = [collection, ...all].flatMap(fieldNames);
	return `${JSON.stringify(text.slice(0, 200))} on "${collection.name}": ${message}.${hint(last, names)}`;
}

function filterProblem(
	backend: Backend,
	use: UseOf<'filter'>,
	all: readonly PlainCollection[],
): { readonly code: string; readonly message: string } | undefined {
	const { catalog, now } = backend.app;
	const collection = catalog.find(use.collection);
	const plain = all.find(({ name }) => name === use.collection);
	if (!collection || !plain || use.text.trim() === '') return undefined;
	const faults = filled(use.text).map((filter) =>
		checkClientQuery(catalog, collection, { filter }, now()),
	);
	const isRight = faults.some((fault) => fault === undefined);
	const fault = isRight
		? undefined
		: (faults.find(
				(one) => one && missing.has(one.code) && isWritten(use.text, quotedName(one.message)),
			) ?? (use.isDynamic ? undefined : faults[0]));
	if (fault) {
		const code = missing.has(fault.code) ? 'unknown_field' : 'filter_invalid';
		return { code, message: refused(use.text, fault.message, plain, all) };
	}
	const given = use.params;
	const asked = [...use.text.matchAll(/\{:(\w+)\}/g)].map(([, name = '']) => name);
	const lacking = asked.filter(
		(name) => !name.startsWith('dynamic') && given?.includes(name) === false,
	);
	return lacking.length === 0
		? undefined
		: {
				code: 'param_missing',
				message: `The filter ${JSON.stringify(use.text.slice(0, 200))} needs params: ${lacking.join(', ')}.`,
			};
}

function sortProblem(backend: Backend, use: UseOf<'sort'>, all: readonly PlainCollection[]) {
	const { catalog, now } = backend.app;
	const collection = catalog.find(use.collection);
	const plain = all.find(({ name }) => name === use.collection);
	if (!collection || !plain) return undefined;
	// What comes at run time is a direction or a whole name: only the parts without it can be judged.
	const parts = use.text.split(',').filter((part) => part.trim() !== '');
	for (const part of parts) {
		const sort = part.replace(/^\s*\{:dynamic\d+\}/, '');
		if (sort.includes('{:dynamic') || sort.trim() === '') continue;
		const fault = checkClientQuery(catalog, collection, { sort }, now());
		if (fault)
			return { code: 'unknown_field', message: refused(sort.trim(), fault.message, plain, all) };
	}
	return undefined;
}

/** Where a relation leads, in both directions. */
function follow(
	collection: PlainCollection,
	segment: string,
	all: readonly PlainCollection[],
): PlainCollection | undefined {
	const [, from, field] =
		/^(\w+)_via_(\w+)$/.exec(segment) ?? /^(\w+)\((\w+)\)$/.exec(segment) ?? [];
	if (from !== undefined && field !== undefined) {
		const source = all.find(({ name }) => name === from);
		const relation = source?.fields.find(({ name, type }) => name === field && type === 'relation');
		return relation?.['collectionId'] === collection.id ? source : undefined;
	}
	const relation = collection.fields.find(
		({ name, type }) => name === segment && type === 'relation',
	);
	return relation && all.find(({ id }) => id === relation['collectionId']);
}

const relationNames = (
	collection: PlainCollection,
	all: readonly PlainCollection[],
): readonly string[] => [
	...collection.fields.filter(({ type }) => type === 'relation').map(({ name }) => name),
	...all.flatMap((from) =>
		from.fields
			.filter((field) => field.type === 'relation' && field['collectionId'] === collection.id)
			.map((field) => `${from.name}_via_${field.name}`),
	),
];

function expandProblem(use: UseOf<'expand'>, all: readonly PlainCollection[]) {
	for (const path of use.text.split(',')) {
		let at = all.find(({ name }) => name === use.collection);
		for (const segment of path.replaceAll(' ', '').split('.')) {
			if (!at || segment === '' || segment.includes('{:dynamic')) break;
			const next = follow(at, segment, all);
			if (!next) {
				const isSystem = at.fields.some(
					({ name, type }) => name === segment && type === 'relation',
				);
				if (isSystem) break;
				return {
					code: 'unknown_relation',
					message: `"${at.name}" has no relation "${segment}" to expand.${hint(segment, relationNames(at, all))}`,
				};
			}
			at = next;
		}
	}
	return undefined;
}

const always: ReadonlySet<string> = new Set(['*', 'collectionId', 'collectionName', 'expand']);

function fieldsProblem(use: UseOf<'fields'>, all: readonly PlainCollection[]) {
	const collection = all.find(({ name }) => name === use.collection);
	if (!collection) return undefined;
	// `:excerpt(200,true)` has a comma of its own.
	for (const part of use.text.replaceAll(/\([^)]*\)/g, '').split(',')) {
		const [first = ''] = part.trim().replace(/:.*$/, '').split('.');
		if (first === '' || first.includes('{:dynamic') || always.has(first)) continue;
		if (!fieldNames(collection).includes(first)) return unknownField(first, collection);
	}
	return undefined;
}
