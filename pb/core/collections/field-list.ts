import { crc32 } from 'node:zlib';
import { DecodeError, parseField } from '../fields/index.ts';
import type { Field } from '../fields/index.ts';

export const checksum = (text: string): string => String(crc32(text));

/**
 * Adds a field to a list: one with the same id, or, when it comes without an id, the same name, is
 * replaced in place. A missing id is derived from type and name (core/fields_list.go).
 */
export function addField(fields: readonly Field[], field: Field): readonly Field[] {
	if (field.id !== '') return replaceOrAppend(fields, field, (other) => other.id === field.id);
	const named = field.name === '' ? undefined : fields.find((other) => other.name === field.name);
	const id = named?.id ?? freeId(fields, field.type + checksum(field.name));
	return replaceOrAppend(fields, { ...field, id }, (other) => other === named);
}

function replaceOrAppend(
	fields: readonly Field[],
	field: Field,
	matches: (other: Field) => boolean,
): readonly Field[] {
	const at = fields.findIndex(matches);
	return at < 0 ? [...fields, field] : fields.with(at, field);
}

function freeId(fields: readonly Field[], base: string): string {
	const taken = new Set(fields.map((field) => field.id));
	for (let i = 1; i < 1000; i++) {
		const id = i === 1 ? base : base + String(i);
		if (!taken.has(id)) return id;
	}
	return base + '1000';
}

export const fieldList = (fields: readonly Field[]): readonly Field[] =>
	fields.reduce<readonly Field[]>(addField, []);

/** @throws DecodeError */
export function parseFields(raw: unknown): readonly Field[] {
	if (raw === null) return [];
	if (!Array.isArray(raw)) throw new DecodeError('fields must be a list');
	return fieldList(raw.map(parseField));
}
