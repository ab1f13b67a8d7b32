import type { Me } from '#lib/contracts/index.ts';
import PocketBase, { ClientResponseError } from 'pocketbase';
import { type Api, ApiFailure, createApi } from '../api/index.ts';
import { SessionAuthStore } from './auth-store.ts';

/** Who is logged in, and the client that speaks for them. */
export class Session {
	readonly api: Api;
	readonly #pb: PocketBase;
	#token = $state('');
	#me = $state.raw<Me>();
	/** Set when the server refused a token that was thought to be good. */
	#expired = $state(false);

	constructor(storage: Storage | undefined) {
		const store = new SessionAuthStore(storage);
		this.#pb = new PocketBase('/_pb', store);
		this.#pb.autoCancellation(false);
		this.#token = store.isValid ? store.token : '';
		if (!this.#token) store.clear();
		this.api = createApi({
			fetch: (input, init) => fetch(input, init),
			token: () => this.#token,
			onUnauthenticated: () => {
				if (this.#token) this.#expired = true;
				this.#forget();
			},
		});
	}

	get loggedIn(): boolean {
		return this.#token !== '';
	}
	get expired(): boolean {
		return this.#expired;
	}
	get me(): Me | undefined {
		return this.#me;
	}
	/** Owners also set up the builder and delete apps. */
	get isOwner(): boolean {
		return this.#me?.role === 'owner';
	}
	/** Viewers look and change nothing. */
	get canEdit(): boolean {
		return this.#me !== undefined && this.#me.role !== 'viewer';
	}

	/**
	 * Logs in as a member.
	 * @throws ApiFailure with a sentence that does not tell whether the address is known
	 */
	async logIn(email: string, password: string): Promise<void> {
		let token: string;
		try {
			const auth = await this.#pb.collection('users').authWithPassword(email, password);
			token = auth.token;
		} catch (error) {
			throw loginFailure(error);
		}
		this.#token = token;
		this.#expired = false;
		try {
			await this.loadMe();
		} catch (error) {
			this.#forget();
			throw error;
		}
	}

	async loadMe(): Promise<Me> {
		const me = await this.api.me();
		this.#me = me;
		return me;
	}

	logOut(): void {
		this.#expired = false;
		this.#forget();
	}

	#forget(): void {
		this.#pb.authStore.clear();
		this.#token = '';
		this.#me = undefined;
	}
}

function loginFailure(error: unknown): ApiFailure {
	if (!(error instanceof ClientResponseError) || error.status === 0) {
		return new ApiFailure('offline', { cause: error });
	}
	const { status } = error;
	if (status === 400 || status === 401 || status === 404) {
		return new ApiFailure('rejected', { status, message: 'That e-mail or password is not right.' });
	}
	if (status === 403) return new ApiFailure('not_a_member', { status });
	if (status === 429) {
		return new ApiFailure('rejected', {
			status,
			message: 'Too many attempts. Wait a minute, then try again.',
		});
	}
	return new ApiFailure('internal_error', { status });
}
