import type { SqlValue } from '../../../sql/index.ts';
import { realText } from '../cast.ts';
import { isJson } from '../formats.ts';
import { goJson, JsonText } from '../go-json.ts';
import { byteLength, collectIssues, issue, rangeIssue, requiredIssue } from '../issues.ts';
import type { FieldKind } from '../kind.ts';
import type { JsonField } from '../types.ts';

/** Bytes; 0 stands for the default of 1 MiB. */
export const jsonMaxSize = (field: JsonField): number =>
	field.maxSize <= 0 ? 1024 * 1024 : field.maxSize;

const emptyValues = new Set(['null', '""', '[]', '{}', '']);

export const jsonKind: FieldKind<'json'> = {
	type: 'json',
	writable: true,
	column: () => 'JSON DEFAULT NULL',
	zero: () => null,
	normalise: (_field, raw) => normalise(raw),
	fromColumn: (_field, stored) => fromColumn(stored),
	toColumn(_field, value) {
		const normal = value instanceof JsonText ? value : normalise(value);
		return normal === null ? null : normal.text;
	},
	validate(field, raw) {
		const text = raw instanceof JsonText ? raw.text : (normalise(raw)?.text ?? '');
		const maxSize = jsonMaxSize(field);
		if (byteLength(text) > maxSize)
			return issue(
				'validation_json_size_limit',
				'The maximum allowed JSON size is {maxSize} bytes',
				{ maxSize },
			);
		if (text !== '' && !isJson(text))
			return issue('validation_invalid_json', 'Must be a valid json value');
		return field.required && emptyValues.has(text.trim()) ? requiredIssue() : undefined;
	},
	parse: (common, options) => ({
		...common,
		type: 'json',
		maxSize: options.int('maxSize'),
		required: options.bool('required'),
	}),
	check: (field) =>
		collectIssues({ maxSize: rangeIssue(field.maxSize, 0, Number.MAX_SAFE_INTEGER) }),
};

/**
 * Submitted text that is JSON is taken as JSON, so that forms can send it: "123" is the number.
 * Other text becomes a JSON string.
 */
function normalise(raw: unknown): JsonText | null {
	if (raw instanceof JsonText) return raw;
	if (raw === null || raw === undefined) return null;
	if (typeof raw !== 'string') return new JsonText(goJson(raw));
	const isLiteral = raw === 'null' || raw === 'true' || raw === 'false';
	if (isLiteral || (/^[0-9\-"[{]/.test(raw) && isJson(raw))) return new JsonText(raw);
	return new JsonText(JSON.stringify(raw));
}

/** JSON columns have NUMERIC affinity: a text that looks like a number comes back as one. */
function fromColumn(stored: SqlValue): JsonText | null {
	if (stored === null || stored === '') return null;
	if (typeof stored === 'string') return new JsonText(stored);
	if (typeof stored === 'bigint') return new JsonText(String(stored));
	if (typeof stored === 'number')
		return new JsonText(Number.isSafeInteger(stored) ? String(stored) : realText(stored));
	return stored.length === 0 ? null : new JsonText(Buffer.from(stored).toString('utf8'));
}
