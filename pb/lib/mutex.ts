/** Lets one holder in at a time, in the order of asking. */
export class Mutex {
	#tail: Promise<void> = Promise.resolve();
	#held = 0;

	/** True while somebody holds it or waits for it. */
	get isBusy(): boolean {
		return this.#held > 0;
	}

	/** Runs `body` alone; its result or error goes to the caller, the next one is let in either way. */
	async run<T>(body: () => Promise<T> | T): Promise<T> {
		const release = await this.acquire();
		try {
			return await body();
		} finally {
			release();
		}
	}

	/** Waits for its turn and returns the release, which counts once. */
	async acquire(): Promise<() => void> {
		const before = this.#tail;
		let open: () => void = () => undefined;
		this.#tail = new Promise((resolve) => (open = resolve));
		this.#held += 1;
		await before;
		let released = false;
		return () => {
			if (released) return;
			released = true;
			this.#held -= 1;
			open();
		};
	}
}
