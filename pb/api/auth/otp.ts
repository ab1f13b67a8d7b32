import { comparePassword } from '../../core/auth/index.ts';
import {
	ApiError,
	badRequest,
	forbidden,
	type AuthCollection,
	type Collection,
	type Core,
	type StoredRecord,
} from '../../core/index.ts';
import {
	deleteRecordTree,
	findRecord,
	findRecordsWhere,
	saveRecord,
} from '../../core/records/index.ts';
import { json } from '../respond.ts';
import type { ApiContext, ApiReply } from '../types.ts';
import { email, length, required, formTexts, validate } from '../validate.ts';
import { authCollection, findByEmail, textOf } from './find.ts';
import { isExpired } from './mfa.ts';
import { randomPassword } from './random-password.ts';
import { hashOf } from './password.ts';
import { authReply } from './response.ts';

/** Codes of one record that may be valid at once; more requests get the last one again. */
const maxCodes = 10;
const maxTries = 5;
const triesWindow = 180;

const codesOf = (core: Core): Collection => {
	const codes = core.catalog.find('_otps');
	if (!codes) throw badRequest();
	return codes;
};

const withOtp = (context: ApiContext): AuthCollection => {
	const collection = authCollection(context);
	if (!collection.auth.otp.enabled)
		throw forbidden('The collection is not configured to allow OTP authentication.');
	return collection;
};

/** `POST …/request-otp` `{email}` -> `{otpId}`, an invented one when there is no such record. */
export async function requestOtp(context: ApiContext): Promise<ApiReply> {
	const { core } = context;
	const collection = withOtp(context);
	const form = await formTexts(context, ['email']);
	await validate(form, { email: [required, length(1, 255), email] });
	const record = await findByEmail(core, collection, form.email);
	if (!record)
		return json(200, { otpId: core.random.text(15, 'abcdefghijklmnopqrstuvwxyz0123456789') });
	const refs = { collectionRef: collection.id, recordRef: textOf(record, 'id') };
	const { duration, length: digits } = collection.auth.otp;
	const issued = await findRecordsWhere(core, codesOf(core), refs);
	const valid = issued
		.filter((code) => !isExpired(code, core.now(), duration))
		.toSorted((a, b) => (textOf(a, 'created') < textOf(b, 'created') ? 1 : -1));
	if (valid.length >= maxCodes && valid[0]) return json(200, { otpId: textOf(valid[0], 'id') });
	const password = core.random.text(digits, '0123456789');
	const code = await core.store.write((tx) =>
		saveRecord(core, tx, { collection: codesOf(core), values: { ...refs, password } }),
	);
	void send(core, record, code, password);
	return json(200, { otpId: textOf(code, 'id') });
}

/** Sends the code; where it went stands in the row afterwards, and a code that could not go out is withdrawn. */
async function send(
	core: Core,
	record: StoredRecord,
	code: StoredRecord,
	password: string,
): Promise<void> {
	const id = textOf(code, 'id');
	try {
		await core.mails.otp(record, id, password);
		if (!core.mails.isEnabled) return;
		await core.store.write(async (tx) => {
			const current = await findRecord(core, code.collection, id, tx);
			if (!current || textOf(current, 'sentTo') !== '') return;
			const values = { sentTo: textOf(record, 'email') };
			await saveRecord(core, tx, { collection: code.collection, record: current, values });
		});
	} catch (error) {
		core.log.write(8, 'Failed to send OTP email', { error: String(error) });
		await core.store.write((tx) => deleteRecordTree(core, tx, code)).catch(() => undefined);
	}
}

/** `POST …/auth-with-otp` `{otpId, password}`. */
export async function authWithOtp(context: ApiContext): Promise<ApiReply> {
	const { core } = context;
	const collection = withOtp(context);
	const form = await formTexts(context, ['otpId', 'password']);
	await validate(form, {
		otpId: [required, length(1, 255)],
		password: [required, length(1, 71)],
	});
	const { code, record } = await findCode(core, collection, form.otpId);
	// Per code's owner and whatever the address: five wrong tries burn it (PocketBase counts per address).
	if (!core.recent.count(`otp ${textOf(record, 'id')}`, maxTries, triesWindow))
		throw new ApiError(429, 'Too many attempts, please try again later with a new OTP.');
	if (!(await comparePassword(form.password, hashOf(code))))
		throw badRequest('Invalid or expired OTP');
	const sentTo = textOf(code, 'sentTo');
	const proves =
		record.data['verified'] !== true && sentTo !== '' && sentTo === textOf(record, 'email');
	const password =
		proves && !collection.auth.mfa.enabled ? await randomPassword(core, collection) : undefined;
	const signedIn = await core.store.write(async (tx) => {
		// A code is good once: whoever comes second finds it gone.
		const current = await findRecord(core, code.collection, textOf(code, 'id'), tx);
		if (!current) throw badRequest('Invalid or expired OTP');
		await deleteRecordTree(core, tx, current);
		if (!proves) return record;
		const values = { verified: true, ...(password && { password }) };
		return saveRecord(core, tx, { collection, record, values });
	});
	core.recent.forget(`otp ${textOf(record, 'id')}`);
	return authReply(context, { collection, record: signedIn, method: 'otp', context: 'otp' });
}

async function findCode(
	core: Core,
	collection: AuthCollection,
	otpId: string,
): Promise<{ readonly code: StoredRecord; readonly record: StoredRecord }> {
	const code = await findRecord(core, codesOf(core), otpId);
	const record =
		code?.data['collectionRef'] === collection.id
			? await findRecord(core, collection, textOf(code, 'recordRef'))
			: undefined;
	if (!code || !record || isExpired(code, core.now(), collection.auth.otp.duration))
		throw badRequest('Invalid or expired OTP');
	return { code, record };
}
