import { LruCache } from '../../lib/index.ts';
import type { CompiledSql, SqlValue } from '../../sql/index.ts';
import type { Row } from '../store.ts';
import type { Connection } from './connection.ts';

/** Bytes of values that are kept. */
const CAPACITY = 4_000_000;
/** Bytes of one answer that is still kept: more is no page that many ask for. */
const LARGEST = 125_000;
/** Characters of a statement whose answer is kept. To look at one of 26,000, a long filter of a client, takes 10 ms. */
const LONGEST = 10_000;
/** Characters of the statements that were looked at. */
const TEXTS = 1_000_000;

interface Answer {
	readonly rows: readonly Row[];
	readonly bytes: number;
}

/**
 * Answers of statements, kept while the database stays as it is: the same text with the same values then gives the same
 * rows, whoever asks. Whether it does is SQLite's word, `PRAGMA data_version`: it changes with every commit of any other
 * connection, the writer's and those of other processes. An answer read after its version was asked for may be newer
 * than that, but then the version has changed, and nobody gets it.
 */
export class Recall {
	readonly #reader: Connection;
	readonly #answers = new LruCache<string, Answer>(CAPACITY, (_, { bytes }) => bytes);
	#version: number | undefined;
	/** Whether a statement gives the same again, by its text; holds for one schema, since views are part of that. */
	readonly #repeatable = new LruCache<string, boolean>(TEXTS, ({ length }) => length);
	#schema: number | undefined;

	/** @param reader a connection that never writes */
	constructor(reader: Connection) {
		this.#reader = reader;
	}

	/** What is known, or what `run` gives. */
	async read(
		query: CompiledSql,
		run: () => Promise<Row[]>,
		onFleeting?: () => void,
	): Promise<readonly Row[]> {
		const key = keyOf(query);
		if (key === undefined) {
			onFleeting?.();
			return run();
		}
		const version = this.#reader.dataVersion();
		if (version !== this.#version) this.#start(version);
		const known = this.#answers.get(key);
		if (known !== undefined) return known.rows;
		const rows = await run();
		const isKept = version === this.#version && this.#isRepeatable(query) && this.#keep(key, rows);
		if (!isKept) onFleeting?.();
		return rows;
	}

	#start(version: number): void {
		this.#version = version;
		this.#answers.clear();
		const schema = this.#reader.schemaVersion();
		if (schema !== this.#schema) this.#repeatable.clear();
		this.#schema = schema;
	}

	/** @returns false when there is too much of it, or when somebody else has read the same meanwhile. */
	#keep(key: string, rows: readonly Row[]): boolean {
		const bytes = 2 * key.length + sizeOf(rows);
		if (bytes > LARGEST || this.#answers.get(key) !== undefined) return false;
		this.#answers.set(key, { rows, bytes });
		return true;
	}

	#isRepeatable(query: CompiledSql): boolean {
		let is = this.#repeatable.get(query.sql);
		if (is === undefined) {
			is = !this.#reader.functionsOf(query).some((name) => moody.has(name));
			this.#repeatable.set(query.sql, is);
		}
		return is;
	}
}

/** Functions whose result depends on more than their arguments; those of dates may be asked for `now`. */
const moody: ReadonlySet<string> = new Set(
	`random randomblob changes total_changes last_insert_rowid current_date current_time current_timestamp
	date time datetime julianday unixepoch strftime timediff`.split(/\s+/),
);

/** Text and values, apart by type; `undefined` for a long text and for a value that is no plain one. */
function keyOf({ sql, params }: CompiledSql): string | undefined {
	if (sql.length > LONGEST) return undefined;
	let key = sql;
	for (const value of params) {
		const part = partOf(value);
		if (part === undefined) return undefined;
		key += part;
	}
	return key;
}

function partOf(value: SqlValue): string | undefined {
	switch (typeof value) {
		case 'string':
			// With its length, so that no text can pass for two values.
			return `\0s${value.length}:${value}`;
		case 'number':
		case 'bigint':
			return `\0n${value}`;
		default:
			return value === null ? '\0-' : undefined;
	}
}

function sizeOf(rows: readonly Row[]): number {
	let bytes = 0;
	for (const row of rows) {
		bytes += 64;
		for (const key in row) {
			const value = row[key];
			bytes += 16 + (typeof value === 'string' || value instanceof Uint8Array ? value.length : 0);
		}
	}
	return bytes;
}
