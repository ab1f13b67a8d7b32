import { sql } from '../../sql/index.ts';
import type { Store, Transaction } from '../../store/index.ts';
import { createInitialCollection, openSession, repairViews } from '../collections/index.ts';
import type { SchemaDeps } from '../collections/index.ts';
import { defaultSettings, writeSettings } from '../settings/index.ts';
import { systemCollections } from './system-collections.ts';
import { collectionsTable, logsTables, migrationsTable, paramsTable } from './tables.ts';

export interface BootstrapDeps extends SchemaDeps {
	readonly auxiliary: Store;
	/** 32 characters; encrypts the settings of a new directory. */
	readonly encryptionKey?: string | undefined;
}

/** PocketBase's own migrations up to 0.39; without these rows it would run them again. */
const auxiliaryMigration = '1640988000_aux_init.go';
const firstMigration = '1640988000_init.go';
const laterMigrations = [
	'1717233556_v0.23_migrate.go',
	'1717233557_v0.23_migrate2.go',
	'1717233558_v0.23_migrate3.go',
	'1717233559_v0.23_migrate4.go',
	'1763020353_update_default_auth_alert_templates.go',
	'1778828400_normalize_indexes.go',
];

/** The directory cannot be opened; the message is for people. */
export class BootstrapError extends Error {
	override readonly name = 'BootstrapError';
}

/**
 * Brings a data directory to the state PocketBase 0.39 leaves: an empty one gets the fixed tables, the system
 * collections and `users`, default settings and the rows of `_migrations`; one that has them is left alone.
 * @throws BootstrapError for a directory written by PocketBase before 0.23.
 */
export async function bootstrap(deps: BootstrapDeps): Promise<void> {
	await deps.auxiliary.write(createLogs);
	await deps.store.write(async (tx) => {
		await tx.run(migrationsTable);
		const applied = new Set(
			(await tx.all(sql`SELECT file FROM _migrations`)).map((row) => String(row['file'])),
		);
		const isNew = !(await hasTable(tx, '_params'));
		if (isNew) await initialise(deps, tx);
		else await refuseOld(tx, applied);
		if (!(await hasSettings(tx)))
			await writeSettings(tx, defaultSettings, deps.now(), deps.encryptionKey);
		await recordMigrations(deps, tx, applied);
		if (!isNew) await repairViews(await openSession(deps, tx));
	});
}

async function createLogs(tx: Transaction): Promise<void> {
	if (await hasTable(tx, '_logs')) return;
	for (const statement of logsTables) await tx.run(statement);
}

async function hasTable(tx: Transaction, name: string): Promise<boolean> {
	const row = await tx.get(
		sql`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ${name}`,
	);
	return row !== undefined;
}

const hasSettings = async (tx: Transaction): Promise<boolean> =>
	(await tx.get(sql`SELECT 1 FROM _params WHERE id = 'settings'`)) !== undefined;

async function initialise(deps: BootstrapDeps, tx: Transaction): Promise<void> {
	await tx.run(paramsTable);
	for (const statement of collectionsTable) await tx.run(statement);
	const session = await openSession(deps, tx, []);
	for (const definition of systemCollections) await createInitialCollection(session, definition);
}

/** Before 0.23 rules, options and admins had another form; PocketBase converts them, we do not. */
async function refuseOld(tx: Transaction, applied: ReadonlySet<string>): Promise<void> {
	const isOld =
		!applied.has('1717233556_v0.23_migrate.go') ||
		(await hasTable(tx, '_admins')) ||
		(await tx.get(sql`SELECT 1 FROM pragma_table_info('_collections') WHERE name = 'fields'`)) ===
			undefined;
	if (isOld)
		throw new BootstrapError(
			'This data directory was written by PocketBase before 0.23. Start PocketBase 0.23 or newer on it once, then try again.',
		);
}

async function recordMigrations(
	deps: BootstrapDeps,
	tx: Transaction,
	applied: ReadonlySet<string>,
): Promise<void> {
	let micros = deps.now().getTime() * 1000;
	for (const file of [auxiliaryMigration, firstMigration, ...laterMigrations]) {
		if (applied.has(file)) continue;
		await tx.run(sql`INSERT INTO _migrations (file, applied) VALUES (${file}, ${micros})`);
		micros += 1;
	}
}
