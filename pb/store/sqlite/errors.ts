import Database from 'better-sqlite3';
import { StoreError, type StoreErrorCode } from '../store.ts';

/** Turns whatever the driver throws into a `StoreError`; one that is already passes unchanged. */
export function toStoreError(error: unknown): StoreError {
	if (error instanceof StoreError) return error;
	if (error instanceof Database.SqliteError) {
		const code = classify(error.code);
		const columns = code === 'unique_violation' ? uniqueColumns(error.message) : [];
		return new StoreError(code, describe(error), { cause: error, columns });
	}
	// Wrong number of values, two statements in one text, a bigint past 64 bits.
	const message = error instanceof Error ? error.message : String(error);
	return new StoreError('invalid_query', message, { cause: error });
}

/** SQLite's own sentence and number of each kind of failure that a statement of ours or of a superuser can meet. */
const results: Readonly<Record<string, readonly [sentence: string, number: number]>> = {
	ERROR: ['SQL logic error', 1],
	READONLY: ['attempt to write a readonly database', 8],
	TOOBIG: ['string or blob too big', 18],
	CONSTRAINT_CHECK: ['constraint failed', 275],
	CONSTRAINT_FOREIGNKEY: ['constraint failed', 787],
	CONSTRAINT_NOTNULL: ['constraint failed', 1299],
	CONSTRAINT_PRIMARYKEY: ['constraint failed', 1555],
	CONSTRAINT_TRIGGER: ['constraint failed', 1811],
	CONSTRAINT_UNIQUE: ['constraint failed', 2067],
	CONSTRAINT_ROWID: ['constraint failed', 2579],
	MISMATCH: ['datatype mismatch', 20],
	AUTH: ['not authorized', 23],
	RANGE: ['column index out of range', 25],
};

/** `SQL logic error: no such column: a (1)`: superusers see it where PocketBase shows its driver's text. */
function describe({ code, message }: InstanceType<typeof Database.SqliteError>): string {
	const known = results[code.replace('SQLITE_', '')];
	if (known === undefined) return message;
	const [sentence, number] = known;
	return message === sentence ? `${sentence} (${number})` : `${sentence}: ${message} (${number})`;
}

function classify(code: string): StoreErrorCode {
	switch (code) {
		case 'SQLITE_CONSTRAINT_UNIQUE':
		case 'SQLITE_CONSTRAINT_PRIMARYKEY':
		case 'SQLITE_CONSTRAINT_ROWID':
			return 'unique_violation';
		case 'SQLITE_FULL':
		case 'SQLITE_NOTADB':
		case 'SQLITE_PROTOCOL':
		case 'SQLITE_NOMEM':
			return 'disk_failure';
	}
	if (code.startsWith('SQLITE_CONSTRAINT')) return 'constraint_violation';
	if (/^SQLITE_(IOERR|CORRUPT|CANTOPEN)/.test(code)) return 'disk_failure';
	if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'busy';
	return 'invalid_query';
}

/** `UNIQUE constraint failed: t.a, t.b` names columns, `… failed: index 'name'` an index over expressions. */
function uniqueColumns(message: string): readonly string[] {
	const list = /^UNIQUE constraint failed: (.+)$/s.exec(message)?.[1];
	if (list === undefined) return [];
	return list.startsWith("index '") ? [list] : list.split(', ');
}
