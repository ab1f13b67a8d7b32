import { verifyToken, peekClaims } from '../../core/auth/index.ts';
import { issue } from '../../core/fields/index.ts';
import { badRequest, type AuthCollection, type Core } from '../../core/index.ts';
import { saveRecord } from '../../core/records/index.ts';
import { noContent } from '../respond.ts';
import type { ApiContext, ApiReply } from '../types.ts';
import { email, length, required, formTexts, validate, type Check } from '../validate.ts';
import { authCollection, findByEmail, textOf, tokenSource } from './find.ts';
import { sendInBackground } from './send.ts';
import { randomPassword } from './random-password.ts';

const verifiable = (context: ApiContext): AuthCollection => {
	const collection = authCollection(context);
	if (collection.name === '_superusers')
		throw badRequest('All superusers are verified by default.');
	return collection;
};

/** `POST …/request-verification` `{email}`: 204 whether there is such a record or not. */
export async function requestVerification(context: ApiContext): Promise<ApiReply> {
	const { core } = context;
	const collection = verifiable(context);
	const form = await formTexts(context, ['email']);
	await validate(form, { email: [required, length(1, 255), email] });
	const record = await findByEmail(core, collection, form.email);
	if (record && record.data['verified'] !== true)
		sendInBackground(core, `verification ${textOf(record, 'id')}`, () =>
			core.mails.verification(record),
		);
	return noContent();
}

/** `POST …/confirm-verification` `{token}`. */
export async function confirmVerification(context: ApiContext): Promise<ApiReply> {
	const { core } = context;
	const collection = verifiable(context);
	const form = await formTexts(context, ['token']);
	await validate(form, { token: [required, tokenCheck(core, collection)] });
	const checked = await verifyToken(tokenSource(core), form.token, 'verification');
	if (!checked) throw badRequest('Invalid or expired verification token.');
	const { record } = checked;
	if (record.data['verified'] !== true) {
		// Without password sign-in nobody knows the password, not even one that a stranger may have set.
		const values = collection.auth.passwordAuth.enabled
			? { verified: true }
			: { verified: true, password: await randomPassword(core, collection) };
		await core.store.write((tx) => saveRecord(core, tx, { collection, record, values }));
	}
	core.recent.forget(`verification ${textOf(record, 'id')}`);
	return noContent();
}

function tokenCheck(core: Core, collection: AuthCollection): Check {
	return async (token) => {
		const address = peekClaims(token)?.['email'];
		if (typeof address !== 'string' || address === '')
			return issue('validation_invalid_token_claims', 'Missing email token claim.');
		const checked = await verifyToken(tokenSource(core), token, 'verification');
		if (!checked) return issue('validation_invalid_token', 'Invalid or expired token.');
		if (checked.record.collection.id !== collection.id)
			return issue(
				'validation_token_collection_mismatch',
				'The provided token is for different auth collection.',
			);
		return textOf(checked.record, 'email') === address
			? undefined
			: issue(
					'validation_token_email_mismatch',
					"The record email doesn't match with the requested token claims.",
				);
	};
}
