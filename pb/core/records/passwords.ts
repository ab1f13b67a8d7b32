import { hashPassword, maxPasswordBytes } from '../auth/index.ts';
import type { Collection } from '../collections/types.ts';
import { castString, PasswordValue } from '../fields/index.ts';
import type { PasswordField } from '../fields/index.ts';
import type { Draft } from './draft.ts';

/** Hashed passwords by field name. */
export type HashedPasswords = ReadonlyMap<string, PasswordValue>;

export const passwordFields = (collection: Collection): readonly PasswordField[] =>
	collection.fields.filter((field) => field.type === 'password');

/** Hashes a password as a field wants it; do it before the transaction, it takes tens of milliseconds. */
export const hashFor = async (field: PasswordField, plain: string): Promise<PasswordValue> =>
	new PasswordValue(plain, await hashPassword(plain, field.cost));

/** Longer ones are refused by validation, and are not worth a hash before. */
export const isHashable = (plain: string): boolean =>
	Buffer.byteLength(plain, 'utf8') <= maxPasswordBytes;

/** Hashes the passwords among submitted values. */
export async function hashSubmitted(
	collection: Collection,
	values: Readonly<Record<string, unknown>>,
): Promise<HashedPasswords> {
	const hashed = new Map<string, PasswordValue>();
	for (const field of passwordFields(collection)) {
		const plain = castString(Object.hasOwn(values, field.name) ? values[field.name] : '');
		if (plain !== '' && isHashable(plain)) hashed.set(field.name, await hashFor(field, plain));
	}
	return hashed;
}

/** Gives the passwords that a draft still holds as plain text their hash. */
export async function hashDraft(draft: Draft, hashed?: HashedPasswords): Promise<void> {
	for (const field of passwordFields(draft.collection)) {
		const value = draft.data[field.name];
		if (!(value instanceof PasswordValue) || value.plain === '' || value.hash !== '') continue;
		if (!isHashable(value.plain)) continue;
		const known = hashed?.get(field.name);
		draft.data[field.name] =
			known?.plain === value.plain ? known : await hashFor(field, value.plain);
	}
}
