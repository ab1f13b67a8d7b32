import { sql } from '../backends.ts';

/** Tables of `checkpoints/`. All have a column `app`. */
export const checkpointTables = [
	sql`CREATE TABLE IF NOT EXISTS _tk_checkpoints (
		id TEXT PRIMARY KEY NOT NULL, app TEXT NOT NULL, run TEXT, kind TEXT NOT NULL, created TEXT NOT NULL,
		code TEXT NOT NULL, schema TEXT NOT NULL, data TEXT, bytes INTEGER NOT NULL, counts TEXT NOT NULL,
		note TEXT NOT NULL, bookmarked INTEGER NOT NULL)`,
	sql`CREATE INDEX IF NOT EXISTS idx_tk_checkpoints_app ON _tk_checkpoints (app)`,
	sql`CREATE INDEX IF NOT EXISTS idx_tk_checkpoints_run ON _tk_checkpoints (run)`,
	// A restore that has begun: the next start finishes it.
	sql`CREATE TABLE IF NOT EXISTS _tk_restores (app TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL)`,
	sql`CREATE TABLE IF NOT EXISTS _tk_quarantines (
		id TEXT PRIMARY KEY NOT NULL, app TEXT NOT NULL, checkpoint TEXT NOT NULL, created TEXT NOT NULL,
		count INTEGER NOT NULL, bytes INTEGER NOT NULL, collections TEXT NOT NULL)`,
	sql`CREATE INDEX IF NOT EXISTS idx_tk_quarantines_app ON _tk_quarantines (app)`,
];

export const checkpointOwned = ['_tk_checkpoints', '_tk_restores', '_tk_quarantines'] as const;
