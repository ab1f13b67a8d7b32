import { fieldKinds, kindOf } from './kinds/index.ts';
import { goJson } from './go-json.ts';
import { issue, lengthIssue, matchIssue, requiredIssue } from './issues.ts';
import type { DefinitionContext, FieldIssue, FieldIssues } from './kind.ts';
import { DecodeError, isObject, readOptions } from './options.ts';
import type { Field, FieldCommon, FieldType } from './types.ts';

const isFieldType = (value: unknown): value is FieldType =>
	typeof value === 'string' && Object.hasOwn(fieldKinds, value);

/**
 * Reads a field definition as clients send it and `_collections.fields` holds it: unknown keys are dropped,
 * missing ones get their zero value. The id may be empty; whoever builds the list of fields gives one.
 * @throws DecodeError for an unknown type or a value of the wrong type.
 */
export function parseField(raw: unknown): Field {
	if (!isObject(raw)) throw new DecodeError('a field must be an object');
	const type = raw['type'];
	if (!isFieldType(type)) throw new DecodeError(`missing or unknown field type in ${goJson(raw)}`);
	const options = readOptions(raw);
	const common: FieldCommon = {
		id: options.string('id'),
		name: options.string('name'),
		system: options.bool('system'),
		hidden: options.bool('hidden'),
		presentable: options.bool('presentable'),
		help: type === 'autodate' ? '' : options.string('help'),
	};
	return fieldKinds[type].parse(common, options);
}

/** The definition as PocketBase serialises it: all options, keys in alphabetical order. */
export function fieldToWire(field: Field): Readonly<Record<string, unknown>> {
	const entries = Object.entries(field).filter(
		([key]) => key !== 'help' || field.type !== 'autodate',
	);
	return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const reservedNames = new Set([
	'null',
	'true',
	'false',
	'_rowid_',
	'collectionId',
	'collectionName',
	'expand',
]);

/** What is wrong with one field definition, by option name. */
export async function checkField(
	field: Field,
	context: DefinitionContext,
): Promise<FieldIssues | undefined> {
	const own = (await kindOf(field).check?.(field, context)) ?? {};
	const issues: Record<string, FieldIssue | FieldIssues> = { ...own };
	const id = field.id === '' ? requiredIssue() : lengthIssue(field.id, 1, 100);
	const name = nameIssue(field.name);
	const help = lengthIssue(field.help, 1, 300);
	if (id !== undefined) issues['id'] = id;
	if (name !== undefined) issues['name'] = name;
	if (help !== undefined) issues['help'] = help;
	return Object.keys(issues).length > 0 ? issues : undefined;
}

function nameIssue(name: string): FieldIssue | undefined {
	if (name === '') return requiredIssue();
	const length = lengthIssue(name, 1, 100);
	if (length !== undefined) return length;
	if (!/^\w+$/.test(name)) return matchIssue();
	if (reservedNames.has(name)) return issue('validation_not_in_invalid', 'must not be in list');
	return viaIssue(name);
}

/** `_via_` separates the parts of a back relation in the rule language. */
export const viaIssue = (name: string): FieldIssue | undefined =>
	name.toLowerCase().includes('_via_')
		? issue('validation_found_via', 'The value cannot contain "_via_".')
		: undefined;
