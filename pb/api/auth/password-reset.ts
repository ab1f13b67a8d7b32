import { verifyToken } from '../../core/auth/index.ts';
import { issue } from '../../core/fields/index.ts';
import { badRequest, type AuthCollection, type Core } from '../../core/index.ts';
import { findRecord, saveRecord } from '../../core/records/index.ts';
import { bodyOr } from '../body-or.ts';
import { noContent } from '../respond.ts';
import type { ApiContext, ApiReply } from '../types.ts';
import {
	email,
	equals,
	formTexts,
	length,
	required,
	texts,
	validate,
	type Check,
} from '../validate.ts';
import { authCollection, findByEmail, textOf, tokenSource } from './find.ts';
import { hashedPassword } from './random-password.ts';
import { sendInBackground } from './send.ts';

/** `POST …/request-password-reset` `{email}`: 204 whether there is such a record or not. */
export async function requestPasswordReset(context: ApiContext): Promise<ApiReply> {
	const { core } = context;
	const collection = authCollection(context);
	if (!collection.auth.passwordAuth.enabled)
		throw badRequest('The collection is not configured to allow password authentication.');
	const form = await formTexts(context, ['email']);
	await validate(form, { email: [required, length(1, 255), email] });
	const record = await findByEmail(core, collection, form.email);
	if (record)
		sendInBackground(core, `reset ${textOf(record, 'id')}`, () => core.mails.passwordReset(record));
	return noContent();
}

/** `POST …/confirm-password-reset` `{token, password, passwordConfirm}`. */
export async function confirmPasswordReset(context: ApiContext): Promise<ApiReply> {
	const { core } = context;
	const collection = authCollection(context);
	const form = texts(await bodyOr(context), ['token', 'password', 'passwordConfirm']);
	await validate(form, {
		token: [required, tokenCheck(core, collection)],
		password: [required, length(minLength(collection), 255)],
		passwordConfirm: [required, equals(form.password)],
	});
	const password = await hashedPassword(collection, form.password);
	// Looked at again inside: of two confirmations with one token the second finds another token key.
	await core.store.write(async (tx) => {
		const source = tokenSource(core);
		const checked = await verifyToken(
			{ ...source, findRecord: (of, id) => findRecord(core, of, id, tx) },
			form.token,
			'passwordReset',
		);
		if (!checked) throw badRequest('Invalid or expired password reset token.');
		const { record, claims } = checked;
		const proves = textOf(record, 'email') === claims['email'];
		const values = { password, ...(proves && { verified: true }) };
		await saveRecord(core, tx, { collection, record, values });
		core.recent.forget(`reset ${textOf(record, 'id')}`);
	});
	return noContent();
}

function minLength(collection: AuthCollection): number {
	const field = collection.fields.find(({ name }) => name === 'password');
	return field?.type === 'password' && field.min > 0 ? field.min : 1;
}

function tokenCheck(core: Core, collection: AuthCollection): Check {
	return async (token) => {
		const checked = await verifyToken(tokenSource(core), token, 'passwordReset');
		if (!checked) return issue('validation_invalid_token', 'Invalid or expired token.');
		return checked.record.collection.id === collection.id
			? undefined
			: issue(
					'validation_token_collection_mismatch',
					'The provided token is for different auth collection.',
				);
	};
}
