import { asFailure, type ApiFailure } from './api/index.ts';

/**
 * Something that is fetched: loading at first, then a value or a failure. A failed refresh keeps the
 * value that was there.
 */
export class Loadable<T> {
	#value = $state.raw<T>();
	#failure = $state.raw<ApiFailure>();
	#busy = $state(false);
	#turn = 0;
	readonly #fetch: () => Promise<T>;

	constructor(fetch: () => Promise<T>) {
		this.#fetch = fetch;
	}

	get value(): T | undefined {
		return this.#value;
	}
	get failure(): ApiFailure | undefined {
		return this.#failure;
	}
	get busy(): boolean {
		return this.#busy;
	}

	set(value: T): void {
		// An answer that is still on its way is older than this.
		this.#turn += 1;
		this.#value = value;
		this.#failure = undefined;
		this.#busy = false;
	}

	/** Fetches again. Of overlapping calls the newest wins. Never rejects: see `failure`. */
	async load(): Promise<T | undefined> {
		const turn = (this.#turn += 1);
		this.#busy = true;
		try {
			const value = await this.#fetch();
			if (turn !== this.#turn) return this.#value;
			this.#value = value;
			this.#failure = undefined;
		} catch (error) {
			if (turn === this.#turn) this.#failure = asFailure(error);
		} finally {
			if (turn === this.#turn) this.#busy = false;
		}
		return this.#value;
	}
}
