import { castString } from '../cast.ts';
import { byteLength, collectIssues, issue, rangeIssue, requiredIssue } from '../issues.ts';
import type { FieldKind } from '../kind.ts';
import type { EditorField } from '../types.ts';
import { plainText } from './plain-text.ts';

/** Bytes; 0 stands for the default of 5 MiB. */
export const editorMaxSize = (field: EditorField): number =>
	field.maxSize <= 0 ? 5 * 1024 * 1024 : field.maxSize;

export const editorKind: FieldKind<'editor'> = {
	...plainText,
	type: 'editor',
	validate(field, raw) {
		const value = castString(raw);
		if (value === '') return field.required ? requiredIssue() : undefined;
		const maxSize = editorMaxSize(field);
		return byteLength(value) > maxSize
			? issue(
					'validation_content_size_limit',
					'The maximum allowed content size is {maxSize} bytes',
					{ maxSize },
				)
			: undefined;
	},
	parse: (common, options) => ({
		...common,
		type: 'editor',
		maxSize: options.int('maxSize'),
		convertURLs: options.bool('convertURLs'),
		required: options.bool('required'),
	}),
	check: (field) =>
		collectIssues({ maxSize: rangeIssue(field.maxSize, 0, Number.MAX_SAFE_INTEGER) }),
};
