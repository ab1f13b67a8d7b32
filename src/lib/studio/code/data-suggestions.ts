import type { DataOutline } from '#lib/contracts/index.ts';

export interface Suggestion {
	readonly label: string;
	/** A type, or what it is for. */
	readonly detail: string;
	readonly kind: 'collection' | 'method' | 'field';
}

const methods: readonly Suggestion[] = [
	method('list', '{ filter, params, sort, page, perPage, expand }'),
	method('one', '(id)'),
	method('create', '(values)'),
	method('update', '(id, values)'),
	method('delete', '(id)'),
	method('subscribe', '(change => ...)'),
];
const people: readonly Suggestion[] = [
	{ label: 'user', detail: 'the signed-in person or null', kind: 'field' },
	method('signUp', '({ email, password, ... })'),
	method('signIn', '({ email, password })'),
	method('signOut', '()'),
];

function method(label: string, detail: string): Suggestion {
	return { label, detail, kind: 'method' };
}

/**
 * What may come next in code that uses `$data` or `$auth`: collections, what they can do, and the fields of a record,
 * inside of values, filters, sorts and expands too.
 *
 * @param before the text up to the cursor; a few hundred characters are looked at
 * @example dataSuggestions('await data.', outline) // the collections
 */
export function dataSuggestions(before: string, outline: DataOutline): readonly Suggestion[] {
	const text = before.slice(-600);
	if (/\bauth\.\w*$/.test(text)) return people;
	if (/\bdata\.\w*$/.test(text))
		return outline.map(({ name, fields }) => ({
			label: name,
			detail: fields.map((field) => field.name).join(', '),
			kind: 'collection',
		}));
	if (/\bdata\.\w+\.\w*$/.test(text)) return methods;
	// The last call that is still open names the collection.
	const call = /\bdata\.(\w+)\.(list|one|create|update|subscribe)\(([^()]*)$/.exec(text);
	if (!call) return [];
	const [, name, verb, inside = ''] = call;
	const fields = outline.find((collection) => collection.name === name)?.fields ?? [];
	const isField =
		verb === 'create' || verb === 'update'
			? /[{,]\s*\w*$/.test(inside)
			: /\b(?:filter|sort|expand|fields):\s*(['"`])(?:(?!\1).)*$/.test(inside);
	return isField
		? fields.map((field) => ({ label: field.name, detail: field.type, kind: 'field' }))
		: [];
}
