import { comparePassword, compareWithNobody } from '../../core/auth/index.ts';
import { isEmail, PasswordValue } from '../../core/fields/index.ts';
import {
	badRequest,
	forbidden,
	type AuthCollection,
	type Core,
	type StoredRecord,
} from '../../core/index.ts';
import type { ApiContext, ApiReply } from '../types.ts';
import { length, oneOf, required, formTexts, validate } from '../validate.ts';
import { authCollection, findByIdentity } from './find.ts';
import { authReply } from './response.ts';

/** `POST …/auth-with-password` `{identity, password, identityField?}` (apis/record_auth_with_password.go). */
export async function authWithPassword(context: ApiContext): Promise<ApiReply> {
	const { core } = context;
	const collection = authCollection(context);
	const { enabled, identityFields } = collection.auth.passwordAuth;
	if (!enabled)
		throw forbidden('The collection is not configured to allow password authentication.');
	const form = await formTexts(context, ['identity', 'password', 'identityField']);
	await validate(form, {
		identity: [required, length(1, 255)],
		password: [required, length(1, 255)],
		identityField: [length(1, 255), oneOf(identityFields)],
	});
	const fields = form.identityField === '' ? emailFirst(identityFields) : [form.identityField];
	const record = await find(core, collection, fields, form.identity);
	if (!record) {
		// The answer to an unknown name takes as long as that to a wrong password.
		await compareWithNobody(form.password);
		throw badRequest('Failed to authenticate.');
	}
	if (!(await comparePassword(form.password, hashOf(record))))
		throw badRequest('Failed to authenticate.');
	return authReply(context, { collection, record, method: 'password', context: 'password' });
}

const emailFirst = (fields: readonly string[]): readonly string[] =>
	fields.includes('email') ? ['email', ...fields.filter((field) => field !== 'email')] : fields;

async function find(
	core: Core,
	collection: AuthCollection,
	fields: readonly string[],
	identity: string,
): Promise<StoredRecord | undefined> {
	for (const field of fields) {
		if (field === 'email' && fields.length > 1 && !isEmail(identity)) continue;
		const record = await findByIdentity(core, collection, field, identity);
		if (record) return record;
	}
	return undefined;
}

/** The stored hash of a record's password; '' when it has none. */
export function hashOf(record: StoredRecord): string {
	const value = record.data['password'];
	return value instanceof PasswordValue ? value.hash : '';
}
