import {
	inIssue,
	isEmail,
	issue,
	lengthIssue,
	mismatchIssue,
	requiredIssue,
	type FieldIssue,
} from '../core/fields/index.ts';
import { badRequest, type IssueTree } from '../core/index.ts';
import { bodyOrReason, unreadable } from './body-or.ts';
import type { ApiContext, ParsedBody } from './types.ts';

/** One check of a text; `undefined` when it passes. Runs on non-empty texts only, except `required`. */
export type Check = (value: string) => FieldIssue | undefined | Promise<FieldIssue | undefined>;

/** Marks a field that must not be empty. */
export const required: Check = (value) => (value === '' ? requiredIssue() : undefined);

/** Bytes, as Go counts. */
export const length =
	(min: number, max: number): Check =>
	(value) =>
		lengthIssue(value, min, max);

export const oneOf =
	(values: readonly string[]): Check =>
	(value) =>
		values.includes(value) ? undefined : inIssue();

export const noneOf =
	(values: readonly string[]): Check =>
	(value) =>
		values.includes(value) ? issue('validation_not_in_invalid', 'must not be in list') : undefined;

export const equals =
	(other: string): Check =>
	(value) =>
		value === other ? undefined : mismatchIssue();

export const email: Check = (value) =>
	isEmail(value) ? undefined : issue('validation_is_email', 'must be a valid email address');

/** @throws ApiError 400 when the body cannot be parsed, with the sentence of forms; 413 as usual. */
export async function formTexts<K extends string>(
	context: ApiContext,
	keys: readonly K[],
): Promise<Record<K, string>> {
	return texts(await bodyOrReason(context), keys);
}

/**
 * Reads the texts of a small form. A missing member or null is ''.
 * @throws ApiError 400 when JSON holds something else there, as Go refuses to decode it.
 */
export function texts<K extends string>(body: ParsedBody, keys: readonly K[]): Record<K, string> {
	const result = {} as Record<K, string>;
	for (const key of keys) {
		const value = Object.hasOwn(body.values, key) ? body.values[key] : undefined;
		result[key] = toText(value, body.source === 'form');
	}
	return result;
}

function toText(value: unknown, isForm: boolean): string {
	if (value === undefined || value === null) return '';
	if (typeof value === 'string') return value;
	// The text of a form was guessed into a number or boolean; only canonical forms are, so this is what was sent.
	if (isForm && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
	if (isForm && Array.isArray(value)) return toText(value[0], true);
	throw badRequest(unreadable);
}

/**
 * Runs the checks of each field, first failure per field.
 * @throws ApiError 400 with all issues.
 */
export async function validate<K extends string>(
	form: Readonly<Record<K, string>>,
	checks: Readonly<Record<K, readonly Check[]>>,
): Promise<void> {
	const issues: Record<string, FieldIssue> = {};
	for (const key of Object.keys(checks) as K[]) {
		const value = form[key];
		for (const check of checks[key]) {
			if (value === '' && check !== required) continue;
			const found = await check(value);
			if (!found) continue;
			issues[key] = found;
			break;
		}
	}
	if (Object.keys(issues).length > 0)
		throw badRequest(
			'An error occurred while validating the submitted data.',
			issues satisfies IssueTree,
		);
}
