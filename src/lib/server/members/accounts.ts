import { TinykitError } from '#lib/contracts/index.ts';
import {
	ApiError,
	findRecordBy,
	hashSubmitted,
	saveRecord,
	updateCollection,
	updateSettings,
	type Backend,
	type Transaction,
} from '../backends.ts';

interface Account {
	readonly email: string;
	readonly password: string;
}

const collectionOf = (backend: Backend, name: string) => {
	const collection = backend.app.catalog.find(name);
	if (!collection)
		throw new TinykitError('internal_error', { cause: new Error(`no collection ${name}`) });
	return collection;
};

/**
 * A superuser and a `users` record with one e-mail and password, and whatever `more` adds - all or nothing.
 * @throws TinykitError `invalid_request` when the backend refuses the e-mail or password
 */
export async function createAccounts(
	backend: Backend,
	account: Account,
	more: (tx: Transaction, userId: string) => Promise<void>,
): Promise<void> {
	const superusers = collectionOf(backend, '_superusers');
	const users = collectionOf(backend, 'users');
	// Hashing takes tens of milliseconds and needs no lock.
	const hashed = (await hashSubmitted(users, { password: account.password })).get('password');
	const values = { email: account.email, password: hashed ?? account.password };
	try {
		await backend.app.store.write(async (tx) => {
			await saveRecord(backend.app, tx, { collection: superusers, values });
			const user = await saveRecord(backend.app, tx, {
				collection: users,
				values: { ...values, verified: true },
			});
			await more(tx, String(user.data['id']));
		});
	} catch (error) {
		if (!(error instanceof ApiError)) throw error;
		const field = Object.keys(error.data)[0];
		throw new TinykitError('invalid_request', {
			message: error.message,
			cause: error,
			...(field && { details: { field } }),
		});
	}
}

/** Creates a superuser or gives an existing one a new password, which ends its sessions. */
export async function upsertSuperuser(
	backend: Backend,
	email: string,
	password: string,
): Promise<{ email: string }> {
	const collection = collectionOf(backend, '_superusers');
	const record = await findRecordBy(backend.app, collection, 'email', email);
	try {
		await backend.app.store.write((tx) =>
			saveRecord(backend.app, tx, {
				collection,
				...(record && { record }),
				values: { email, password },
			}),
		);
	} catch (error) {
		if (error instanceof ApiError)
			throw new TinykitError('invalid_request', { message: error.message, cause: error });
		throw error;
	}
	return { email };
}

/** Seconds. */
const memberSession = 12 * 60 * 60;

/**
 * Closes the builder's own backend: nobody signs up, deletes accounts or comes in through a provider
 * (definitions.md 1, 8). Idempotent; runs at every start.
 */
export async function settleBuilderBackend(backend: Backend): Promise<void> {
	const users = collectionOf(backend, 'users');
	if (users.type !== 'auth') return;
	const closed =
		users.createRule === null &&
		users.deleteRule === null &&
		!users.auth.oauth2.enabled &&
		users.auth.authToken.duration === memberSession;
	if (!closed) {
		await updateCollection(backend.app, users, {
			createRule: null,
			deleteRule: null,
			oauth2: { enabled: false },
			authToken: { duration: memberSession },
		});
	}
	await limitRates(backend);
}

/** A fresh app backend: PocketBase's defaults, with its rate limits switched on. */
export const settleAppBackend = (backend: Backend): Promise<void> => limitRates(backend);

async function limitRates(backend: Backend): Promise<void> {
	if (!backend.app.settings.rateLimits.enabled) {
		await updateSettings(backend.app, { rateLimits: { enabled: true } });
	}
}
