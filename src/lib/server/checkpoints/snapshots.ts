import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { countRecords, readCollections } from '../app-collections.ts';
import type { Backend, Backends, Store } from '../backends.ts';
import type { PlainCollection } from '../schema/index.ts';
import { discard, entriesOf, hashFile, linkUploads, syncPath, writeSynced } from './files.ts';

const meta = z.object({
	hash: z.string(),
	bytes: z.number(),
	rows: z.record(z.string(), z.number()),
});

/** The rows of a draft at one moment, with the schema they are in. */
export interface KeptData {
	readonly id: string;
	readonly bytes: number;
	readonly rows: Readonly<Record<string, number>>;
	readonly schema: readonly PlainCollection[];
}

/**
 * Copies of the drafts' rows and uploads, in `apps/<slug>/checkpoints/<id>/`: they go with the app, and into no
 * backup. A directory has its name only once all of it is on disk.
 */
export interface DataSnapshots {
	/**
	 * Keeps the draft as it is, while it is in use. While nothing was written it is the same copy again.
	 * @param newest id of the newest copy
	 */
	take(app: string, newest: string | null): Promise<KeptData>;
	/** Schema and numbers of rows as they are; nothing is kept. */
	describe(backend: Backend): Promise<Pick<KeptData, 'schema' | 'rows'>>;
	has(app: string, id: string): boolean;
	database(app: string, id: string): string;
	uploads(app: string, id: string): string;
	/** A directory for work that a restart throws away. */
	workspace(app: string): Promise<string>;
	/** Where the rows are kept that restores set aside. */
	quarantine(app: string): string;
	/** Removes the copies that no checkpoint names; after a start also what a crash left half made. */
	sweep(app: string, keep: ReadonlySet<string>, also?: 'also unfinished work'): Promise<void>;
}

const work = '.work-';
const quarantine = 'quarantine';

export function createDataSnapshots(dataDir: string, backends: Backends): DataSnapshots {
	/** What was true of a store at one of its versions; it forgets with the store. */
	const known = new WeakMap<Store, { readonly version: number; readonly kept: KeptData }>();
	const root = (app: string): string => join(dataDir, 'apps', app, 'checkpoints');
	const dirOf = (app: string, id: string): string => join(root(app), id);
	const workspace = async (app: string): Promise<string> => {
		const dir = join(root(app), work + randomUUID());
		await mkdir(dir, { recursive: true, mode: 0o700 });
		return dir;
	};
	const has = (app: string, id: string): boolean => existsSync(join(dirOf(app, id), 'data.db'));

	const copy = async (
		app: string,
		backend: Backend,
		newest: string | null,
	): Promise<Omit<KeptData, 'schema'>> => {
		const dir = await workspace(app);
		const { store, files, dataDir: draft } = backend.app;
		// Every upload that a copied row names is there until it is linked.
		const release = files.holdDeletes();
		try {
			const database = join(dir, 'data.db');
			await store.snapshot(database);
			const hash = await hashFile(database);
			const before = newest !== null && has(app, newest) ? await metaOf(dirOf(app, newest)) : null;
			// The same rows name the same uploads: their names are used once.
			if (newest !== null && before?.hash === hash)
				return { id: newest, bytes: before.bytes, rows: before.rows };
			const linked = await linkUploads(join(draft, 'storage'), join(dir, 'storage'));
			const bytes = (await stat(database)).size + linked;
			const rows = await countRows(backend);
			await writeSynced(join(dir, 'meta.json'), JSON.stringify({ hash, bytes, rows }));
			await syncPath(dir);
			const id = randomUUID();
			await rename(dir, dirOf(app, id));
			await syncPath(root(app));
			return { id, bytes, rows };
		} finally {
			await release();
			await discard(dir);
		}
	};

	return {
		has,
		workspace,
		database: (app, id) => join(dirOf(app, id), 'data.db'),
		uploads: (app, id) => join(dirOf(app, id), 'storage'),
		quarantine: (app) => join(root(app), quarantine),
		take: (app, newest) =>
			backends.use(app, 'draft', async (backend) => {
				const { store } = backend.app;
				// Read before the copy: what is written meanwhile makes the next one another one.
				const { version } = store;
				const before = known.get(store);
				if (before?.version === version && has(app, before.kept.id)) return before.kept;
				const schema = readCollections(backend);
				const kept = { ...(await copy(app, backend, newest)), schema };
				known.set(store, { version, kept });
				return kept;
			}),
		describe: async (backend) => ({
			schema: readCollections(backend),
			rows: await countRows(backend),
		}),
		async sweep(app, keep, also) {
			for (const { name } of await entriesOf(root(app))) {
				const stays =
					name === quarantine || keep.has(name) || (name.startsWith(work) && also === undefined);
				if (!stays) await discard(dirOf(app, name));
			}
		},
	};
}

async function metaOf(dir: string): Promise<z.infer<typeof meta> | null> {
	try {
		return meta.parse(JSON.parse(await readFile(join(dir, 'meta.json'), 'utf8')));
	} catch {
		return null;
	}
}

async function countRows(backend: Backend): Promise<Record<string, number>> {
	const counts: Record<string, number> = {};
	for (const { name, type, system } of readCollections(backend))
		if (type !== 'view' && system !== true) counts[name] = await countRecords(backend, name);
	return counts;
}
