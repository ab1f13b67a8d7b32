import type { Core } from './core.ts';

/** Exchanges of a backend's files, one after the other, and who has to wait for them. */
export class Exchanges implements Readonly<Core['exchanges']> {
	#begun = 0;
	#running: Promise<void> | undefined;

	get begun(): number {
		return this.#begun;
	}

	get running(): Promise<void> | undefined {
		return this.#running;
	}

	/** Runs `body` once those before it have ended. */
	run(body: () => Promise<void>): Promise<void> {
		this.#begun += 1;
		const work = this.#running ? this.#running.then(body) : body();
		const ended = work
			.catch(() => undefined)
			.then(() => {
				if (this.#running === ended) this.#running = undefined;
			});
		this.#running = ended;
		return work;
	}
}
