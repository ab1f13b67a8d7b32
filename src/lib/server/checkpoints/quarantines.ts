import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { quarantine as wire, TinykitError, type Quarantine } from '#lib/contracts/index.ts';
import { sql, type SqlNode, type Store } from '../backends.ts';
import { discard, entriesOf } from './files.ts';

/** The rows that restores set aside: a row each in the builder's database, a file each beside the draft. */
export interface Quarantines {
	/** Newest first. */
	list(app: string): Promise<readonly Quarantine[]>;
	/** Path of the JSON file. @throws TinykitError `quarantine_not_found` */
	file(app: string, id: string): Promise<string>;
	/** For the transaction that also begins the restore. */
	insertQuery(app: string, set: Quarantine): SqlNode;
	path(app: string, id: string): string;
	/** Removes files that belong to no restore that came about. */
	sweep(app: string): Promise<void>;
}

export function createQuarantines(store: Store, dirOf: (app: string) => string): Quarantines {
	const path = (app: string, id: string): string => join(dirOf(app), `${id}.json`);
	const list = async (app: string): Promise<readonly Quarantine[]> => {
		const rows = await store.all(
			sql`SELECT * FROM _tk_quarantines WHERE app = ${app} ORDER BY rowid DESC LIMIT 1000`,
		);
		return rows.map((row) =>
			wire.parse({
				...row,
				rows: row['count'],
				collections: JSON.parse(String(row['collections'])) as unknown,
			}),
		);
	};
	return {
		path,
		list,
		async file(app, id) {
			const known = await store.get(
				sql`SELECT id FROM _tk_quarantines WHERE app = ${app} AND id = ${id}`,
			);
			if (!known || !existsSync(path(app, id))) throw new TinykitError('quarantine_not_found');
			return path(app, id);
		},
		insertQuery: (app, { id, checkpoint, created, rows, bytes, collections }) =>
			sql`INSERT INTO _tk_quarantines (id, app, checkpoint, created, count, bytes, collections)
				VALUES (${id}, ${app}, ${checkpoint}, ${created}, ${rows}, ${bytes}, ${JSON.stringify(collections)})`,
		async sweep(app) {
			const rows = await store.all(sql`SELECT id FROM _tk_quarantines WHERE app = ${app}`);
			const known = new Set(rows.map((row) => `${String(row['id'])}.json`));
			for (const { name } of await entriesOf(dirOf(app)))
				if (!known.has(name)) await discard(join(dirOf(app), name));
		},
	};
}
