/**
 * What has been made of objects, for as long as they live: a `WeakMap` with a bound in bytes. When that is reached it
 * starts anew, which is simpler than knowing which entries are still alive.
 */
export class WeakCache<K extends WeakKey, V> {
	readonly #capacity: number;
	#entries = new WeakMap<K, V>();
	#bytes = 0;

	/** @param capacity Bytes of all values; one of more than an eighth of them is not kept. */
	constructor(capacity: number) {
		this.#capacity = capacity;
	}

	get(key: K): V | undefined {
		return this.#entries.get(key);
	}

	/** @param bytes Size of the value; an estimate will do. */
	set(key: K, value: V, bytes: number): void {
		if (bytes > this.#capacity / 8) return;
		if (this.#bytes + bytes > this.#capacity) {
			this.#entries = new WeakMap();
			this.#bytes = 0;
		}
		this.#entries.set(key, value);
		this.#bytes += bytes;
	}
}
