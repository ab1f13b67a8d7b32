import { open } from 'node:fs/promises';
import type { Quarantine, SetAsideReason } from '#lib/contracts/index.ts';
import { setAsideReason } from '#lib/contracts/index.ts';
import { ident, sql, type Row, type SqliteScript } from '../backends.ts';
import type { PlainCollection, PlainField } from '../schema/index.ts';
import type { Table } from './targets.ts';

export interface Aside {
	readonly rows: number;
	readonly bytes: number;
	readonly collections: Quarantine['collections'];
}

/** Rows read at a time. */
const page = 500;

/**
 * Writes the rows of the list `aside` as JSON, in the fields they were written in, without what opens an account.
 * @returns undefined, and no file, when there are none
 */
export async function writeAside(
	script: SqliteScript,
	tables: readonly Table[],
	hasBase: boolean,
	path: string,
): Promise<Aside | undefined> {
	const [first] = await script.run(sql`SELECT 1 FROM aside LIMIT 1`);
	if (!first) return undefined;
	const counts = new Map<string, Quarantine['collections'][number]>();
	let rows = 0;
	let bytes = 0;
	const handle = await open(path, 'wx', 0o600);
	const write = async (text: string): Promise<void> => {
		const data = Buffer.from(text);
		bytes += data.byteLength;
		await handle.writeFile(data);
	};
	try {
		await write('{"rows":[');
		for (const table of tables) {
			for await (const { source, reason, row, collection } of asideOf(script, table, hasBase)) {
				const record = recordOf(collection, row);
				await write(
					`${rows === 0 ? '' : ','}\n${JSON.stringify({ collection: collection.name, reason, source, record })}`,
				);
				rows++;
				const key = `${collection.name}/${reason}`;
				const before = counts.get(key) ?? { name: collection.name, reason, rows: 0 };
				counts.set(key, { ...before, rows: before.rows + 1 });
			}
		}
		await write('\n]}\n');
		await handle.sync();
	} finally {
		await handle.close();
	}
	return { rows, bytes, collections: [...counts.values()] };
}

interface AsideRow {
	readonly collection: PlainCollection;
	/** `now`: written since. `checkpoint`: the checkpoint had it, and it does not fit what is there now. */
	readonly source: 'now' | 'checkpoint';
	readonly reason: SetAsideReason;
	readonly row: Row;
}

async function* asideOf(
	script: SqliteScript,
	table: Table,
	hasBase: boolean,
): AsyncGenerator<AsideRow> {
	for (const [source, collection] of [
		['now', table.now],
		['base', hasBase ? table.target : undefined],
	] as const) {
		if (!collection) continue;
		for (let after = ''; ;) {
			const found = await script.run(sql`SELECT x.*, a.reason AS ${ident('~reason')} FROM aside a
				JOIN ${ident(source, collection.name)} x ON x.id = a.id
				WHERE a.c = ${table.id} AND a.source = ${source} AND a.id > ${after} ORDER BY a.id LIMIT ${page}`);
			for (const row of found) {
				after = String(row['id']);
				yield {
					collection,
					source: source === 'now' ? 'now' : 'checkpoint',
					reason: setAsideReason.parse(row['~reason']),
					row,
				};
			}
			if (found.length < page) break;
		}
	}
}

function recordOf(collection: PlainCollection, row: Row): Record<string, unknown> {
	const shown = collection.fields.filter(
		({ type, name }) => type !== 'password' && !(collection.type === 'auth' && name === 'tokenKey'),
	);
	return Object.fromEntries(shown.map((field) => [field.name, plain(field, row[field.name])]));
}

function plain(field: PlainField, value: Row[string] | undefined): unknown {
	if (typeof value === 'bigint') return value.toString();
	if (field.type === 'bool') return value === 1;
	const isList = typeof field['maxSelect'] === 'number' && field['maxSelect'] > 1;
	if (typeof value === 'string' && (isList || field.type === 'json' || field.type === 'geoPoint')) {
		try {
			return JSON.parse(value) as unknown;
		} catch {
			return value;
		}
	}
	return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : (value ?? null);
}
