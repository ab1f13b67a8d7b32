import { castBool } from '../cast.ts';
import { requiredIssue } from '../issues.ts';
import type { FieldKind } from '../kind.ts';

export const boolKind: FieldKind<'bool'> = {
	type: 'bool',
	writable: true,
	column: () => 'BOOLEAN DEFAULT FALSE NOT NULL',
	zero: () => false,
	normalise: (_field, raw) => castBool(raw),
	fromColumn: (_field, stored) => castBool(stored),
	toColumn: (_field, value) => (castBool(value) ? 1 : 0),
	validate: (field, value) => (field.required && !castBool(value) ? requiredIssue() : undefined),
	parse: (common, options) => ({ ...common, type: 'bool', required: options.bool('required') }),
};
