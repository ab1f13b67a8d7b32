import type { Queue, QueuedMessage } from '#lib/contracts/index.ts';
import { type Api, type ApiFailure, asFailure } from '../api/index.ts';

/** The messages that wait behind the run that works now. */
export class MessageQueue {
	readonly #api: Api;
	readonly #slug: string;
	#queue = $state.raw<Queue>({ items: [], paused: null });
	#failure = $state.raw<ApiFailure>();
	#busy = $state(false);

	constructor(api: Api, slug: string) {
		this.#api = api;
		this.#slug = slug;
	}

	/** The next to start comes first. */
	get items(): readonly QueuedMessage[] {
		return this.#queue.items;
	}
	/** Why nothing starts by itself. */
	get paused(): Queue['paused'] {
		return this.#queue.paused;
	}
	get failure(): ApiFailure | undefined {
		return this.#failure;
	}
	get busy(): boolean {
		return this.#busy;
	}

	load(): Promise<boolean> {
		return this.#work(() => this.#api.queue(this.#slug));
	}
	resume(): Promise<boolean> {
		return this.#work(() => this.#api.resumeQueue(this.#slug));
	}
	edit(id: string, text: string): Promise<boolean> {
		return this.#work(() => this.#api.changeQueued(this.#slug, id, { text }));
	}
	/** @param position from 1 */
	move(id: string, position: number): Promise<boolean> {
		return this.#work(() => this.#api.changeQueued(this.#slug, id, { position }));
	}
	remove(id: string): Promise<boolean> {
		return this.#work(async () => {
			await this.#api.removeQueued(this.#slug, id);
			return this.#api.queue(this.#slug);
		});
	}

	async #work(call: () => Promise<Queue>): Promise<boolean> {
		this.#busy = true;
		try {
			this.#queue = await call();
			this.#failure = undefined;
			return true;
		} catch (error) {
			this.#failure = asFailure(error);
			// It has begun or was taken away elsewhere: what is shown is old.
			if (this.#failure.code === 'message_not_found')
				this.#queue = await this.#api.queue(this.#slug).catch(() => this.#queue);
			return false;
		} finally {
			this.#busy = false;
		}
	}
}
