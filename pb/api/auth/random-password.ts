import { PasswordValue } from '../../core/fields/index.ts';
import type { AuthCollection, Core } from '../../core/index.ts';
import { hashSubmitted } from '../../core/records/index.ts';

/** A password that nobody knows, hashed: it ends the validity of one that somebody else may have set. */
export async function randomPassword(
	core: Core,
	collection: AuthCollection,
): Promise<PasswordValue> {
	return hashedPassword(collection, core.random.text(30));
}

/** Hashes a new password before the transaction that stores it: hashing takes tens of milliseconds. */
export async function hashedPassword(
	collection: AuthCollection,
	password: string,
): Promise<PasswordValue> {
	const hashed = await hashSubmitted(collection, { password });
	return hashed.get('password') ?? new PasswordValue(password, '');
}
