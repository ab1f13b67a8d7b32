import { fdatasync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { StoreError } from '../store.ts';

/** Puts what was written to a descriptor on disk; an argument, so that tests can slow it or break it. */
export type Fsync = (descriptor: number) => Promise<void>;

export const systemFsync: Fsync = promisify(fdatasync);

interface Waiter {
	readonly ticket: number;
	readonly resolve: () => void;
	readonly reject: (error: StoreError) => void;
}

export interface WalSyncParts {
	readonly fsync: Fsync;
	/** More commits are about to come: worth one turn of the event loop. */
	readonly hasMore: () => boolean;
	/** Told when the disk is free, also right before it is asked again: what is committed then is part of it. */
	readonly onFree: () => void;
}

/**
 * Group commit: commits that arrive while one fsync of the write-ahead log runs share the next. The fsync runs
 * in the thread pool, so that a slow disk delays answers to writers only (docs/decisions/002-durability.md).
 */
export class WalSync {
	readonly #descriptor: number;
	readonly #parts: WalSyncParts;
	#committed = 0;
	#durable = 0;
	#waiters: Waiter[] = [];
	#isRunning = false;
	#failure: StoreError | undefined;

	constructor(descriptor: number, parts: WalSyncParts) {
		this.#descriptor = descriptor;
		this.#parts = parts;
	}

	/** The disk is at work, or about to be. */
	get isRunning(): boolean {
		return this.#isRunning;
	}

	/** Set once an fsync failed: what the kernel still holds is unknown from then on, so nothing more is promised. */
	get failure(): StoreError | undefined {
		return this.#failure;
	}

	/** Ticket of a commit that has just been written. */
	commit(): number {
		this.#committed += 1;
		return this.#committed;
	}

	/** Ticket of the last commit, for a transaction that only read. */
	last(): number {
		return this.#committed;
	}

	/** Resolves when the commit of that ticket is on disk. */
	wait(ticket: number): Promise<void> {
		if (this.#failure !== undefined) return Promise.reject(this.#failure);
		if (ticket <= this.#durable) return Promise.resolve();
		return new Promise((resolve, reject) => {
			this.#waiters.push({ ticket, resolve, reject });
			if (!this.#isRunning) void this.#drain();
		});
	}

	async #drain(): Promise<void> {
		const { fsync, hasMore, onFree } = this.#parts;
		this.#isRunning = true;
		while (this.#waiters.length > 0) {
			if (hasMore()) await nextTurn();
			onFree();
			const target = this.#committed;
			try {
				await fsync(this.#descriptor);
			} catch (error) {
				this.#fail(error);
				break;
			}
			this.#durable = target;
			const waiting = this.#waiters;
			this.#waiters = waiting.filter((waiter) => waiter.ticket > target);
			for (const waiter of waiting) if (waiter.ticket <= target) waiter.resolve();
		}
		this.#isRunning = false;
		onFree();
	}

	#fail(cause: unknown): void {
		this.#failure = new StoreError('disk_failure', 'fsync of the write-ahead log failed', {
			cause,
		});
		for (const waiter of this.#waiters) waiter.reject(this.#failure);
		this.#waiters = [];
	}
}
