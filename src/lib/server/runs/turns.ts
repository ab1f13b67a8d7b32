/** Runs work of one key one after another, work of different keys side by side. */
export interface Turns {
	<T>(key: string, work: () => Promise<T>): Promise<T>;
	/** Keys with work that has not ended. */
	busy(): readonly string[];
}

export function createTurns(): Turns {
	const tails = new Map<string, Promise<unknown>>();
	const turns = <T>(key: string, work: () => Promise<T>): Promise<T> => {
		const before = tails.get(key) ?? Promise.resolve();
		const result = before.then(work);
		// A failure is its caller's; the next one starts anyway.
		const tail = result
			.catch(() => undefined)
			.finally(() => {
				if (tails.get(key) === tail) tails.delete(key);
			});
		tails.set(key, tail);
		return result;
	};
	return Object.assign(turns, { busy: () => [...tails.keys()] });
}
