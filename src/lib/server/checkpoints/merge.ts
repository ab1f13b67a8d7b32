import { join } from 'node:path';
import type { RestoreResult } from '#lib/contracts/index.ts';
import { ident, openSqliteScript, sql, type SqliteScript } from '../backends.ts';
import type { PlainCollection } from '../schema/index.ts';
import { findAgentRows, type Interval } from './authors.ts';
import { castTo, changeTo, emptyTables } from './clones.ts';
import { copyDatabase, syncPath } from './files.ts';
import { fieldsToCheck, findUnfit, type Written } from './fit.ts';
import {
	countTable,
	fillFromBase,
	fillFromNow,
	findAside,
	findChanges,
	listTables,
	startOver,
} from './merge-sql.ts';
import { writeAside, type Aside } from './quarantine-file.ts';
import { fingerprint, tablesOf, type Table } from './targets.ts';

type Collections = readonly PlainCollection[];

export interface MergeInput {
	/** An existing empty directory on the disk of the draft. */
	readonly dir: string;
	/** The draft's database, which nobody writes to meanwhile. */
	readonly now: { readonly database: string; readonly schema: Collections };
	/** The checkpoint's database and schema; undefined: the rows stay as they are. */
	readonly then: { readonly database: string; readonly schema: Collections } | undefined;
	readonly target: Collections;
	/** What lies between the checkpoint and now, oldest first. */
	readonly intervals: (now: {
		readonly database: string;
		readonly schema: Collections;
	}) => readonly Interval[];
	/** Where the rows are written that are put aside. */
	readonly asideFile: string;
}

export interface Merged {
	/** The database to be put in the draft's place; closed and on disk. */
	readonly database: string;
	readonly now: Collections;
	readonly target: Collections;
	readonly collections: RestoreResult['collections'];
	/** Undefined when all rows fit. */
	readonly aside: Aside | undefined;
}

/** Rounds in which rows that do not fit may take others with them, which refer to them. */
const maxRounds = 8;

/**
 * Makes the database a restore ends with: the target schema, the checkpoint's rows, and what was written since where
 * it fits. Every row of now and of the checkpoint is in it or among those put aside.
 * @throws ApiError when the schemas cannot be brought together
 */
export async function mergeData(input: MergeInput): Promise<Merged> {
	const { dir, then, target } = input;
	const now = input.now.schema;
	const nowPath = await copyDatabase(input.now.database, join(dir, 'now'));
	const tables = tablesOf(now, target);
	const cast = (name: string, from: string, has: Collections, to: Collections): Promise<string> =>
		castTo(join(dir, name), from, has, to);
	const paths: Record<string, string> = {
		now: nowPath,
		conv: await cast('conv', nowPath, now, target),
	};
	if (then) {
		paths['base'] = await cast('base', then.database, then.schema, target);
		paths['basen'] =
			fingerprint(now) === fingerprint(target)
				? paths['base']
				: await cast('basen', then.database, then.schema, now);
	}
	// From what is there, so that settings and the keys behind tokens stay.
	const result = join(dir, 'result');
	const database = await copyDatabase(nowPath, result);
	await emptyTables(database, now);
	if (fingerprint(now) !== fingerprint(target)) await changeTo(result, target);

	const script = openSqliteScript(database);
	try {
		for (const [name, path] of Object.entries(paths))
			await script.run(sql`ATTACH DATABASE ${path} AS ${ident(name)}`);
		await script.run(...listTables);
		if (then)
			await findAgentRows(script, tables, input.intervals({ database: nowPath, schema: now }));
		for (let round = 1; ; round++) {
			await fill(script, tables, then !== undefined);
			if (!then || round === maxRounds) break;
			const check = fieldsToCheck(tables, await isAnyAside(script));
			const unfit = await findUnfit(result, check, await written(script, tables, check));
			if (unfit.length === 0) break;
			for (const { c, id } of unfit)
				await script.run(sql`INSERT OR IGNORE INTO unfit VALUES (${c}, ${id})`);
		}
		const collections = await count(script, tables, then !== undefined);
		const aside = await writeAside(script, tables, then !== undefined, input.asideFile);
		for (const name of Object.keys(paths)) await script.run(sql`DETACH DATABASE ${ident(name)}`);
		await script.close();
		await syncPath(database);
		return { database, now, target, collections, aside };
	} finally {
		await script.close();
	}
}

async function fill(
	script: SqliteScript,
	tables: readonly Table[],
	hasBase: boolean,
): Promise<void> {
	const steps = [
		...startOver(tables),
		...(hasBase ? tables.flatMap(findChanges) : []),
		...tables.flatMap(hasBase ? fillFromBase : fillFromNow),
		...tables.flatMap((table) => findAside(table, hasBase)),
	];
	await script.run(sql`BEGIN`, ...steps, sql`COMMIT`);
}

async function isAnyAside(script: SqliteScript): Promise<boolean> {
	return (await script.run(sql`SELECT 1 FROM aside LIMIT 1`)).length > 0;
}

/** Rows of somebody that are in the result, in the tables that are to be checked. */
async function written(
	script: SqliteScript,
	tables: readonly Table[],
	check: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<readonly Written[]> {
	const found: Written[] = [];
	for (const { id, target } of tables) {
		if (!target || !check.has(id)) continue;
		const rows = await script.run(sql`SELECT id FROM taken WHERE c = ${id} UNION
			SELECT f.id FROM fresh f JOIN ${ident('main', target.name)} m ON m.id = f.id WHERE f.c = ${id}`);
		found.push(...rows.map((row) => ({ c: id, id: String(row['id']) })));
	}
	return found;
}

async function count(
	script: SqliteScript,
	tables: readonly Table[],
	hasBase: boolean,
): Promise<RestoreResult['collections']> {
	const counts: RestoreResult['collections'] = [];
	for (const table of tables) {
		const [row] = await script.run(countTable(table, hasBase));
		const { restored, carried, setAside } = row ?? {};
		const name = table.target?.name ?? table.now?.name ?? table.id;
		const counted = {
			name,
			restored: Number(restored),
			carried: Number(carried),
			setAside: Number(setAside),
		};
		const isSystem = (table.target ?? table.now)?.system === true;
		const isNothing = counted.restored + counted.carried + counted.setAside === 0;
		if (!isSystem || !isNothing) counts.push(counted);
	}
	return counts.sort((a, b) => (a.name < b.name ? -1 : 1));
}
