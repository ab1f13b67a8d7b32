import { StoreError } from '../store.ts';
import { Thread } from './thread.ts';

export interface SqliteReport {
	/** What is wrong with the file; `undefined` when it is whole. */
	readonly problem: string | undefined;
	readonly tables: readonly string[];
}

/**
 * Opens and checks a *copy* of a database in a thread of its own (`integrity_check`). A log beside it is merged in.
 * Never to be used on a file that a store has open: closing it would drop the store's locks.
 */
export async function inspectSqlite(path: string): Promise<SqliteReport> {
	const thread = new Thread(path);
	try {
		const rows = await thread.run({ kind: 'inspect' });
		const problem = rows[0]?.['problem'];
		if (typeof problem === 'string') return { problem, tables: [] };
		return { problem: undefined, tables: rows.map((row) => String(row['name'])) };
	} catch (error) {
		if (!(error instanceof StoreError)) throw error;
		return { problem: error.message, tables: [] };
	} finally {
		await thread.close();
	}
}
