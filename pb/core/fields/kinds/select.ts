import { castStringList } from '../cast.ts';
import { atMost, collectIssues, issue, rangeIssue, requiredIssue } from '../issues.ts';
import type { FieldKind } from '../kind.ts';
import { stringList } from './string-list.ts';

export const selectKind: FieldKind<'select'> = {
	...stringList,
	type: 'select',
	validate(field, raw) {
		const values = castStringList(raw);
		if (values.length === 0) return field.required ? requiredIssue() : undefined;
		const maxSelect = Math.max(field.maxSelect, 1);
		if (values.length > maxSelect)
			return issue('validation_too_many_values', 'Select no more than {maxSelect}', { maxSelect });
		const value = values.find((candidate) => !field.values.includes(candidate));
		return value === undefined
			? undefined
			: issue('validation_invalid_value', 'Invalid value {value}', { value });
	},
	parse: (common, options) => ({
		...common,
		type: 'select',
		values: options.stringsOrNull('values') ?? [],
		maxSelect: options.int('maxSelect'),
		required: options.bool('required'),
	}),
	check(field) {
		const most = Math.max(field.values.length, 1);
		return collectIssues({
			values: field.values.length === 0 ? requiredIssue() : undefined,
			maxSelect: field.maxSelect > most ? atMost(most) : rangeIssue(field.maxSelect, 0),
		});
	},
};
