import type { FieldIssue, FieldIssues } from './kind.ts';

type Params = Readonly<Record<string, unknown>>;

const print = (value: unknown): string =>
	Array.isArray(value) ? `[${value.join(' ')}]` : String(value);

/**
 * A validation issue in its wire form. `{name}` in the message stands for `params.name`; the first letter
 * is upper-cased and a full stop added, as PocketBase does when it serialises (tools/router/error.go).
 */
export function issue(code: string, message: string, params?: Params): FieldIssue {
	const filled = message.replace(/\{(\w+)\}/g, (whole, name: string) =>
		params !== undefined && name in params ? print(params[name]) : whole,
	);
	const text = sentence(filled);
	const made: FieldIssue =
		params === undefined ? { code, message: text } : { code, message: text, params };
	spellings.set(made, filled);
	return made;
}

const spellings = new WeakMap<FieldIssue, string>();

/** The message as it stands inside of a longer one: without the capital and the full stop of the wire form. */
export const spelling = (made: FieldIssue): string => spellings.get(made) ?? made.message;

function sentence(message: string): string {
	const trimmed = message.trim();
	if (trimmed === '') return '';
	const first = String.fromCodePoint(trimmed.codePointAt(0) ?? 0);
	const text = first.toUpperCase() + trimmed.slice(first.length);
	return /[.?!]$/.test(text) ? text : text + '.';
}

export const byteLength = (value: string): number => Buffer.byteLength(value, 'utf8');
/** Length in code points (Go's runes). */
export function runeLength(value: string): number {
	let count = 0;
	for (const _ of value) count++;
	return count;
}

export const requiredIssue = (message = 'cannot be blank'): FieldIssue =>
	issue('validation_required', message);
export const blankIssue = (): FieldIssue => issue('validation_empty', 'must be blank');
export const nilIssue = (): FieldIssue => issue('validation_nil', 'must be blank');
export const inIssue = (message = 'must be a valid value'): FieldIssue =>
	issue('validation_in_invalid', message);
export const matchIssue = (): FieldIssue =>
	issue('validation_match_invalid', 'must be in a valid format');
export const mismatchIssue = (): FieldIssue =>
	issue('validation_values_mismatch', "Values don't match.");

/** Byte length between `min` and `max` (0 = no bound); the empty string passes (ozzo-validation Length). */
export function lengthIssue(value: string, min: number, max: number): FieldIssue | undefined {
	const length = byteLength(value);
	if (length === 0 || !((min > 0 && length < min) || (max > 0 && length > max))) return undefined;
	const params = { max, min };
	if (min > 0 && max > 0) {
		return min === max
			? issue('validation_length_invalid', 'the length must be exactly {min}', params)
			: issue(
					'validation_length_out_of_range',
					'the length must be between {min} and {max}',
					params,
				);
	}
	return min > 0
		? issue('validation_length_too_short', 'the length must be no less than {min}', params)
		: issue('validation_length_too_long', 'the length must be no more than {max}', params);
}

/** `min <= value <= max`; the zero value passes, as everywhere in ozzo-validation. */
export function rangeIssue(value: number, min?: number, max?: number): FieldIssue | undefined {
	if (value === 0) return undefined;
	if (min !== undefined && value < min) return atLeast(min);
	if (max !== undefined && value > max) return atMost(max);
	return undefined;
}
export const atLeast = (threshold: unknown): FieldIssue =>
	issue('validation_min_greater_equal_than_required', 'must be no less than {threshold}', {
		threshold,
	});
export const atMost = (threshold: unknown): FieldIssue =>
	issue('validation_max_less_equal_than_required', 'must be no greater than {threshold}', {
		threshold,
	});

/** Drops empty entries; undefined when nothing is wrong. */
export function collectIssues(
	entries: Readonly<Record<string, FieldIssue | FieldIssues | undefined>>,
): FieldIssues | undefined {
	const found: Record<string, FieldIssue | FieldIssues> = {};
	for (const [key, value] of Object.entries(entries)) if (value !== undefined) found[key] = value;
	return Object.keys(found).length > 0 ? found : undefined;
}

/** Checks each item of a list; issues by index. */
export function eachIssue<T>(
	items: readonly T[],
	check: (item: T, index: number) => FieldIssue | FieldIssues | undefined,
): FieldIssues | undefined {
	return collectIssues(
		Object.fromEntries(items.map((item, index) => [String(index), check(item, index)])),
	);
}
