import { ruleNames, type PlainCollection, type PlainField } from './collection.ts';

/** Options that stand for themselves or are of no interest to who writes an app. */
const silent = new Set([
	'id',
	'name',
	'type',
	'system',
	'presentable',
	'help',
	'primaryKey',
	'autogeneratePattern',
	'cost',
	'hidden',
	'collectionId',
	'convertURLs',
]);

/** The app's collections in words, always in the same order and form: part of a cached prompt prefix. */
export function digestOf(collections: readonly PlainCollection[]): string {
	const names = new Map(collections.map((collection) => [collection.id, collection.name]));
	return collections
		.filter((collection) => collection.system !== true)
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.map((collection) => paragraph(collection, names))
		.join('\n\n');
}

function paragraph(
	collection: PlainCollection,
	names: ReadonlyMap<string | undefined, string>,
): string {
	const fields = collection.fields.filter(
		(field) => field.type !== 'password' && field.name !== 'tokenKey',
	);
	return [
		`${collection.name} (${collection.type})`,
		...fields.map((field) => `  ${fieldLine(field, names)}`),
		...ruleNames.map((rule) => `  ${rule.slice(0, -4)}: ${ruleText(collection[rule])}`),
		...collection.indexes.filter((index) => index.includes('UNIQUE')).map((index) => `  ${index}`),
	].join('\n');
}

function fieldLine(field: PlainField, names: ReadonlyMap<string | undefined, string>): string {
	const options = Object.entries(field)
		.filter(([key, value]) => !silent.has(key) && !isDefault(value))
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([key, value]) => `${key}=${JSON.stringify(value)}`);
	const target = field['collectionId'];
	if (typeof target === 'string') options.unshift(`to ${names.get(target) ?? 'unknown'}`);
	if (field['hidden'] === true) options.unshift('hidden');
	return [`${field.name}: ${field.type}`, ...options].join(' ');
}

const isDefault = (value: unknown): boolean =>
	value === null ||
	value === '' ||
	value === 0 ||
	value === false ||
	(Array.isArray(value) && value.length === 0);
const ruleText = (rule: string | null): string =>
	rule === null ? 'nobody' : rule === '' ? 'everybody' : rule;
