/** A map whose entries weigh at most `capacity` together; the entry unused for longest goes first. */
export class LruCache<K, V> {
	readonly #entries = new Map<K, V>();
	readonly #capacity: number;
	readonly #weigh: (key: K, value: V) => number;
	#weight = 0;

	/** @param weigh The same for an entry each time; one above `capacity` is not kept. Default: 1, so that it counts. */
	constructor(capacity: number, weigh: (key: K, value: V) => number = () => 1) {
		if (!(capacity >= 1)) throw new RangeError('capacity must be at least 1');
		this.#capacity = capacity;
		this.#weigh = weigh;
	}

	get size(): number {
		return this.#entries.size;
	}

	get(key: K): V | undefined {
		const value = this.#entries.get(key);
		// Moving an entry costs more than finding it; while half is free nothing is about to be dropped.
		if (value === undefined || this.#weight <= this.#capacity / 2) return value;
		this.#entries.delete(key);
		this.#entries.set(key, value);
		return value;
	}

	set(key: K, value: V): void {
		this.delete(key);
		const weight = this.#weigh(key, value);
		if (weight > this.#capacity) return;
		for (const oldest of this.#entries.keys()) {
			if (this.#weight + weight <= this.#capacity) break;
			this.delete(oldest);
		}
		this.#entries.set(key, value);
		this.#weight += weight;
	}

	delete(key: K): void {
		const value = this.#entries.get(key);
		if (value === undefined) return;
		this.#entries.delete(key);
		this.#weight -= this.#weigh(key, value);
	}

	clear(): void {
		this.#entries.clear();
		this.#weight = 0;
	}
}
