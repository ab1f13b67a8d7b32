type Action = () => Promise<void>;

/**
 * Deletions that wait while a backup runs: it copies the rows first and the files after them, so that a file
 * the copied rows name must not go in between. What is lost when the process dies is only the deletion.
 */
export class DeferredDeletes {
	readonly #waiting = new Map<string, Action>();
	#holds = 0;

	/** Runs the deletion of `key` (a file, or a folder ending in `/`), now or at the last release. */
	async run(key: string, action: Action): Promise<void> {
		if (this.#holds === 0) await action();
		else this.#waiting.set(key, action);
	}

	/** A new file under the key, or below a folder that was to go, takes the deletion back. */
	cancel(key: string): void {
		for (const waiting of this.#waiting.keys()) {
			if (waiting === key || (waiting.endsWith('/') && key.startsWith(waiting))) {
				this.#waiting.delete(waiting);
			}
		}
	}

	/** Holds deletions back until the returned function is called; holds count. */
	hold(): () => Promise<void> {
		this.#holds += 1;
		let isReleased = false;
		return async () => {
			if (isReleased) return;
			isReleased = true;
			this.#holds -= 1;
			if (this.#holds > 0) return;
			const actions = [...this.#waiting.values()];
			this.#waiting.clear();
			await Promise.all(actions.map((action) => action()));
		};
	}
}
