import type { SqlValue } from '../../../sql/index.ts';
import { parseDateTime } from '../datetime.ts';
import { atLeast, atMost, requiredIssue } from '../issues.ts';
import type { FieldKind } from '../kind.ts';
import { plainText } from './plain-text.ts';

/** A date in the form Go prints a `time.Time` inside an error message and as a JSON parameter. */
const iso = (stored: string): string => stored.replace(' ', 'T').replace(/\.?0*Z$/, 'Z');

export const dateText = {
	...plainText,
	normalise: (_field: unknown, raw: unknown): unknown => parseDateTime(raw),
	fromColumn: (_field: unknown, stored: SqlValue): unknown => parseDateTime(stored),
	toColumn: (_field: unknown, value: unknown): SqlValue => parseDateTime(value),
};

/** A maximum before the minimum is not refused, as in PocketBase; such a field takes no date. */
export const dateKind: FieldKind<'date'> = {
	...dateText,
	type: 'date',
	validate(field, raw) {
		const value = parseDateTime(raw);
		if (value === '') return field.required ? requiredIssue() : undefined;
		// The stored form has a fixed width, so text order is time order.
		if (field.min !== '' && value < field.min) return threshold(atLeast, field.min);
		if (field.max !== '' && value > field.max) return threshold(atMost, field.max);
		return undefined;
	},
	parse: (common, options) => ({
		...common,
		type: 'date',
		min: parseDateTime(options.string('min')),
		max: parseDateTime(options.string('max')),
		required: options.bool('required'),
	}),
};

function threshold(build: typeof atLeast, stored: string): ReturnType<typeof atLeast> {
	const built = build(`${stored.slice(0, 23).replace(/\.?0+$/, '')} +0000 UTC`);
	return { ...built, params: { threshold: iso(stored) } };
}
