import { sql } from '../backends.ts';

/** Tables of runs beside `_tk_runs` and `_tk_events`. What refuses changes refuses them to this code, too. */
export const runTables = [
	sql`CREATE TABLE IF NOT EXISTS _tk_queue (
		id TEXT PRIMARY KEY NOT NULL, app TEXT NOT NULL, rank INTEGER NOT NULL, text TEXT NOT NULL,
		options TEXT NOT NULL, author TEXT NOT NULL, created TEXT NOT NULL)`,
	sql`CREATE INDEX IF NOT EXISTS idx_tk_queue_app ON _tk_queue (app, rank)`,
	sql`CREATE TABLE IF NOT EXISTS _tk_queue_pauses (
		app TEXT PRIMARY KEY NOT NULL, reason TEXT NOT NULL, since TEXT NOT NULL)`,
	sql`CREATE TABLE IF NOT EXISTS _tk_accepted (
		app TEXT NOT NULL, client TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (app, client)) WITHOUT ROWID`,
	sql`CREATE TABLE IF NOT EXISTS _tk_questions (
		id TEXT PRIMARY KEY NOT NULL, app TEXT NOT NULL, run TEXT NOT NULL, waitingFor TEXT NOT NULL,
		status TEXT NOT NULL, answers TEXT, created TEXT NOT NULL, decided TEXT, decidedBy TEXT)`,
	sql`CREATE INDEX IF NOT EXISTS idx_tk_questions_app ON _tk_questions (app, created)`,
	sql`CREATE TABLE IF NOT EXISTS _tk_parked (
		run TEXT PRIMARY KEY NOT NULL, question TEXT NOT NULL, parked TEXT NOT NULL)`,
	sql`CREATE TABLE IF NOT EXISTS _tk_app_secrets (
		app TEXT NOT NULL, name TEXT NOT NULL, hosts TEXT NOT NULL, sealed BLOB NOT NULL, updated TEXT NOT NULL,
		PRIMARY KEY (app, name)) WITHOUT ROWID`,
	sql`CREATE TABLE IF NOT EXISTS _tk_spent (
		app TEXT NOT NULL, day TEXT NOT NULL, tokens INTEGER NOT NULL, usd REAL NOT NULL,
		PRIMARY KEY (app, day)) WITHOUT ROWID`,
	sql`CREATE TABLE IF NOT EXISTS _tk_calls (
		seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, app TEXT NOT NULL, run TEXT NOT NULL, call TEXT NOT NULL,
		author TEXT NOT NULL, tool TEXT NOT NULL, ok INTEGER NOT NULL, ms INTEGER NOT NULL, promptHash TEXT NOT NULL,
		argsHash TEXT NOT NULL, resultHash TEXT NOT NULL, summary TEXT NOT NULL, UNIQUE (run, call))`,
	sql`CREATE INDEX IF NOT EXISTS idx_tk_calls_app ON _tk_calls (app, seq)`,
	sql`CREATE TRIGGER IF NOT EXISTS _tk_calls_kept BEFORE UPDATE ON _tk_calls
		BEGIN SELECT RAISE(ABORT, 'the log of calls is append-only'); END`,
	sql`CREATE TRIGGER IF NOT EXISTS _tk_calls_kept_whole BEFORE DELETE ON _tk_calls
		BEGIN SELECT RAISE(ABORT, 'the log of calls is append-only'); END`,
];

/** Columns that later versions added to `_tk_runs`. */
export const runColumns = [
	['author', sql`ALTER TABLE _tk_runs ADD COLUMN author TEXT NOT NULL DEFAULT ''`],
	['kind', sql`ALTER TABLE _tk_runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'message'`],
	['of', sql`ALTER TABLE _tk_runs ADD COLUMN "of" TEXT`],
	['superseded', sql`ALTER TABLE _tk_runs ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0`],
	['before', sql`ALTER TABLE _tk_runs ADD COLUMN "before" TEXT`],
	['options', sql`ALTER TABLE _tk_runs ADD COLUMN options TEXT NOT NULL DEFAULT '{}'`],
] as const;

/** Tables with a column `app` whose rows go with their app; the log of calls stays. */
export const appOwned = [
	'_tk_approvals',
	'_tk_queue',
	'_tk_queue_pauses',
	'_tk_accepted',
	'_tk_questions',
	'_tk_app_secrets',
] as const;
