import { randomUUID } from 'node:crypto';
import { cp, link, mkdir, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TinykitError, type SchemaChangeEntry, type SchemaUndone } from '#lib/contracts/index.ts';
import { applyCollections, problemsOf, readCollections } from '../app-collections.ts';
import { ApiError, ident, sql, type Backend, type Row, type Transaction } from '../backends.ts';
import { changedCollections, fingerprint, type PlainCollection } from '../schema/index.ts';
import { keepValues, restoreValues, type KeptTable } from './quarantine.ts';

/** Days that values which a change took away are kept. */
export const quarantineDays = 30;

/**
 * What was done to a draft's schema, in the draft's own database: it is written in the transaction of the change, so
 * neither is there without the other, and it goes where the draft goes.
 */
const table = sql`CREATE TABLE IF NOT EXISTS _tk_schema_log (
	id TEXT PRIMARY KEY NOT NULL, run TEXT NOT NULL, approval TEXT NOT NULL, created TEXT NOT NULL,
	expires TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, summary TEXT NOT NULL, kept TEXT NOT NULL,
	status TEXT NOT NULL)`;

/** Entries that are kept; older ones go with what they hold. */
const maxEntries = 200;

export interface LoggedChange {
	readonly target: readonly PlainCollection[];
	/** The collections as a rehearsal said the change leaves them. */
	readonly after: readonly PlainCollection[];
	/** Empty: no run. */
	readonly run: string;
	/** The click, if there was one. */
	readonly approval: string;
	readonly summary: readonly string[];
	readonly now: Date;
}

/**
 * Applies a change, keeps the values it takes away and what is needed to take it back: all of it or nothing.
 * @returns its id in the log
 * @throws ApiError when the collections cannot be like that
 */
export async function applyLogged(backend: Backend, change: LoggedChange): Promise<string> {
	const { target, after, now } = change;
	const id = randomUUID();
	const before = readCollections(backend);
	await keepFiles(backend, id, goneCollections(before, after));
	try {
		await applyCollections(backend, target, {
			before: async (tx) => {
				await tx.run(table);
				const kept = await keepValues(tx, id, changedCollections(before, after));
				await insert(tx, { ...change, id, before, kept });
			},
		});
	} catch (error) {
		await rm(filesOf(backend, id), { recursive: true, force: true });
		throw error;
	}
	// The change has happened: what fails now must not be taken for a change that did not. The sweep comes again.
	await backend.app.store
		.write((tx) =>
			tx.run(
				sql`UPDATE _tk_schema_log SET after = ${fingerprint(readCollections(backend))} WHERE id = ${id}`,
			),
		)
		.then(() => expireSchemaLog(backend, now))
		.catch(() => undefined);
	return id;
}

/** When values that are taken away now are to go. */
export const expiryOf = (now: Date): string =>
	new Date(now.getTime() + quarantineDays * 86_400_000).toISOString();

async function insert(
	tx: Transaction,
	entry: LoggedChange & {
		readonly id: string;
		readonly before: readonly PlainCollection[];
		readonly kept: readonly KeptTable[];
	},
): Promise<void> {
	await tx.run(sql`INSERT INTO _tk_schema_log
		(id, run, approval, created, expires, before, after, summary, kept, status) VALUES (
		${entry.id}, ${entry.run}, ${entry.approval}, ${entry.now.toISOString()}, ${expiryOf(entry.now)},
		${JSON.stringify(entry.before)}, ${fingerprint(entry.after)}, ${JSON.stringify(entry.summary)},
		${JSON.stringify(entry.kept)}, 'applied')`);
}

/** Newest first. */
export async function schemaLog(backend: Backend): Promise<readonly SchemaChangeEntry[]> {
	const rows = await entries(backend);
	const current = fingerprint(readCollections(backend));
	const newest = rows.find((row) => row['status'] === 'applied');
	return rows.map((row) => ({
		id: String(row['id']),
		run: String(row['run']),
		created: String(row['created']),
		expires: String(row['expires']),
		summary: [...parse.texts(row)],
		kept: parse.kept(row).reduce((sum, { rows: n }) => sum + n, 0),
		status: row['status'] === 'applied' ? 'applied' : 'undone',
		undoable: row === newest && row['after'] === current,
	}));
}

/**
 * Takes the newest change back: the collections as before, and the values it took away where they were. What the
 * return takes away itself (records of a collection that goes again) is kept in turn.
 * @throws TinykitError `change_not_found`, `change_stale` when the schema has changed since, or when records that were
 * written since do not fit it
 */
export async function undoSchemaChange(
	backend: Backend,
	id: string,
	now: Date,
): Promise<SchemaUndone> {
	const rows = await entries(backend);
	const row = rows.find((each) => each['id'] === id);
	if (!row) throw new TinykitError('change_not_found');
	const current = readCollections(backend);
	const isNewest = rows.find((each) => each['status'] === 'applied') === row;
	if (!isNewest || row['after'] !== fingerprint(current)) throw new TinykitError('change_stale');
	const before = parse.before(row);
	const kept = parse.kept(row);
	const summary = [`Taken back: ${parse.texts(row).join(' ')}`];
	const inverse = randomUUID();
	await keepFiles(backend, inverse, goneCollections(current, before));
	await restoreFiles(backend, id);
	const result = { restored: 0, left: 0 };
	try {
		await applyCollections(backend, withoutIndexes(before, kept), {
			before: async (tx) => {
				const own = await keepValues(tx, inverse, changedCollections(current, before));
				const change = { target: before, after: before, run: '', approval: '', summary, now };
				await insert(tx, { ...change, id: inverse, before: current, kept: own });
				// The way back is one step: what was taken back is not taken back again.
				await tx.run(
					sql`UPDATE _tk_schema_log SET status = 'undone' WHERE id IN (${id}, ${inverse})`,
				);
			},
			after: async (tx, again) => {
				const found = await restoreValues(tx, kept, before);
				await again(before);
				result.restored = found.restored;
				result.left = found.left;
				if (found.left > 0) return;
				for (const each of kept) await tx.run(sql`DROP TABLE IF EXISTS ${ident(each.table)}`);
				await tx.run(sql`UPDATE _tk_schema_log SET kept = '[]' WHERE id = ${id}`);
			},
		});
	} catch (cause) {
		await rm(filesOf(backend, inverse), { recursive: true, force: true });
		if (!(cause instanceof ApiError)) throw cause;
		const message = `The records that are there now do not allow it: ${problemsOf(cause)
			.map((problem) => problem.message)
			.join(' ')}`;
		throw new TinykitError('change_stale', { message, cause });
	}
	if (result.left === 0) await rm(filesOf(backend, id), { recursive: true, force: true });
	return { ...result, summary };
}

/** A field that is back is empty in every record, until its values are: its indexes come after them. */
const withoutIndexes = (
	collections: readonly PlainCollection[],
	kept: readonly KeptTable[],
): readonly PlainCollection[] =>
	collections.map((collection) => {
		const fields = kept.flatMap(({ collection: id, whole, fields: all }) =>
			whole || id !== collection.id ? [] : all,
		);
		const names = collection.fields.filter(({ id }) => fields.some((field) => field.id === id));
		const isOf = (index: string): boolean =>
			names.some(({ name }) => index.includes(`\`${name}\``));
		return { ...collection, indexes: collection.indexes.filter((index) => !isOf(index)) };
	});

/** Removes what is past its time. @returns when the next values go; undefined when there are none */
export async function expireSchemaLog(backend: Backend, now: Date): Promise<string | undefined> {
	const rows = await entries(backend);
	const [kept, gone] = [rows.slice(0, maxEntries), rows.slice(maxEntries)];
	const over = [...gone, ...kept.filter((row) => String(row['expires']) <= now.toISOString())];
	for (const row of over) {
		await backend.app.store.write(async (tx) => {
			for (const each of parse.kept(row))
				await tx.run(sql`DROP TABLE IF EXISTS ${ident(each.table)}`);
			await tx.run(sql`DELETE FROM _tk_schema_log WHERE id = ${row['id'] ?? null}`);
		});
		await rm(filesOf(backend, String(row['id'])), { recursive: true, force: true });
	}
	const left = rows.filter((row) => !over.includes(row)).map((row) => String(row['expires']));
	return left.sort()[0];
}

async function entries(backend: Backend): Promise<readonly Row[]> {
	const { store } = backend.app;
	const there = await store.get(sql`SELECT 1 FROM sqlite_schema WHERE name = '_tk_schema_log'`);
	return there
		? store.all(sql`SELECT * FROM _tk_schema_log ORDER BY created DESC, rowid DESC`)
		: [];
}

/** Columns of the log as `insert` wrote them. */
const parse = {
	texts: (row: Row): readonly string[] => JSON.parse(String(row['summary'])) as string[],
	kept: (row: Row): readonly KeptTable[] => JSON.parse(String(row['kept'])) as KeptTable[],
	before: (row: Row): readonly PlainCollection[] =>
		JSON.parse(String(row['before'])) as PlainCollection[],
};

const goneCollections = (
	before: readonly PlainCollection[],
	after: readonly PlainCollection[],
): readonly string[] => {
	const next = new Set(after.map(({ id }) => id));
	return before.flatMap(({ id }) => (id !== undefined && !next.has(id) ? [id] : []));
};

const filesOf = (backend: Backend, id: string): string =>
	join(backend.app.dataDir, 'quarantine', id);
const storageOf = (backend: Backend): string => join(backend.app.dataDir, 'storage');

/** The files of a collection go with it; a second name for each costs no room. */
async function keepFiles(
	backend: Backend,
	id: string,
	collections: readonly string[],
): Promise<void> {
	for (const collection of collections)
		await linkTree(join(storageOf(backend), collection), join(filesOf(backend, id), collection));
}

async function restoreFiles(backend: Backend, id: string): Promise<void> {
	const from = filesOf(backend, id);
	if (!existsSync(from)) return;
	for (const collection of await readdir(from))
		await linkTree(join(from, collection), join(storageOf(backend), collection));
}

async function linkTree(from: string, to: string): Promise<void> {
	if (!existsSync(from)) return;
	for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
		if (!entry.isFile()) continue;
		const source = join(entry.parentPath, entry.name);
		const target = join(to, source.slice(from.length + 1));
		await mkdir(join(target, '..'), { recursive: true });
		// A volume without hard links gets a copy.
		await link(source, target).catch(async () => cp(source, target));
	}
}
