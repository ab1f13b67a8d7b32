import { collectIssues, mismatchIssue, requiredIssue } from '../issues.ts';
import type { FieldKind } from '../kind.ts';
import { dateText } from './date.ts';

/** Set by the save path; what a client sends is ignored. */
export const autodateKind: FieldKind<'autodate'> = {
	...dateText,
	type: 'autodate',
	writable: false,
	validate: () => undefined,
	parse: (common, options) => ({
		...common,
		type: 'autodate',
		onCreate: options.bool('onCreate'),
		onUpdate: options.bool('onUpdate'),
	}),
	check(field, { original }) {
		const old = original?.fields.find((candidate) => candidate.id === field.id);
		const before = old?.type === 'autodate' ? old : field;
		const check = (option: 'onCreate' | 'onUpdate') => {
			if (field.system && field[option] !== before[option]) return mismatchIssue();
			return field.onCreate || field.onUpdate
				? undefined
				: requiredIssue('either onCreate or onUpdate must be enabled');
		};
		return collectIssues({ onCreate: check('onCreate'), onUpdate: check('onUpdate') });
	},
};
