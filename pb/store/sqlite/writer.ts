import { setTimeout as sleep } from 'node:timers/promises';
import { Mutex } from '../../lib/index.ts';
import { StoreError, type Transaction, type WriteOptions } from '../store.ts';
import type { Connection } from './connection.ts';
import { SqliteTransaction, type Effect } from './transaction.ts';
import type { WalSync } from './wal-sync.ts';

export interface WriterParts {
	readonly connection: Connection;
	/** `undefined`: answers do not wait for the disk. */
	readonly sync: WalSync | undefined;
	readonly onEffectError: (error: unknown) => void;
	/** Told right after a commit, with the writer idle; `statements` is how many of it may have written. */
	readonly onCommit: (statements: number) => void;
}

/** Milliseconds a transaction waits for a lock that another process holds. */
const BUSY_WAIT = 10_000;
/** Most writes in one database transaction, so that its commit takes no longer than some milliseconds. */
const MOST = 100;

/** An open database transaction, and those that wait for its commit. */
class Group {
	members = 0;
	statements = 0;
	/** Resolves with the ticket for `WalSync.wait` once committed; rejects when all of it was undone. */
	readonly outcome: Promise<number | undefined>;
	commit: (ticket: number | undefined) => void = () => undefined;
	fail: (error: unknown) => void = () => undefined;

	constructor() {
		this.outcome = new Promise((resolve, reject) => {
			this.commit = resolve;
			this.fail = reject;
		});
		// Those in it hear of a failure; there may be none.
		this.outcome.catch(() => undefined);
	}
}

/**
 * The one writer of a database. While the disk is at work on the last commit, writes that may share gather in one
 * database transaction, each in a savepoint of its own. It is committed once the disk is free, or before a write that
 * wants to be alone. The disk could not have taken them earlier, so nobody waits longer for it.
 */
export class Writer {
	readonly #parts: WriterParts;
	readonly #turn = new Mutex();
	#group: Group | undefined;
	#version = 0;
	#untracked = 0;

	constructor(parts: WriterParts) {
		this.#parts = parts;
	}

	get version(): number {
		return this.#version;
	}

	get untracked(): number {
		return this.#untracked;
	}

	/** A write is running, and more commits may be about to come. */
	get isBusy(): boolean {
		return this.#turn.isBusy;
	}

	/** Keeps writes away until the release is called. */
	async hold(): Promise<() => void> {
		const release = await this.#turn.acquire();
		this.#commit();
		return release;
	}

	/** The disk is free: commits what has gathered. A write that runs just now does so at its end. */
	flush(): void {
		if (!this.#turn.isBusy) this.#commit();
	}

	async write<T>(
		body: (tx: Transaction) => Promise<T>,
		{ mayShare = false }: WriteOptions = {},
	): Promise<T> {
		const { connection, sync } = this.#parts;
		const release = await this.#turn.acquire();
		let tx: SqliteTransaction | undefined;
		let result: T;
		let ticket: number | undefined;
		try {
			let group: Group;
			try {
				if (sync?.failure !== undefined) throw sync.failure;
				if (!mayShare) this.#commit();
				group = await this.#open();
				tx = new SqliteTransaction({
					connection,
					isNested: group.members > 0,
					runEffects: (effects) => this.#runEffects(effects),
					onUntracked: () => (this.#untracked += 1),
				});
				result = await body(tx);
				tx.finish();
				group.members += 1;
				group.statements += tx.statements;
			} catch (error) {
				this.#undo(tx);
				throw error;
			} finally {
				const isFull = (this.#group?.members ?? 0) >= MOST;
				if (!mayShare || isFull || sync?.isRunning !== true) this.#commit();
				release();
			}
			ticket = await group.outcome;
		} catch (error) {
			await this.#runEffects(tx?.rollbackEffects ?? []);
			throw error;
		}
		if (ticket !== undefined) await sync?.wait(ticket);
		await this.#runEffects(tx.commitEffects);
		return result;
	}

	async #open(): Promise<Group> {
		if (this.#group === undefined) {
			await this.#begin();
			this.#group = new Group();
		}
		return this.#group;
	}

	async #begin(): Promise<void> {
		const limit = performance.now() + BUSY_WAIT;
		for (let pause = 5; ; pause = Math.min(pause * 2, 200)) {
			try {
				this.#parts.connection.exec('BEGIN IMMEDIATE');
				return;
			} catch (error) {
				const isBusy = error instanceof StoreError && error.code === 'busy';
				if (!isBusy || performance.now() > limit) throw error;
			}
			await sleep(pause);
		}
	}

	/** Takes back a write that failed, and nobody else's; everybody's when SQLite cannot take it back alone. */
	#undo(tx: SqliteTransaction | undefined): void {
		const { connection } = this.#parts;
		let isUndone = true;
		try {
			tx?.rollback();
		} catch {
			isUndone = false;
		}
		const group = this.#group;
		if (group === undefined) return;
		if (isUndone && group.members > 0 && connection.inTransaction) return;
		this.#group = undefined;
		// After SQLITE_FULL or an I/O error SQLite may have rolled back everything by itself.
		if (connection.inTransaction) connection.exec('ROLLBACK');
		group.fail(new StoreError('disk_failure', 'the transaction was rolled back by the database'));
	}

	#commit(): void {
		const group = this.#group;
		if (group === undefined) return;
		this.#group = undefined;
		const { connection, sync, onCommit, onEffectError } = this.#parts;
		// Before the commit, and also for one that fails: nobody looks in between, and too often does no harm.
		if (group.statements > 0) this.#version += 1;
		try {
			connection.exec('COMMIT');
		} catch (error) {
			if (connection.inTransaction) connection.exec('ROLLBACK');
			group.fail(error);
			return;
		}
		group.commit(group.statements > 0 ? sync?.commit() : sync?.last());
		try {
			onCommit(group.statements);
		} catch (error) {
			onEffectError(error);
		}
	}

	async #runEffects(effects: readonly Effect[]): Promise<void> {
		for (const effect of effects) {
			try {
				await effect();
			} catch (error) {
				this.#parts.onEffectError(error);
			}
		}
	}
}
