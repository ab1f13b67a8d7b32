import { comparePassword, peekClaims, verifyToken } from '../../core/auth/index.ts';
import { issue, type FieldIssue } from '../../core/fields/index.ts';
import {
	badRequest,
	unauthorized,
	type AuthCollection,
	type Core,
	type StoredRecord,
} from '../../core/index.ts';
import { saveRecord } from '../../core/records/index.ts';
import { noContent } from '../respond.ts';
import type { ApiContext, ApiReply } from '../types.ts';
import { email, length, noneOf, required, formTexts, validate, type Check } from '../validate.ts';
import { authCollection, findByEmail, textOf, tokenSource } from './find.ts';
import { hashOf } from './password.ts';

const changeable = (context: ApiContext): AuthCollection => {
	const collection = authCollection(context);
	if (collection.name === '_superusers')
		throw badRequest('All superusers can change their emails directly.');
	return collection;
};

/** `POST …/request-email-change` `{newEmail}`: sends a link to the new address. */
export async function requestEmailChange(context: ApiContext): Promise<ApiReply> {
	const { core, info } = context;
	const collection = changeable(context);
	const record = info.auth;
	if (!record) throw unauthorized('The request requires valid auth record.');
	const form = await formTexts(context, ['newEmail']);
	const isFree: Check = async (address) => {
		const found = await findByEmail(core, collection, address);
		return found && found.data['id'] !== record.data['id']
			? issue('validation_invalid_new_email', 'Invalid new email address.')
			: undefined;
	};
	await validate(form, {
		newEmail: [required, length(1, 255), email, noneOf([textOf(record, 'email')]), isFree],
	});
	try {
		await core.mails.emailChange(record, form.newEmail);
	} catch (error) {
		throw badRequest('Failed to request email change.', undefined, error);
	}
	return noContent();
}

/** `POST …/confirm-email-change` `{token, password}`. */
export async function confirmEmailChange(context: ApiContext): Promise<ApiReply> {
	const { core } = context;
	const collection = changeable(context);
	const form = await formTexts(context, ['token', 'password']);
	const change = form.token === '' ? undefined : await parse(core, collection, form.token);
	const record = change && 'record' in change ? change.record : undefined;
	await validate(form, {
		token: [required, () => (change && 'code' in change ? change : undefined)],
		password: [
			required,
			length(1, 100),
			async (password) =>
				record && (await comparePassword(password, hashOf(record)))
					? undefined
					: issue('validation_invalid_password', 'Missing or invalid auth record password.'),
		],
	});
	if (!change || !('record' in change)) throw badRequest('Invalid or expired token.');
	const values = { email: change.newEmail, verified: true };
	await core.store.write((tx) =>
		saveRecord(core, tx, { collection, record: change.record, values }),
	);
	return noContent();
}

type Change = { readonly record: StoredRecord; readonly newEmail: string } | FieldIssue;

async function parse(core: Core, collection: AuthCollection, token: string): Promise<Change> {
	const newEmail = peekClaims(token)?.['newEmail'];
	if (typeof newEmail !== 'string' || newEmail === '')
		return issue(
			'validation_invalid_token_payload',
			'Invalid token payload - newEmail must be set.',
		);
	const checked = await verifyToken(tokenSource(core), token, 'emailChange');
	if (!checked) return issue('validation_invalid_token', 'Invalid or expired token.');
	if (checked.record.collection.id !== collection.id)
		return issue(
			'validation_token_collection_mismatch',
			'The provided token is for different auth collection.',
		);
	return (await findByEmail(core, collection, newEmail))
		? issue('validation_invalid_token_email', 'The new email address is invalid.')
		: { record: checked.record, newEmail };
}
