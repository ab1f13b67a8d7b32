import { ident, joinSql as join, sql, type SqlNode } from '../backends.ts';
import type { PlainCollection, PlainField } from '../schema/index.ts';
import type { Table } from './targets.ts';

/**
 * The statements that put the rows of a draft together. Databases by name: `main` what is being made, with empty
 * tables of the target schema; `now` the draft as it is; `conv` the same rows in the target schema; `base` the rows
 * of the checkpoint in the target schema, `basen` in the schema of now.
 */

const columns = (fields: readonly PlainField[], table: string): SqlNode =>
	join(
		fields.map(({ name }) => ident(table, name)),
		', ',
	);
const names = (fields: readonly PlainField[]): SqlNode =>
	join(
		fields.map(({ name }) => ident(name)),
		', ',
	);
const isIn = (list: string, collection: string, id: SqlNode): SqlNode =>
	sql`EXISTS (SELECT 1 FROM ${ident('temp', list)} l WHERE l.c = ${collection} AND l.id = ${id})`;

/** Lists of rows by collection and id. `agent` and `unfit` are filled by others. */
export const listTables: readonly SqlNode[] = [
	...['changed', 'fresh', 'agent', 'unfit', 'take', 'taken'].map(
		(name) =>
			sql`CREATE TEMP TABLE ${ident(name)} (c TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (c, id)) WITHOUT ROWID`,
	),
	// Rows that are put aside: of `now`, or of `base` where a row of the checkpoint itself does not fit.
	sql`CREATE TEMP TABLE aside (c TEXT NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL,
		PRIMARY KEY (c, id, source)) WITHOUT ROWID`,
];

/** Takes back what an earlier round did; what is known of authors and of rows that do not fit stays. */
export const startOver = (tables: readonly Table[]): readonly SqlNode[] => [
	...['changed', 'fresh', 'take', 'taken', 'aside'].map(
		(name) => sql`DELETE FROM ${ident('temp', name)}`,
	),
	...tables.flatMap(({ target }) =>
		target ? [sql`DELETE FROM ${ident('main', target.name)}`] : [],
	),
];

/** True where any of these columns differs; NULL is a value. */
export const differs = (
	pairs: readonly (readonly [left: string, right: string])[],
	left: string,
	right: string,
): SqlNode =>
	pairs.length === 0
		? sql`0`
		: join(
				pairs.map(([a, b]) => sql`${ident(left, a)} IS NOT ${ident(right, b)}`),
				' OR ',
			);

/** Rows that somebody wrote since the checkpoint. */
export function findChanges({ id, now }: Table): readonly SqlNode[] {
	if (!now) return [];
	const pairs = now.fields.map(({ name }) => [name, name] as const);
	return [
		sql`INSERT INTO changed SELECT ${id}, x.id FROM ${ident('now', now.name)} x
			JOIN ${ident('basen', now.name)} y ON y.id = x.id WHERE ${differs(pairs, 'x', 'y')}`,
		sql`INSERT INTO fresh SELECT ${id}, x.id FROM ${ident('now', now.name)} x
			WHERE x.id NOT IN (SELECT id FROM ${ident('basen', now.name)})`,
		sql`INSERT INTO take SELECT c, id FROM changed
			WHERE c = ${id} AND NOT ${isIn('agent', id, sql`changed.id`)} AND NOT ${isIn('unfit', id, sql`changed.id`)}`,
	];
}

/** Rows of the checkpoint, with what was written since. A row that comes back is more than one that changed. */
export function fillFromBase({ id, now, target }: Table): readonly SqlNode[] {
	if (!target) return [];
	const into = ident('main', target.name);
	const base = ident('base', target.name);
	const list = names(target.fields);
	const plain = columns(target.fields, 'b');
	const steps = [
		sql`INSERT OR IGNORE INTO ${into} (_rowid_, ${list}) SELECT b._rowid_, ${plain} FROM ${base} b
			WHERE NOT ${isIn('take', id, sql`b.id`)} ORDER BY b._rowid_`,
	];
	if (!now) return steps;
	const merged = target.fields.map((field) => {
		const here = now.fields.find((other) => other.id === field.id);
		if (!here) return ident('b', field.name);
		// What nobody touched is taken as it was: the way through another schema may have lost some of it.
		return sql`CASE WHEN ${ident('x', here.name)} IS NOT ${ident('y', here.name)}
			THEN ${ident('v', field.name)} ELSE ${ident('b', field.name)} END`;
	});
	return [
		...steps,
		sql`INSERT OR IGNORE INTO ${into} (_rowid_, ${list}) SELECT b._rowid_, ${join(merged, ', ')}
			FROM temp.take t JOIN ${base} b ON b.id = t.id JOIN ${ident('now', now.name)} x ON x.id = t.id
			JOIN ${ident('basen', now.name)} y ON y.id = t.id JOIN ${ident('conv', target.name)} v ON v.id = t.id
			WHERE t.c = ${id} ORDER BY b._rowid_`,
		sql`INSERT INTO taken SELECT t.c, t.id FROM temp.take t JOIN ${into} m ON m.id = t.id WHERE t.c = ${id}`,
		sql`INSERT OR IGNORE INTO ${into} (_rowid_, ${list}) SELECT b._rowid_, ${plain} FROM ${base} b
			WHERE b.id NOT IN (SELECT id FROM ${into}) ORDER BY b._rowid_`,
		sql`INSERT OR IGNORE INTO ${into} (${list}) SELECT ${columns(target.fields, 'v')}
			FROM temp.fresh f JOIN ${ident('conv', target.name)} v ON v.id = f.id
			WHERE f.c = ${id} AND NOT ${isIn('agent', id, sql`f.id`)} AND NOT ${isIn('unfit', id, sql`f.id`)}
			ORDER BY v._rowid_`,
	];
}

/** The rows as they are, in the target schema: for a restore that leaves the data alone. */
export function fillFromNow({ now, target }: Table): readonly SqlNode[] {
	if (!target || !now) return [];
	const list = names(target.fields);
	return [
		sql`INSERT OR IGNORE INTO ${ident('main', target.name)} (_rowid_, ${list})
			SELECT v._rowid_, ${columns(target.fields, 'v')} FROM ${ident('conv', target.name)} v ORDER BY v._rowid_`,
	];
}

/** Finds all rows of now, and all of the checkpoint, that the result does not hold as they are. */
export function findAside({ id, now, target }: Table, hasBase: boolean): readonly SqlNode[] {
	const steps: SqlNode[] = [];
	if (now && !target)
		steps.push(
			sql`INSERT INTO aside SELECT ${id}, x.id, 'now', 'collection' FROM ${ident('now', now.name)} x`,
		);
	if (!target) return steps;
	const result = sql`(SELECT id FROM ${ident('main', target.name)})`;
	if (now) {
		const why = sql`CASE WHEN ${isIn('agent', id, sql`x.id`)} THEN 'agent'
			WHEN ${isIn('unfit', id, sql`x.id`)} THEN 'invalid' ELSE 'unique' END`;
		const lost = hasBase
			? sql`x.id NOT IN ${result} OR (${isIn('changed', id, sql`x.id`)} AND NOT ${isIn('taken', id, sql`x.id`)})`
			: sql`x.id NOT IN ${result}`;
		steps.push(
			sql`INSERT INTO aside SELECT ${id}, x.id, 'now', ${why} FROM ${ident('now', now.name)} x WHERE ${lost}`,
		);
		const gone = goneFields(now, target);
		if (gone.length > 0)
			steps.push(sql`INSERT OR IGNORE INTO aside SELECT ${id}, x.id, 'now', 'field'
				FROM ${ident('now', now.name)} x WHERE ${join(gone.map(isFilled), ' OR ')}`);
	}
	if (hasBase)
		steps.push(sql`INSERT INTO aside SELECT ${id}, b.id, 'base', 'unique'
			FROM ${ident('base', target.name)} b WHERE b.id NOT IN ${result}`);
	return steps;
}

/** Fields whose values the target has no place for; dates that are set by themselves are no loss. */
const goneFields = (now: PlainCollection, target: PlainCollection): readonly PlainField[] =>
	now.fields.filter(
		(field) => field.type !== 'autodate' && !target.fields.some((other) => other.id === field.id),
	);

const isFilled = ({ name }: PlainField): SqlNode => {
	const value = ident('x', name);
	return sql`(${value} IS NOT NULL AND ${value} NOT IN ('', '[]', 'null', '{"lon":0,"lat":0}', 0))`;
};

/** One row: `restored`, `carried`, `setAside` of a collection. */
export function countTable({ id, now, target }: Table, hasBase: boolean): SqlNode {
	const aside = sql`(SELECT count(*) FROM aside WHERE c = ${id})`;
	if (!target) return sql`SELECT 0 AS restored, 0 AS carried, ${aside} AS setAside`;
	const into = ident('main', target.name);
	if (!hasBase)
		return sql`SELECT 0 AS restored, (SELECT count(*) FROM ${into}) AS carried, ${aside} AS setAside`;
	const here = now ? sql`SELECT id FROM ${ident('now', now.name)}` : sql`SELECT NULL WHERE 0`;
	return sql`SELECT
		(SELECT count(*) FROM ${into} m WHERE m.id NOT IN (${here}))
			+ (SELECT count(*) FROM changed l JOIN ${into} m ON m.id = l.id
				WHERE l.c = ${id} AND NOT ${isIn('taken', id, sql`l.id`)}) AS restored,
		(SELECT count(*) FROM taken WHERE c = ${id})
			+ (SELECT count(*) FROM fresh f JOIN ${into} m ON m.id = f.id WHERE f.c = ${id}) AS carried,
		${aside} AS setAside`;
}
