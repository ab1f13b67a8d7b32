import type { Reader } from '../../store/index.ts';
import type { Core } from '../core.ts';
import type { IssueTree } from '../errors.ts';
import { issue, kindOf, PasswordValue } from '../fields/index.ts';
import { createData } from './data.ts';
import type { Draft } from './draft.ts';
import { isHashable } from './passwords.ts';
import { referenceIssues } from './references.ts';

/**
 * Checks every field of a draft; each reports its first failing check.
 * @returns undefined when all is well.
 */
export async function validateDraft(
	core: Core,
	draft: Draft,
	reader: Reader,
): Promise<IssueTree | undefined> {
	const { collection, data, original, isNew } = draft;
	const context = {
		collection,
		catalog: core.catalog,
		reader,
		record: data,
		isNew,
		original: isNew ? undefined : original,
	};
	const issues = createData() as Record<string, IssueTree[string]>;
	let hasIssues = false;
	for (const field of collection.fields) {
		const value = data[field.name];
		const checked =
			value instanceof PasswordValue && !isHashable(value.plain)
				? issue('validation_invalid_value', 'Invalid value.')
				: kindOf(field).validate(field, value, context);
		// Most checks are done at once; waiting for each would cost a turn of the event loop per field.
		const found = checked instanceof Promise ? await checked : checked;
		if (!found) continue;
		issues[field.name] = found;
		hasIssues = true;
	}
	return hasIssues ? issues : referenceIssues(core, draft, reader);
}
