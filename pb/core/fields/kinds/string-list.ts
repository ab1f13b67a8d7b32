import type { SqlValue } from '../../../sql/index.ts';
import { castStringList } from '../cast.ts';
import { goJson } from '../go-json.ts';
import { isMultiple } from '../types.ts';
import type { RelationField, SelectField } from '../types.ts';

type ListField = SelectField | RelationField;

/** Value handling of select and relation: a text for one value (the last submitted), a list for several. */
export const stringList = {
	writable: true,
	column: (field: ListField): string =>
		isMultiple(field) ? "JSON DEFAULT '[]' NOT NULL" : "TEXT DEFAULT '' NOT NULL",
	zero: (field: ListField): unknown => (isMultiple(field) ? [] : ''),
	normalise,
	fromColumn: (field: ListField, stored: SqlValue): unknown => normalise(field, stored),
	toColumn(field: ListField, value: unknown): SqlValue {
		const normal = normalise(field, value);
		return typeof normal === 'string' ? normal : goJson(normal);
	},
	modify(
		field: ListField,
		current: unknown,
		modifier: string,
		operand: unknown,
	): { readonly value: unknown } | undefined {
		const have = castStringList(current);
		const given = castStringList(operand);
		switch (modifier) {
			case '+':
				return { value: normalise(field, [...have, ...given]) };
			case 'prepend':
				return { value: normalise(field, [...given, ...have]) };
			case '-':
				return {
					value: normalise(
						field,
						have.filter((item) => !given.includes(item)),
					),
				};
			default:
				return undefined;
		}
	},
};

function normalise(field: ListField, raw: unknown): string | string[] {
	const values = castStringList(raw);
	return isMultiple(field) ? values : (values.at(-1) ?? '');
}
