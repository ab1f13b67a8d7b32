import type { PlainCollection, PlainField } from '../schema/index.ts';
import { isMultiple, isUnique, reachable, shownFields, typeNamesOf } from './collections.ts';
import { inputProperties, recordType, type Property } from './fields.ts';
import { authTypes, dataTypes } from './runtime-types.ts';

const key = (name: string): string =>
	/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);

function interfaceOf(name: string, properties: readonly Property[]): string {
	const lines = properties.map(
		({ name: property, type, optional }) => `\t\t${key(property)}${optional ? '?' : ''}: ${type};`,
	);
	return `\texport interface ${name} {\n${lines.join('\n')}\n\t}`;
}

const always = (name: string, type: string): Property => ({ name, type, optional: false });

function recordOf(collection: PlainCollection, typeName: string): string {
	const hasId = collection.fields.some(({ name }) => name === 'id');
	return interfaceOf(`${typeName}Record`, [
		...(hasId ? [] : [always('id', 'string')]),
		...shownFields(collection).map((field) => always(field.name, recordType(field))),
		always('collectionId', 'string'),
		always('collectionName', JSON.stringify(collection.name)),
		{ name: 'expand', type: `${typeName}Expand`, optional: true },
	]);
}

/** Relations in both directions: `author`, and `comments_via_post` for those that point here. */
function expandOf(
	collection: PlainCollection,
	all: readonly PlainCollection[],
	names: ReadonlyMap<string, string>,
): string {
	const record = (target: PlainCollection | undefined): string => {
		const name = target && names.get(target.name);
		return name === undefined ? 'any' : `${name}Record`;
	};
	const forward = shownFields(collection)
		.filter(({ type }) => type === 'relation')
		.map((field): Property => {
			const target = record(all.find(({ id }) => id === field['collectionId']));
			return { name: field.name, type: isMultiple(field) ? `${target}[]` : target, optional: true };
		});
	const back = reachable(all).flatMap((from) =>
		shownFields(from)
			.filter(
				({ type, ...field }) => type === 'relation' && field['collectionId'] === collection.id,
			)
			.map((field): Property => {
				const target = record(from);
				const type = isUnique(from, field.name) ? target : `${target}[]`;
				return { name: `${from.name}_via_${field.name}`, type, optional: true };
			}),
	);
	return interfaceOf(`${names.get(collection.name) ?? ''}Expand`, [...forward, ...back]);
}

function inputOf(collection: PlainCollection, name: string, isCreate: boolean): string {
	const isAuth = collection.type === 'auth';
	const optional = !isCreate;
	const fields = collection.fields.filter(
		(field): field is PlainField => field.name !== 'tokenKey',
	);
	return interfaceOf(name, [
		...fields.flatMap((field) => inputProperties(field, isCreate)),
		...(isAuth ? [{ name: 'passwordConfirm', type: 'string', optional }] : []),
		...(isAuth && !isCreate ? [{ name: 'oldPassword', type: 'string', optional }] : []),
	]);
}

/**
 * The types of `$data` and `$auth` for an app with these collections, as one file of ambient declarations; the same
 * collections give the same text.
 *
 * @param collections as the collections API writes them; system collections are left out
 */
export function clientTypes(collections: readonly PlainCollection[]): string {
	const names = typeNamesOf(collections);
	const shown = reachable(collections);
	const nameOf = ({ name }: PlainCollection): string => names.get(name) ?? '';
	const types = shown.flatMap((collection) => {
		const name = nameOf(collection);
		const isView = collection.type === 'view';
		return [
			recordOf(collection, name),
			expandOf(collection, collections, names),
			...(isView ? [] : [inputOf(collection, `${name}Create`, true)]),
			...(isView ? [] : [inputOf(collection, `${name}Update`, false)]),
		];
	});
	const members = shown.map((collection) => {
		const name = nameOf(collection);
		const type =
			collection.type === 'view'
				? `ViewCollection<${name}Record>`
				: `DataCollection<${name}Record, ${name}Create, ${name}Update>`;
		return `\t\treadonly ${key(collection.name)}: ${type};`;
	});
	const users = shown.find(({ name, type }) => name === 'users' && type === 'auth');
	const user = users ? `import('$data').${nameOf(users)}Record` : 'any';
	const newUser = users ? `import('$data').${nameOf(users)}Create` : 'Record<string, unknown>';
	return [
		"// Made from this app's collections; it changes when they do.",
		`declare module '$data' {\n${dataTypes}\n${types.join('\n')}`,
		`\texport interface Collections {\n${members.join('\n')}\n\t}`,
		'\texport const data: Collections;\n}',
		`declare module '$auth' {\n${authTypes(user, newUser)}\n}`,
		'',
	].join('\n');
}
