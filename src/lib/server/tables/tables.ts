import { sql, type Reader, type Store } from '../backends.ts';
import { checkpointTables } from './checkpoints.ts';
import { intentTable } from '../consent/index.ts';
import { runColumns, runTables } from './runs.ts';

/**
 * The builder's own tables in its `data.db`. They are no collections (definitions.md 3): neither in
 * `_collections` nor reachable by the records API; PocketBase leaves tables it does not know alone.
 */
const tables = [
	sql`CREATE TABLE IF NOT EXISTS _tk_state (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)`,
	sql`CREATE TABLE IF NOT EXISTS _tk_members (
		userId TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL, created TEXT NOT NULL)`,
	sql`CREATE TABLE IF NOT EXISTS _tk_apps (
		slug TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, capability TEXT NOT NULL,
		created TEXT NOT NULL, updated TEXT NOT NULL)`,
	sql`CREATE TABLE IF NOT EXISTS _tk_runs (
		id TEXT PRIMARY KEY NOT NULL, app TEXT NOT NULL, text TEXT NOT NULL, status TEXT NOT NULL,
		reason TEXT, created TEXT NOT NULL, ended TEXT, card TEXT)`,
	sql`CREATE INDEX IF NOT EXISTS idx_tk_runs_app ON _tk_runs (app, created)`,
	sql`CREATE TABLE IF NOT EXISTS _tk_events (
		run TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (run, seq)) WITHOUT ROWID`,
	sql`CREATE TABLE IF NOT EXISTS _tk_approvals (
		id TEXT PRIMARY KEY NOT NULL, app TEXT NOT NULL, run TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
		title TEXT NOT NULL, effects TEXT NOT NULL, created TEXT NOT NULL, decided TEXT, decidedBy TEXT)`,
	sql`CREATE INDEX IF NOT EXISTS idx_tk_approvals_app ON _tk_approvals (app, created)`,
	sql`CREATE TABLE IF NOT EXISTS _tk_facts (
		id TEXT PRIMARY KEY NOT NULL, app TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, source TEXT NOT NULL,
		created TEXT NOT NULL, updated TEXT NOT NULL)`,
	sql`CREATE INDEX IF NOT EXISTS idx_tk_facts_app ON _tk_facts (app, created)`,
	sql`CREATE TABLE IF NOT EXISTS _tk_plans (
		id TEXT PRIMARY KEY NOT NULL, app TEXT NOT NULL, run TEXT NOT NULL UNIQUE, text TEXT NOT NULL,
		status TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL)`,
	sql`CREATE INDEX IF NOT EXISTS idx_tk_plans_app ON _tk_plans (app, created)`,
	sql`CREATE TABLE IF NOT EXISTS _tk_secrets (
		name TEXT PRIMARY KEY NOT NULL, origin TEXT NOT NULL, sealed BLOB NOT NULL, updated TEXT NOT NULL)`,
];

/** Columns that came later. */
const appColumns = [
	['model', sql`ALTER TABLE _tk_apps ADD COLUMN model TEXT NOT NULL DEFAULT ''`],
] as const;

/** Creates what is missing. */
export async function createTables(store: Store): Promise<void> {
	await store.write(async (tx) => {
		const isNew = !(await tx.get(sql`SELECT 1 FROM sqlite_master WHERE name = '_tk_state'`));
		for (const table of [...tables, ...runTables, ...checkpointTables, intentTable])
			await tx.run(table);
		for (const [table, wanted] of [
			['_tk_runs', runColumns],
			['_tk_apps', appColumns],
		] as const) {
			const columns = await tx.all(sql`SELECT name FROM pragma_table_info(${table})`);
			for (const [column, add] of wanted)
				if (!columns.some(({ name }) => name === column)) await tx.run(add);
		}
		// Said once, in the beginning: setup is never open because something is missing.
		if (isNew) await tx.run(writeStateQuery('setup_done', false));
	});
}

/** One small value that must survive a restart, as JSON text. */
export async function readState(store: Reader, key: string): Promise<unknown> {
	const row = await store.get(sql`SELECT value FROM _tk_state WHERE key = ${key}`);
	return typeof row?.['value'] === 'string' ? (JSON.parse(row['value']) as unknown) : undefined;
}

/** For a running transaction or, with `store.write`, one of its own. */
export const writeStateQuery = (key: string, value: unknown): ReturnType<typeof sql> =>
	sql`INSERT INTO _tk_state (key, value) VALUES (${key}, ${JSON.stringify(value)})
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
