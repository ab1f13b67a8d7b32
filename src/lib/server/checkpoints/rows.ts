import { randomUUID } from 'node:crypto';
import {
	checkpoint as wire,
	TinykitError,
	type Checkpoint,
	type UpdateCheckpoint,
} from '#lib/contracts/index.ts';
import { sql, type Store } from '../backends.ts';
import type { PlainCollection } from '../schema/index.ts';

/** A checkpoint as it is stored. */
export interface CheckpointRow extends Omit<Checkpoint, 'undo' | 'hasData'> {
	readonly app: string;
	/** Id of the kept rows; null when they could not be kept. */
	readonly data: string | null;
}

/** With its collections, by far the largest part: read for one at a time. */
export interface WholeCheckpoint extends CheckpointRow {
	readonly schema: readonly PlainCollection[];
}

export type NewCheckpoint = Pick<WholeCheckpoint, 'app' | 'kind' | 'run' | 'note' | 'code'> &
	Pick<WholeCheckpoint, 'schema' | 'data' | 'bytes' | 'rows'>;

/** The table of checkpoints. Whatever stands in it is whole: the row is written last. */
export interface CheckpointRows {
	insert(checkpoint: NewCheckpoint): Promise<CheckpointRow>;
	/** @throws TinykitError `checkpoint_not_found` */
	get(app: string, id: string): Promise<WholeCheckpoint>;
	/** Newest first. @param offset rows to skip */
	page(app: string, limit: number, offset: number): Promise<readonly CheckpointRow[]>;
	count(app: string): Promise<number>;
	/** All of an app, oldest first. */
	all(app: string): Promise<readonly CheckpointRow[]>;
	/** The checkpoint of that kind a turn has; the newest of several. */
	ofRun(app: string, run: string, kind: Checkpoint['kind']): Promise<CheckpointRow | undefined>;
	newest(app: string): Promise<CheckpointRow | undefined>;
	update(app: string, id: string, patch: UpdateCheckpoint): Promise<CheckpointRow>;
	setCode(id: string, code: string): Promise<void>;
	remove(id: string): Promise<void>;
	/** Apps that have checkpoints. */
	apps(): Promise<readonly string[]>;
}

export function createCheckpointRows(store: Store, now: () => Date): CheckpointRows {
	const one = async (query: ReturnType<typeof sql>): Promise<CheckpointRow | undefined> => {
		const row = await store.get(query);
		return row && fromRow(row);
	};
	const get = async (app: string, id: string): Promise<WholeCheckpoint> => {
		const row = await store.get(
			sql`SELECT * FROM _tk_checkpoints WHERE app = ${app} AND id = ${id}`,
		);
		if (!row) throw new TinykitError('checkpoint_not_found');
		// Written by us, from the backend's own catalog.
		const schema = JSON.parse(String(row['schema'])) as readonly PlainCollection[];
		return { ...fromRow(row), schema };
	};
	const factsOf = async (app: string, id: string): Promise<CheckpointRow> => {
		const { schema: _schema, ...row } = await get(app, id);
		return row;
	};
	return {
		get,
		async insert(fresh) {
			const id = randomUUID();
			const created = now().toISOString();
			await store.write((tx) =>
				tx.run(sql`INSERT INTO _tk_checkpoints
					(id, app, run, kind, created, code, schema, data, bytes, counts, note, bookmarked)
					VALUES (${id}, ${fresh.app}, ${fresh.run}, ${fresh.kind}, ${created}, ${fresh.code},
					${JSON.stringify(fresh.schema)}, ${fresh.data}, ${fresh.bytes}, ${JSON.stringify(fresh.rows)},
					${fresh.note.slice(0, 200)}, 0)`),
			);
			return factsOf(fresh.app, id);
		},
		async page(app, limit, offset) {
			const rows = await store.all(sql`SELECT ${facts} FROM _tk_checkpoints WHERE app = ${app}
				ORDER BY rowid DESC LIMIT ${limit} OFFSET ${offset}`);
			return rows.map(fromRow);
		},
		async count(app) {
			const row = await store.get(
				sql`SELECT count(*) AS n FROM _tk_checkpoints WHERE app = ${app}`,
			);
			return Number(row?.['n'] ?? 0);
		},
		async all(app) {
			const rows = await store.all(
				sql`SELECT ${facts} FROM _tk_checkpoints WHERE app = ${app} ORDER BY rowid`,
			);
			return rows.map(fromRow);
		},
		ofRun: (app, run, kind) =>
			one(sql`SELECT ${facts} FROM _tk_checkpoints WHERE app = ${app} AND run = ${run} AND kind = ${kind}
				ORDER BY rowid DESC LIMIT 1`),
		newest: (app) =>
			one(sql`SELECT ${facts} FROM _tk_checkpoints WHERE app = ${app} ORDER BY rowid DESC LIMIT 1`),
		async update(app, id, { note, bookmarked }) {
			await factsOf(app, id);
			await store.write((tx) =>
				tx.run(sql`UPDATE _tk_checkpoints SET note = coalesce(${note ?? null}, note),
					bookmarked = coalesce(${bookmarked === undefined ? null : Number(bookmarked)}, bookmarked)
					WHERE id = ${id}`),
			);
			return factsOf(app, id);
		},
		async setCode(id, code) {
			await store.write((tx) =>
				tx.run(sql`UPDATE _tk_checkpoints SET code = ${code} WHERE id = ${id}`),
			);
		},
		async remove(id) {
			await store.write((tx) => tx.run(sql`DELETE FROM _tk_checkpoints WHERE id = ${id}`));
		},
		async apps() {
			const rows = await store.all(sql`SELECT DISTINCT app FROM _tk_checkpoints`);
			return rows.map((row) => String(row['app']));
		},
	};
}

const facts = sql`id, app, run, kind, created, code, data, bytes, counts, note, bookmarked`;
const stored = wire.omit({ undo: true, hasData: true });

function fromRow(row: Readonly<Record<string, unknown>>): CheckpointRow {
	const data = row['data'];
	return {
		...stored.parse({
			...row,
			bookmarked: row['bookmarked'] === 1,
			rows: JSON.parse(String(row['counts'])) as unknown,
		}),
		app: String(row['app']),
		data: typeof data === 'string' ? data : null,
	};
}
