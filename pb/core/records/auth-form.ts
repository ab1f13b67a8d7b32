import type { IssueTree } from '../errors.ts';
import { castString, issue, mismatchIssue, requiredIssue } from '../fields/index.ts';
import type { Draft } from './draft.ts';
import { textOf } from './data.ts';

/** The parts of an auth record's form that are no fields, and what is known about who fills it in. */
export interface AuthForm {
	readonly password: string;
	readonly passwordConfirm: string;
	readonly oldPassword: string;
}

/** @param values The body with modifiers resolved. */
export const readAuthForm = (values: Readonly<Record<string, unknown>>): AuthForm => ({
	password: textAt(values, 'password'),
	passwordConfirm: textAt(values, 'passwordConfirm'),
	oldPassword: textAt(values, 'oldPassword'),
});

const textAt = (values: Readonly<Record<string, unknown>>, key: string): string =>
	castString(Object.hasOwn(values, key) ? values[key] : '');

/** Whether the old password decides: someone without rights over others changes the own password. */
export const needsOldPassword = (draft: Draft, form: AuthForm, isManager: boolean): boolean =>
	!draft.isNew && !isManager && (form.password !== '' || form.passwordConfirm !== '');

/**
 * Checks an auth record's form (forms/record_upsert.go): a password is typed twice; who is neither superuser nor
 * manager proves the old one, and changes neither the e-mail nor `verified`.
 * @param isManager Superusers too.
 * @param isOldPasswordRight Asked only when `needsOldPassword`.
 */
export function authFormIssues(
	draft: Draft,
	form: AuthForm,
	isManager: boolean,
	isOldPasswordRight: boolean,
): IssueTree | undefined {
	const { isNew, data, original } = draft;
	const { password, passwordConfirm, oldPassword } = form;
	const issues: Record<string, IssueTree[string]> = {};
	if (!isNew && !isManager && textOf(data, 'email') !== textOf(original, 'email'))
		issues['email'] = mismatchIssue();
	if (!isManager && data['verified'] !== original['verified']) issues['verified'] = mismatchIssue();
	if ((isNew || passwordConfirm !== '' || oldPassword !== '') && password === '')
		issues['password'] = requiredIssue();
	if ((isNew || password !== '' || oldPassword !== '') && passwordConfirm === '')
		issues['passwordConfirm'] = requiredIssue();
	else if (passwordConfirm !== password) issues['passwordConfirm'] = mismatchIssue();
	if (needsOldPassword(draft, form, isManager)) {
		if (oldPassword === '') issues['oldPassword'] = requiredIssue();
		else if (!isOldPasswordRight)
			issues['oldPassword'] = issue(
				'validation_invalid_old_password',
				'Missing or invalid old password.',
			);
	}
	return Object.keys(issues).length > 0 ? issues : undefined;
}
