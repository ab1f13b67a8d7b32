import type { SqlValue } from '../../../sql/index.ts';
import { parseJson, realText } from '../cast.ts';
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
	normalise: (_field, raw) => (typeof raw === 'string' ? submitted(raw) : normalise(raw)),
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
		if (text !== '' && parseJson(text) === undefined)
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
	if (isLiteral) return new JsonText(raw);
	// Parsed once, here: every answer needs the value.
	const value = /^[0-9\-"[{]/.test(raw) ? parseJson(raw) : undefined;
	return value === undefined
		? new JsonText(JSON.stringify(raw), { value: raw })
		: new JsonText(raw, { value });
}

/**
 * A text as PocketBase quotes it: with Go's escapes, of which JSON does not have `\\x00`. So a text with control
 * characters is refused as invalid JSON; inside of JSON that was sent as such they are fine.
 */
const goQuoted = (text: string): string =>
	JSON.stringify(text).replace(
		/\\u00([01][\da-f])|\\.|\x7f/g,
		(escape, hex: string | undefined) => {
			if (hex !== undefined) return `\\x${hex}`;
			return escape === '\x7f' ? '\\x7f' : escape;
		},
	);

function submitted(raw: string): JsonText | null {
	const normal = normalise(raw);
	const text = goQuoted(raw);
	return normal?.text === JSON.stringify(raw) && normal.text !== text ? new JsonText(text) : normal;
}

/**
 * JSON columns have NUMERIC affinity: a text that looks like a number comes back as one. A text that is no JSON, as
 * views yield them, counts as a string.
 */
function fromColumn(stored: SqlValue): JsonText | null {
	if (typeof stored === 'bigint') return new JsonText(String(stored));
	if (typeof stored === 'number')
		return new JsonText(Number.isSafeInteger(stored) ? String(stored) : realText(stored));
	return normalise(stored instanceof Uint8Array ? Buffer.from(stored).toString('utf8') : stored);
}
