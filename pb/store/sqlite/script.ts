import { compileSqlite } from '../../sql/index.ts';
import type { Query, Row } from '../store.ts';
import { Thread } from './thread.ts';

/** Statements on one connection in a thread of its own. */
export interface SqliteScript {
	/** Runs statements in order; they may attach databases and begin transactions. @returns the rows of the last one */
	run(...queries: readonly Query[]): Promise<Row[]>;
	/** Closes the file with all of it in it, nothing in a log beside. */
	close(): Promise<void>;
}

/**
 * Opens a *copy* of a database for long work off the main thread. Never to be used on a file that a store has open:
 * closing it would drop the store's locks.
 * @example const script = openSqliteScript(copy); await script.run(sql`ATTACH ${other} AS other`);
 */
export function openSqliteScript(path: string): SqliteScript {
	const thread = new Thread(path);
	return {
		run: (...queries) =>
			thread.run({
				kind: 'script',
				queries: queries.map((query) => ('kind' in query ? compileSqlite(query) : query)),
			}),
		close: () => thread.close(),
	};
}
