/** A map of at most `capacity` entries; the entry unused for longest goes first. */
export class LruCache<K, V> {
	readonly #entries = new Map<K, V>();
	readonly #capacity: number;

	constructor(capacity: number) {
		if (!(capacity >= 1)) throw new RangeError('capacity must be at least 1');
		this.#capacity = capacity;
	}

	get size(): number {
		return this.#entries.size;
	}

	get(key: K): V | undefined {
		const value = this.#entries.get(key);
		// Moving an entry costs more than finding it; while half is free nothing is about to be dropped.
		if (value === undefined || this.#entries.size <= this.#capacity / 2) return value;
		this.#entries.delete(key);
		this.#entries.set(key, value);
		return value;
	}

	set(key: K, value: V): void {
		this.#entries.delete(key);
		if (this.#entries.size >= this.#capacity) {
			const oldest = this.#entries.keys().next();
			if (oldest.done !== true) this.#entries.delete(oldest.value);
		}
		this.#entries.set(key, value);
	}

	delete(key: K): void {
		this.#entries.delete(key);
	}

	clear(): void {
		this.#entries.clear();
	}
}
