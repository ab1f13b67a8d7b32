import { defaultIdPattern, parseField } from '../fields/index.ts';
import type { Field, FieldType } from '../fields/index.ts';
import { checksum, fieldList } from './field-list.ts';
import { findUniqueIndex } from './indexes.ts';
import type { Draft } from './draft.ts';

type Options = Readonly<Record<string, unknown>>;

/** A field built by the server itself, with the id PocketBase derives for it. */
export const systemField = (type: FieldType, name: string, options: Options = {}): Field =>
	parseField({ id: type + checksum(name), type, name, system: true, ...options });

/**
 * The fields and indexes a type must have: missing ones are added, the options that the server relies on are
 * forced (core/collection_model.go initDefaultFields).
 */
export function withDefaults(draft: Draft): Draft {
	if (draft.type === 'base') return { ...draft, fields: withId(draft.fields) };
	if (draft.type !== 'auth') return draft;
	const fields = [...withId(draft.fields)];
	ensure(fields, 'password', 'password', { hidden: true, required: true }, { min: 8 });
	ensure(
		fields,
		'text',
		'tokenKey',
		{ hidden: true, required: true },
		{ min: 30, max: 60, autogeneratePattern: '[a-zA-Z0-9]{50}' },
	);
	ensure(fields, 'email', 'email', { hidden: false }, { required: true });
	ensure(fields, 'bool', 'emailVisibility', {}, {});
	ensure(fields, 'bool', 'verified', {}, {});
	return { ...draft, fields: fieldList(fields), indexes: withAuthIndexes(draft) };
}

function withId(fields: readonly Field[]): readonly Field[] {
	const at = fields.findIndex((field) => field.type === 'text' && field.name === 'id');
	const existing = fields[at];
	if (existing?.type === 'text')
		return fields.with(at, {
			...existing,
			system: true,
			required: true,
			primaryKey: true,
			hidden: false,
			pattern: existing.pattern === '' ? defaultIdPattern : existing.pattern,
		});
	const id = systemField('text', 'id', {
		primaryKey: true,
		required: true,
		min: 15,
		max: 15,
		pattern: defaultIdPattern,
		autogeneratePattern: '[a-z0-9]{15}',
	});
	// A field of that name but another type stays, for the checks to refuse.
	return fieldList([id, ...fields]);
}

/** `forced` options hold for the field whoever made it, `initial` ones only for a new field. */
function ensure(
	fields: Field[],
	type: FieldType,
	name: string,
	forced: Options,
	initial: Options,
): void {
	const at = fields.findIndex((field) => field.type === type && field.name === name);
	const existing = fields[at];
	if (existing === undefined) {
		const field = systemField(type, name, { ...forced, ...initial });
		fields.splice(0, fields.length, ...fieldList([...fields, { ...field, id: '' }]));
	} else fields[at] = parseField({ ...existing, ...forced, system: true });
}

function withAuthIndexes(draft: Draft): readonly string[] {
	const indexes = [...draft.indexes];
	for (const [column, where] of [
		['tokenKey', ''],
		['email', " WHERE `email` != ''"],
	] as const) {
		if (findUniqueIndex(indexes, column) !== undefined) continue;
		const name = `idx_${column}_${draft.id}`.slice(0, 64);
		indexes.push(`CREATE UNIQUE INDEX \`${name}\` ON \`${draft.name}\` (\`${column}\`)${where}`);
	}
	return indexes;
}
