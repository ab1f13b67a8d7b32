import type { CompiledSql } from '../../sql/index.ts';
import { StoreError, type Query, type Row, type Transaction } from '../store.ts';
import { compile, type Connection } from './connection.ts';

export type Effect = () => void | Promise<void>;

/** Effects of the transaction or of one savepoint in it. */
interface Frame {
	readonly afterCommit: Effect[];
	readonly afterRollback: Effect[];
}

export interface TransactionParts {
	readonly connection: Connection;
	readonly runEffects: (effects: readonly Effect[]) => Promise<void>;
	/** Others before it wait for the same commit: it has a savepoint of its own. */
	readonly isNested: boolean;
	/** Told before a statement that may write something nobody keeps track of. */
	readonly onUntracked: () => void;
}

/** Savepoint of a transaction that shares a database transaction with others. */
const NESTED = 'tk_nested';

/** The one open transaction of the writer connection, begun by the `Writer`. Statements after its end are refused. */
export class SqliteTransaction implements Transaction {
	readonly #parts: TransactionParts;
	readonly #connection: Connection;
	readonly #root: Frame = { afterCommit: [], afterRollback: [] };
	readonly #frames: Frame[] = [this.#root];
	#isOpen = true;
	/** Savepoints overlapped, or one could not be undone: nobody can say what would be committed. */
	#isBroken = false;
	#statements = 0;

	constructor(parts: TransactionParts) {
		this.#parts = parts;
		this.#connection = parts.connection;
		if (parts.isNested) this.#connection.exec(`SAVEPOINT ${NESTED}`);
	}

	/** Statements so far that may have written. */
	get statements(): number {
		return this.#statements;
	}

	async all(query: Query): Promise<Row[]> {
		this.#check();
		return this.#connection.all(this.#read(query));
	}

	async get(query: Query): Promise<Row | undefined> {
		this.#check();
		return this.#connection.get(this.#read(query));
	}

	async run(
		query: Query,
		{ isTracked = false }: { readonly isTracked?: boolean } = {},
	): Promise<{ readonly changes: number }> {
		this.#check();
		this.#count(isTracked);
		return this.#connection.run(query);
	}

	async savepoint<T>(body: () => Promise<T>): Promise<T> {
		this.#check();
		const name = `tk_${this.#frames.length}`;
		const frame: Frame = { afterCommit: [], afterRollback: [] };
		this.#connection.exec(`SAVEPOINT ${name}`);
		this.#frames.push(frame);
		let result: T;
		try {
			result = await body();
			this.#check();
			this.#pop(frame);
			this.#connection.exec(`RELEASE ${name}`);
		} catch (error) {
			await this.#undo(frame, name);
			throw error;
		}
		const parent = this.#frames.at(-1) ?? this.#root;
		parent.afterCommit.push(...frame.afterCommit);
		parent.afterRollback.push(...frame.afterRollback);
		return result;
	}

	afterCommit(effect: Effect): void {
		this.#check();
		(this.#frames.at(-1) ?? this.#root).afterCommit.push(effect);
	}

	afterRollback(effect: Effect): void {
		this.#check();
		(this.#frames.at(-1) ?? this.#root).afterRollback.push(effect);
	}

	/** Ends it for good, to be committed. @throws {StoreError} when the body left a savepoint open. */
	finish(): void {
		this.#check();
		if (this.#isBroken || this.#frames.length > 1) {
			throw new StoreError(
				'invalid_query',
				'savepoints overlapped, were left open, or could not be undone',
			);
		}
		if (this.#parts.isNested) this.#connection.exec(`RELEASE ${NESTED}`);
		this.#isOpen = false;
	}

	/** Ends it and undoes what it did, where others share the database transaction; else that is rolled back as well. */
	rollback(): void {
		this.#isOpen = false;
		if (!this.#parts.isNested || !this.#connection.inTransaction) return;
		this.#connection.exec(`ROLLBACK TO ${NESTED}`);
		this.#connection.exec(`RELEASE ${NESTED}`);
	}

	/** What to run once the commit is on disk, in order. */
	get commitEffects(): readonly Effect[] {
		return this.#root.afterCommit;
	}

	/** What to run after a rollback, last first. */
	get rollbackEffects(): readonly Effect[] {
		return this.#frames.flatMap((frame) => frame.afterRollback).reverse();
	}

	/** A statement that returns rows; it may write as well. */
	#read(query: Query): CompiledSql {
		const statement = compile(query);
		if (!this.#connection.isReadonly(statement)) this.#count(false);
		return statement;
	}

	#count(isTracked: boolean): void {
		this.#statements += 1;
		if (!isTracked) this.#parts.onUntracked();
	}

	#check(): void {
		if (!this.#isOpen) throw new StoreError('closed', 'the transaction has ended');
		// Going on after SQLite rolled back by itself would write outside of any transaction.
		if (!this.#connection.inTransaction) {
			throw new StoreError('disk_failure', 'the transaction was rolled back by the database');
		}
	}

	#pop(frame: Frame): void {
		if (this.#frames.at(-1) !== frame) {
			this.#isBroken = true;
			throw new StoreError('invalid_query', 'savepoints of one transaction must not overlap');
		}
		this.#frames.pop();
	}

	async #undo(frame: Frame, name: string): Promise<void> {
		const isTop = this.#frames.at(-1) === frame;
		if (isTop) this.#frames.pop();
		if (this.#isOpen && this.#connection.inTransaction) {
			const wasBroken = this.#isBroken;
			this.#isBroken = true;
			if (isTop) {
				this.#connection.exec(`ROLLBACK TO ${name}`);
				this.#connection.exec(`RELEASE ${name}`);
				this.#isBroken = wasBroken;
			}
		}
		await this.#parts.runEffects(frame.afterRollback.toReversed());
	}
}
