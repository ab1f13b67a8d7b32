import { castString } from '../cast.ts';
import { isUrl, urlHost } from '../formats.ts';
import { issue, requiredIssue } from '../issues.ts';
import type { FieldKind } from '../kind.ts';
import { checkDomains, isDomainAllowed, parseDomains } from './domains.ts';
import { plainText } from './plain-text.ts';

export const urlKind: FieldKind<'url'> = {
	...plainText,
	type: 'url',
	async validate(field, raw) {
		const value = castString(raw);
		if (value === '') return field.required ? requiredIssue() : undefined;
		if (!(await isUrl(value))) return issue('validation_invalid_url', 'Must be a valid url');
		return isDomainAllowed(field, urlHost(value))
			? undefined
			: issue('validation_url_domain_not_allowed', 'Url domain is not allowed');
	},
	parse: (common, options) => ({
		...common,
		type: 'url',
		...parseDomains(options),
		required: options.bool('required'),
	}),
	check: (field) => checkDomains(field),
};
