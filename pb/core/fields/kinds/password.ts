import { castString } from '../cast.ts';
import { collectIssues, atLeast, issue, rangeIssue, requiredIssue, runeLength } from '../issues.ts';
import type { FieldKind } from '../kind.ts';
import { matchesPattern } from '../patterns.ts';
import { plainText } from './plain-text.ts';
import { patternIssue } from './text.ts';

/**
 * A password on its way: `plain` is what a client submitted, `hash` what is stored. Hashing takes tens of
 * milliseconds, so the save path does it after validation and outside the transaction.
 */
export class PasswordValue {
	readonly plain: string;
	readonly hash: string;

	constructor(plain: string, hash: string) {
		this.plain = plain;
		this.hash = hash;
	}

	/** Neither part may reach an answer or a log. */
	toJSON(): string {
		return '';
	}
}

/** Longest password bcrypt tells apart, less its terminating byte. */
const longest = 71;

export const passwordKind: FieldKind<'password'> = {
	...plainText,
	type: 'password',
	zero: () => new PasswordValue('', ''),
	normalise: (_field, raw) =>
		raw instanceof PasswordValue ? raw : new PasswordValue(castString(raw), ''),
	fromColumn: (_field, stored) => new PasswordValue('', castString(stored)),
	toColumn: (_field, value) => (value instanceof PasswordValue ? value.hash : ''),
	async validate(field, value) {
		const { plain, hash } = value instanceof PasswordValue ? value : new PasswordValue('', '');
		if (plain === '') return field.required && hash === '' ? requiredIssue() : undefined;
		const length = runeLength(plain);
		if (length < field.min)
			return issue('validation_min_text_constraint', `Must be at least ${field.min} character(s)`);
		const max = field.max <= 0 ? longest : field.max;
		if (length > max)
			return issue('validation_max_text_constraint', `Must be less than ${max} character(s)`);
		return field.pattern !== '' && !(await matchesPattern(field.pattern, plain))
			? issue('validation_invalid_format', 'Invalid value format')
			: undefined;
	},
	parse: (common, options) => ({
		...common,
		type: 'password',
		pattern: options.string('pattern'),
		min: options.int('min'),
		max: options.int('max'),
		cost: options.int('cost'),
		required: options.bool('required'),
	}),
	check: async (field) =>
		collectIssues({
			min: rangeIssue(field.min, 1, longest),
			max:
				field.max !== 0 && field.max < field.min
					? atLeast(field.min)
					: rangeIssue(field.max, undefined, longest),
			cost: rangeIssue(field.cost, 4, 31),
			pattern: await patternIssue(field.pattern),
		}),
};
