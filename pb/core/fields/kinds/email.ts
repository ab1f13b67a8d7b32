import { castString } from '../cast.ts';
import { isEmail } from '../formats.ts';
import { issue, requiredIssue } from '../issues.ts';
import type { FieldKind } from '../kind.ts';
import { checkDomains, isDomainAllowed, parseDomains } from './domains.ts';
import { plainText } from './plain-text.ts';

export const emailKind: FieldKind<'email'> = {
	...plainText,
	type: 'email',
	validate(field, raw) {
		const value = castString(raw);
		if (value === '') return field.required ? requiredIssue() : undefined;
		if (!isEmail(value)) return issue('validation_is_email', 'must be a valid email address');
		return isDomainAllowed(field, value.slice(value.lastIndexOf('@') + 1))
			? undefined
			: issue('validation_email_domain_not_allowed', 'Email domain is not allowed');
	},
	parse: (common, options) => ({
		...common,
		type: 'email',
		...parseDomains(options),
		required: options.bool('required'),
	}),
	check: (field) => checkDomains(field),
};
