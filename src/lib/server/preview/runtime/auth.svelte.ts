/**
 * `$auth`: the app's own people, its `users` collection (definitions.md 5, 22). The token lies in the localStorage of
 * the app's origin, or in memory where there is none.
 *
 * @example
 * import { auth } from '$auth';
 * await auth.signUp({ email, password, name });
 * {#if auth.user}Hello {auth.user.name}{/if}
 */
import { ClientResponseError, type RecordModel } from 'pocketbase';
import { client } from './client.ts';

export interface Credentials {
	readonly email: string;
	readonly password: string;
}
export type NewUser = Credentials & Readonly<Record<string, unknown>>;

/** A superuser's token of the same browser is nobody the app knows. */
function current(): RecordModel | null {
	const { isValid, record } = client.authStore;
	return isValid && record?.collectionName === 'users' ? record : null;
}

const users = () => client.collection('users');

let user = $state.raw<RecordModel | null>(current());
client.authStore.onChange(() => {
	user = current();
});

/** A kept token may belong to somebody who was deleted or changed the password elsewhere. */
async function refresh(): Promise<void> {
	if (!current()) return;
	try {
		await users().authRefresh();
	} catch (error) {
		// Without a network the person stays signed in; the server decides about each request anyway.
		const refused = error instanceof ClientResponseError && [401, 403, 404].includes(error.status);
		if (refused) client.authStore.clear();
	}
}

async function signIn(who: Credentials | string, password?: string): Promise<RecordModel> {
	const [email, secret] =
		typeof who === 'string' ? [who, password ?? ''] : [who.email, who.password];
	return (await users().authWithPassword(email, secret)).record;
}

async function signUp(
	who: NewUser | string,
	password?: string,
	values: Readonly<Record<string, unknown>> = {},
): Promise<RecordModel> {
	const body: NewUser =
		typeof who === 'string' ? { ...values, email: who, password: password ?? '' } : who;
	await users().create({ ...body, passwordConfirm: body.password });
	return signIn(body);
}

export const auth = {
	/** The signed-in person's record or null; reactive in markup, `$derived` and `$effect`. */
	get user(): RecordModel | null {
		return user;
	},
	/** Creates an account and signs it in: `signUp({ email, password, name })` or `signUp(email, password, { name })`. */
	signUp,
	/** `signIn({ email, password })` or `signIn(email, password)`. */
	signIn,
	signOut(): void {
		client.authStore.clear();
	},
	/** Settled once a kept token has been checked against the server. */
	ready: refresh(),
};
