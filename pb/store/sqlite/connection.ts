import Database from 'better-sqlite3';
import { LruCache } from '../../lib/index.ts';
import { compileSqlite, GUARD_FUNCTION, type CompiledSql, type SqlValue } from '../../sql/index.ts';
import { StoreError, type Query, type Row } from '../store.ts';
import { toStoreError } from './errors.ts';

type Statement = Database.Statement<unknown[], Record<string, SqlValue>>;

export interface ConnectionOptions {
	readonly path: string;
	readonly readonly?: boolean;
	/** Milliseconds a query with guard terms may take, unless set for a query. */
	readonly timeoutMs: number;
	/** Asked by guard terms while a query runs; throws to end it. */
	readonly guard?: () => void;
	/** KiB of page cache. Default 32,000, PocketBase's. */
	readonly cacheKib?: number;
}

/**
 * Characters of the texts kept prepared per connection: preparing anew each time costs 3-4x a point look-up. SQLite takes
 * some 10 bytes for each, so that 500 long filters of a client took 140 MB.
 */
const STATEMENTS = 1_000_000;
/** What a short one counts. */
const SHORTEST = 2000;
/** Milliseconds SQLite itself waits for a lock while opening (core/db_connect.go). */
const OPEN_TIMEOUT = 10_000;

/** One SQLite connection with PocketBase's pragmas, prepared statements and exact integers. */
export class Connection {
	readonly #db: Database.Database;
	readonly #statements = new LruCache<string, Statement>(STATEMENTS, ({ length }) =>
		Math.max(length, SHORTEST),
	);
	readonly #dataVersion: Database.Statement<[], number>;
	#timeoutMs: number;
	#deadline = Number.POSITIVE_INFINITY;

	/** @throws {StoreError} when the file cannot be opened or is no database. */
	constructor(options: ConnectionOptions) {
		const isReadonly = options.readonly === true;
		this.#timeoutMs = options.timeoutMs;
		try {
			this.#db = new Database(options.path, { readonly: isReadonly, timeout: OPEN_TIMEOUT });
			if (!isReadonly) this.#db.pragma('journal_mode = WAL');
			this.#db.pragma('journal_size_limit = 200000000');
			this.#db.pragma('synchronous = NORMAL');
			this.#db.pragma('foreign_keys = ON');
			this.#db.pragma('temp_store = MEMORY');
			this.#db.pragma(`cache_size = -${options.cacheKib ?? 32_000}`);
			// Checkpoints are ours to time: an automatic one runs, with its fsyncs, inside a commit.
			this.#db.pragma('wal_autocheckpoint = 0');
			this.#db.function(GUARD_FUNCTION, { varargs: true }, () => {
				options.guard?.();
				if (performance.now() > this.#deadline) {
					throw new StoreError('query_timeout', 'the query took too long');
				}
				return 1;
			});
			// The first read opens (and creates) the -wal file.
			this.#db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').all();
			this.#dataVersion = this.#db.prepare<[], number>('PRAGMA data_version').pluck();
		} catch (error) {
			throw toStoreError(error);
		}
	}

	/** Milliseconds the next queries may take. */
	setTimeout(milliseconds: number): void {
		this.#timeoutMs = milliseconds;
	}

	get inTransaction(): boolean {
		return this.#db.inTransaction;
	}

	all(query: Query): Row[] {
		const { sql, params } = compile(query);
		try {
			const statement = this.#prepare(sql);
			const values = params.map(bound);
			if (!statement.reader) {
				statement.run(...values);
				return [];
			}
			const rows = statement.all(...values);
			if (!statement.readonly) return rows.map(narrow);
			return rows.some(isLossy)
				? exactly(statement, () => statement.all(...values).map(narrow))
				: rows;
		} catch (error) {
			throw toStoreError(error);
		}
	}

	get(query: Query): Row | undefined {
		const { sql, params } = compile(query);
		try {
			const statement = this.#prepare(sql);
			const values = params.map(bound);
			// A statement that writes must run to its end, not to its first row.
			if (!statement.readonly) return this.all(query)[0];
			const row = statement.get(...values);
			if (row === undefined || !isLossy(row)) return row;
			return exactly(statement, () => narrow(statement.get(...values) ?? {}));
		} catch (error) {
			throw toStoreError(error);
		}
	}

	run(query: Query): { readonly changes: number } {
		const { sql, params } = compile(query);
		try {
			const statement = this.#prepare(sql);
			const values = params.map(bound);
			if (!statement.reader) return { changes: statement.run(...values).changes };
			statement.all(...values);
			return { changes: statement.readonly ? 0 : Number(this.pragma('changes') ?? 0) };
		} catch (error) {
			throw toStoreError(error);
		}
	}

	/** Runs constant text of our own: BEGIN, COMMIT, SAVEPOINT, PRAGMA. */
	exec(sql: string): void {
		try {
			const statement = this.#prepare(sql);
			if (statement.reader) statement.all();
			else statement.run();
		} catch (error) {
			throw toStoreError(error);
		}
	}

	/** First value of `PRAGMA <source>`; `changes` is the number of rows the last statement changed. */
	pragma(source: string): SqlValue | undefined {
		const sql = source === 'changes' ? 'SELECT changes()' : `PRAGMA ${source}`;
		const row = this.get({ sql, params: [] });
		return row === undefined ? undefined : Object.values(row)[0];
	}

	/** A number that another connection's commit changes, also one of another process. */
	dataVersion(): number {
		return Number(this.#dataVersion.get());
	}

	/** A number that every change of the schema changes. */
	schemaVersion(): number {
		return Number(this.pragma('schema_version') ?? 0);
	}

	/** Names of the functions that a statement calls, also inside of views. */
	functionsOf({ sql, params }: CompiledSql): string[] {
		try {
			// EXPLAIN does not run, and so would not notice that the schema it was compiled for is not the current one.
			this.all({ sql: 'SELECT 1 FROM sqlite_schema LIMIT 1', params: [] });
			const program = this.#db.prepare<unknown[], Record<string, SqlValue>>(`EXPLAIN ${sql}`);
			return program.all(...params.map(bound)).flatMap((step) => {
				// `p4` of a call is its name and number of arguments: `random(0)`.
				const name = /^(\w+)\(-?\d+\)$/.exec(String(step['p4']))?.[1];
				return name === undefined ? [] : [name.toLowerCase()];
			});
		} catch (error) {
			throw toStoreError(error);
		}
	}

	isReadonly(query: Query): boolean {
		try {
			return this.#prepare(compile(query).sql).readonly;
		} catch (error) {
			throw toStoreError(error);
		}
	}

	close(): void {
		this.#statements.clear();
		this.#db.close();
	}

	#prepare(sql: string): Statement {
		this.#deadline = performance.now() + this.#timeoutMs;
		const known = this.#statements.get(sql);
		if (known !== undefined) return known;
		const statement: Statement = this.#db.prepare(sql);
		// A statement that writes cannot be run again for the sake of exact integers.
		if (statement.reader && !statement.readonly) statement.safeIntegers(true);
		this.#statements.set(sql, statement);
		return statement;
	}
}

/** Text and values of a query; one that has them already passes unchanged. */
export const compile = (query: Query): CompiledSql =>
	'kind' in query ? compileSqlite(query) : query;

/** The driver binds every JS number as REAL ('1.0' in a text column); whole numbers go as integers. */
const bound = (value: SqlValue): SqlValue =>
	typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;

/** True when a number may stand for an integer past 2^53, which the driver rounds silently. */
function isLossy(row: Record<string, SqlValue>): boolean {
	for (const key in row) {
		const value = row[key];
		if (typeof value === 'number' && (value > MAX || value < -MAX) && Number.isInteger(value)) {
			return true;
		}
	}
	return false;
}
const MAX = Number.MAX_SAFE_INTEGER;

/** Integers that fit become numbers again, larger ones stay bigint. */
function narrow(row: Record<string, SqlValue>): Record<string, SqlValue> {
	for (const key in row) {
		const value = row[key];
		if (typeof value === 'bigint' && value <= MAX && value >= -MAX) row[key] = Number(value);
	}
	return row;
}

/** Runs a reading statement once more with all integers as bigint. */
function exactly<T>(statement: Statement, read: () => T): T {
	statement.safeIntegers(true);
	try {
		return read();
	} finally {
		statement.safeIntegers(false);
	}
}
