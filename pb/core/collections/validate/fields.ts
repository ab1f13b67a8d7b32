import { checkField, collectIssues, issue, requiredIssue } from '../../fields/index.ts';
import type { Field, FieldIssue, FieldIssues, FieldType } from '../../fields/index.ts';
import type { Collection } from '../types.ts';
import type { Examination } from './examination.ts';

type Found = FieldIssue | FieldIssues | undefined;

/** The first of these that fails is reported under `fields`. */
export async function checkFields(examination: Examination): Promise<Found> {
	const { collection, original } = examination;
	const { fields } = collection;
	const found =
		duplicates(fields) ??
		missingFields(collection) ??
		(collection.type === 'view'
			? undefined
			: (changedSystemFields(fields, original) ?? changedTypes(fields, original))) ??
		(collection.type === 'auth' ? reservedNames(fields) : undefined);
	return found ?? definitions(examination);
}

function duplicates(fields: readonly Field[]): Found {
	const ids = new Set<string>();
	const names = new Set<string>();
	for (const [i, field] of fields.entries()) {
		const name = field.name.toLowerCase();
		if (ids.has(field.id)) {
			const found = issue(
				'validation_duplicated_field_id',
				`Duplicated or invalid field id ${JSON.stringify(field.id)}`,
			);
			return { [i]: { id: found } };
		}
		if (names.has(name)) {
			const found = issue(
				'validation_duplicated_field_name',
				'Duplicated or invalid field name {fieldName}',
				{
					fieldName: field.name,
				},
			);
			return { [i]: { name: found } };
		}
		ids.add(field.id);
		names.add(name);
	}
	return undefined;
}

const systemAndHidden = (): FieldIssue =>
	issue(
		'validation_must_be_system_and_hidden',
		'The field must be marked as "System" and "Hidden".',
	);
const system = (): FieldIssue =>
	issue('validation_must_be_system', 'The field must be marked as "System".');

function missingFields(collection: Collection): Found {
	const { fields } = collection;
	if (fields.length === 0) return requiredIssue();
	const id = fields.find((field) => field.name === 'id');
	if (id?.type !== 'text' || !id.primaryKey)
		return issue('validation_missing_primary_key', 'Missing or invalid "id" PK field.');
	if (collection.type !== 'auth') return undefined;
	const required: readonly (readonly [name: string, type: FieldType, isHidden: boolean])[] = [
		['password', 'password', true],
		['tokenKey', 'text', true],
		['email', 'email', false],
		['emailVisibility', 'bool', false],
		['verified', 'bool', false],
	];
	for (const [name, type, isHidden] of required) {
		const field = fields.find((candidate) => candidate.name === name);
		if (field?.type !== type)
			return issue(`validation_missing_${name}_field`, `System "${name}" field is required.`);
		if (isHidden && !(field.hidden && field.system)) return { [name]: systemAndHidden() };
		if (!field.system) return { [name]: system() };
	}
	return undefined;
}

function changedSystemFields(fields: readonly Field[], original: Collection | undefined): Found {
	const isKept = (old: Field): boolean =>
		fields.find((field) => field.id === old.id)?.name === old.name;
	return (original?.fields ?? []).every((old) => !old.system || isKept(old))
		? undefined
		: issue('validation_system_field_change', 'System fields cannot be deleted or renamed.');
}

function changedTypes(fields: readonly Field[], original: Collection | undefined): Found {
	const types = new Map((original?.fields ?? []).map((field) => [field.id, field.type]));
	return collectIssues(
		Object.fromEntries(
			fields.map((field, i) => [
				String(i),
				(types.get(field.id) ?? field.type) === field.type
					? undefined
					: issue('validation_field_type_change', 'Field type cannot be changed.'),
			]),
		),
	);
}

/** Names that the record forms of auth collections use themselves. */
const reservedNames = (fields: readonly Field[]): Found =>
	collectIssues(
		Object.fromEntries(
			fields.map((field, i) => [
				String(i),
				field.name === 'passwordConfirm' || field.name === 'oldPassword'
					? {
							name: issue(
								'validation_reserved_field_name',
								'The field name is reserved and cannot be used.',
							),
						}
					: undefined,
			]),
		),
	);

async function definitions({ session, collection, original }: Examination): Promise<Found> {
	const context = { collection, original, catalog: session.catalog };
	const found: Record<string, FieldIssues | undefined> = {};
	for (const [i, field] of collection.fields.entries()) found[i] = await checkField(field, context);
	return collectIssues(found);
}
