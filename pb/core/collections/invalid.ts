import { spelling } from '../fields/index.ts';
import type { FieldIssue, FieldIssues } from '../fields/index.ts';

/** Data did not pass its checks; `issues` are public. */
export class InvalidError extends Error {
	override readonly name = 'InvalidError';
	readonly issues: FieldIssues;

	constructor(issues: FieldIssues) {
		super(describeIssues(issues));
		this.issues = issues;
	}
}

const isIssue = (entry: FieldIssue | FieldIssues): entry is FieldIssue =>
	typeof entry['code'] === 'string';

/** `a: message; b: (c: message.).` with sorted keys, as Go prints nested validation errors. */
export function describeIssues(issues: FieldIssues): string {
	const parts = Object.keys(issues)
		.sort()
		.map((key) => {
			const entry = issues[key];
			if (entry === undefined) return key;
			return isIssue(entry) ? `${key}: ${spelling(entry)}` : `${key}: (${describeIssues(entry)})`;
		});
	return parts.join('; ') + '.';
}

/** Messages by key, nested; the shape of Go's JSON form of validation errors. */
export function issueMessages(issues: FieldIssues): Readonly<Record<string, unknown>> {
	return Object.fromEntries(
		Object.entries(issues).map(([key, entry]) => [
			key,
			isIssue(entry) ? spelling(entry) : issueMessages(entry),
		]),
	);
}
