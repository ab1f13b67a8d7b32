import Database from 'better-sqlite3';
import { StoreError, type StoreErrorCode } from '../store.ts';

/** Turns whatever the driver throws into a `StoreError`; one that is already passes unchanged. */
export function toStoreError(error: unknown): StoreError {
	if (error instanceof StoreError) return error;
	if (error instanceof Database.SqliteError) {
		const code = classify(error.code);
		const columns = code === 'unique_violation' ? uniqueColumns(error.message) : [];
		return new StoreError(code, error.message, { cause: error, columns });
	}
	// Wrong number of values, two statements in one text, a bigint past 64 bits.
	const message = error instanceof Error ? error.message : String(error);
	return new StoreError('invalid_query', message, { cause: error });
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
