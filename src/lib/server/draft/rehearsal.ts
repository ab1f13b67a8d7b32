import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem, RowEffect } from '#lib/contracts/index.ts';
import { applyCollections, problemsOf, readCollections } from '../app-collections.ts';
import {
	ApiError,
	ident,
	joinSql,
	openClone,
	sql,
	storedIssues,
	type Backend,
	type SqlNode,
} from '../backends.ts';
import {
	changedCollections,
	isList,
	type CollectionPair,
	type PlainCollection,
	type PlainField,
} from '../schema/index.ts';

export interface RehearsalLimits {
	/** Bytes of the database; a larger one is not copied. */
	readonly bytes: number;
	/** Rows of one collection whose values are checked one by one. */
	readonly rows: number;
	/** Milliseconds for these checks. */
	readonly ms: number;
}
export const rehearsalLimits: RehearsalLimits = { bytes: 2 ** 30, rows: 50_000, ms: 15_000 };

export interface Rehearsal {
	/** Why it cannot be applied. */
	readonly problems: readonly Problem[];
	/** The collections as the change leaves them; ids and all. */
	readonly after: readonly PlainCollection[];
	readonly rows: readonly RowEffect[];
	/** What was not looked at. */
	readonly notes: readonly string[];
}

/**
 * Applies the target to a copy with the draft's real rows and says what became of them; the draft is not touched
 * and the copy is gone afterwards.
 */
export async function rehearse(
	backend: Backend,
	target: readonly PlainCollection[],
	limits: RehearsalLimits = rehearsalLimits,
): Promise<Rehearsal> {
	const none = { after: [], rows: [], notes: [] };
	const { size } = await stat(join(backend.app.dataDir, 'data.db'));
	if (size > limits.bytes) {
		const message = `The draft holds ${String(Math.round(size / 2 ** 20))} MB; a change of it cannot be tried on a copy. A person can make it in the dashboard.`;
		return { ...none, problems: [{ code: 'rehearsal_too_large', message }] };
	}
	const dir = await mkdtemp(join(tmpdir(), 'tinykit-rehearsal-'));
	try {
		await backend.app.store.snapshot(join(dir, 'data.db'));
		const clone = await openClone(dir);
		try {
			return await rehearseOn(clone, target, limits);
		} catch (error) {
			if (error instanceof ApiError)
				return { ...none, problems: [...problemsOf(error), ...(await duplicates(clone, target))] };
			throw error;
		} finally {
			await clone.close();
		}
	} finally {
		await rm(dir, { recursive: true, force: true });
	}
}

async function rehearseOn(
	clone: Backend,
	target: readonly PlainCollection[],
	limits: RehearsalLimits,
): Promise<Rehearsal> {
	const before = readCollections(clone);
	const { store } = clone.app;
	// By target, which knows no ids of new fields yet: what may change is kept, what does change is told below.
	const touched = changedCollections(before, target).map(({ old }, index) => ({
		old,
		copy: `_tk_before_${String(index)}`,
	}));
	await store.write(async (tx) => {
		for (const { old, copy } of touched) {
			await tx.run(sql`CREATE TABLE ${ident(copy)} AS SELECT * FROM ${ident(old.name)}`);
			await tx.run(sql`CREATE INDEX ${ident(`${copy}_id`)} ON ${ident(copy)} (id)`);
		}
	});
	const deadline = performance.now() + limits.ms;
	const notes: string[] = [];
	const issuesBefore = new Map<string, ReadonlySet<string>>();
	for (const { old } of touched)
		issuesBefore.set(old.id ?? '', (await issuesOf(clone, old.name, limits, deadline)).found);

	await applyCollections(clone, target);
	const after = readCollections(clone);
	const rows: RowEffect[] = [];
	for (const pair of changedCollections(before, after)) {
		const copy = touched.find(({ old }) => old.id === pair.old.id)?.copy;
		if (copy === undefined) continue;
		const effects = await compare(clone, pair, copy);
		if (!pair.now) {
			rows.push(...effects);
			continue;
		}
		const known = issuesBefore.get(pair.old.id ?? '') ?? new Set();
		const { found, checked } = await issuesOf(clone, pair.now.name, limits, deadline);
		const total = await count(clone, pair.now.name);
		if (checked < total)
			notes.push(`Only ${String(checked)} of ${String(total)} ${pair.now.name} were checked.`);
		rows.push(...withViolations(effects, pair.now.name, total, known, found));
	}
	return { problems: [], after, rows, notes };
}

const count = async (clone: Backend, table: string): Promise<number> =>
	Number((await clone.app.store.get(sql`SELECT count(*) AS n FROM ${ident(table)}`))?.['n'] ?? 0);

/** Per field that changed: how many values stay, change their form, are emptied or lost. */
async function compare(
	clone: Backend,
	{ old, now, fields }: CollectionPair,
	copy: string,
): Promise<RowEffect[]> {
	const { store } = clone.app;
	if (!now) {
		const rows = await count(clone, copy);
		return [{ ...nothing(old.name, '*', rows), kept: 0, lost: rows }];
	}
	const effects: RowEffect[] = [];
	for (const field of fields) {
		const rows = await count(clone, copy);
		if (!field.old) {
			effects.push({ ...nothing(now.name, field.now?.name ?? '', rows), kept: 0 });
			continue;
		}
		const value = ident('b', field.old.name);
		if (!field.now) {
			const row = await store.get(
				sql`SELECT count(*) AS n FROM ${ident(copy)} AS b WHERE NOT (${isEmpty(field.old, value)})`,
			);
			const lost = Number(row?.['n'] ?? 0);
			effects.push({ ...nothing(now.name, field.old.name, rows), kept: 0, lost });
			continue;
		}
		const next = ident('n', field.now.name);
		const wasEmpty = isEmpty(field.old, value);
		const same = sql`(${value} IS ${next} OR (${wasEmpty} AND ${isEmpty(field.now, next)}))`;
		const nulled = sql`(NOT ${same} AND ${isEmpty(field.now, next)})`;
		const lost =
			isList(field.old) && !isList(field.now)
				? sql`(NOT ${same} AND NOT ${nulled} AND json_valid(${value}) AND json_array_length(${value}) > 1)`
				: sql`0`;
		const sums = joinSql(
			[same, nulled, lost].map(
				(each, at) => sql`coalesce(sum(${each}), 0) AS ${ident(`s${String(at)}`)}`,
			),
			', ',
		);
		const row = await store.get(
			sql`SELECT ${sums} FROM ${ident(copy)} AS b JOIN ${ident(now.name)} AS n ON n.id = b.id`,
		);
		const [kept = 0, empty = 0, gone = 0] = [0, 1, 2].map((at) =>
			Number(row?.[`s${String(at)}`] ?? 0),
		);
		effects.push({
			...nothing(now.name, field.now.name, rows),
			kept,
			nulled: empty,
			lost: gone,
			coerced: rows - kept - empty - gone,
		});
	}
	return effects;
}

const nothing = (collection: string, field: string, rows: number): RowEffect => ({
	...{ collection, field, rows, kept: rows, coerced: 0, nulled: 0, lost: 0, violating: [] },
});

/** Nothing stands in it: what a record has that never got a value. */
function isEmpty(field: PlainField, value: SqlNode): SqlNode {
	switch (field.type) {
		case 'bool':
		case 'number':
			return sql`(coalesce(${value}, 0) = 0)`;
		case 'json':
			return sql`(coalesce(${value}, '') IN ('', 'null', '""', '[]', '{}'))`;
		case 'geoPoint':
			return sql`(coalesce(${value}, '') IN ('', '{"lon":0,"lat":0}'))`;
		default:
			return sql`(coalesce(${value}, '') IN ('', '[]'))`;
	}
}

/** Rows read at a time; the event loop turns in between. */
const page = 500;

/** `id field code` of each value that the collection does not accept as it is. */
async function issuesOf(
	clone: Backend,
	table: string,
	limits: RehearsalLimits,
	deadline: number,
): Promise<{ readonly found: ReadonlySet<string>; readonly checked: number }> {
	const found = new Set<string>();
	const collection = clone.app.catalog.find(table);
	let checked = 0;
	if (!collection) return { found, checked };
	const names = new Set(collection.fields.map(({ name }) => name));
	for (let after = ''; checked < limits.rows && performance.now() < deadline;) {
		const rows = await clone.app.store.all(
			sql`SELECT * FROM ${ident(collection.name)} WHERE id > ${after} ORDER BY id LIMIT ${Math.min(page, limits.rows - checked)}`,
		);
		for (const row of rows) {
			after = String(row['id']);
			for (const { field, code } of await storedIssues(clone.app, collection, row, names))
				found.add(`${after} ${field} ${code}`);
		}
		checked += rows.length;
		if (rows.length < page) break;
		await new Promise((resolve) => setImmediate(resolve));
	}
	return { found, checked };
}

/** Adds what was fine before and is not any more. */
function withViolations(
	effects: readonly RowEffect[],
	collection: string,
	rows: number,
	before: ReadonlySet<string>,
	after: ReadonlySet<string>,
): RowEffect[] {
	const counts = new Map<string, Map<string, number>>();
	for (const each of after) {
		if (before.has(each)) continue;
		const [, field = '', code = ''] = each.split(' ');
		const codes = counts.get(field) ?? new Map<string, number>();
		counts.set(field, codes.set(code, (codes.get(code) ?? 0) + 1));
	}
	const violating = (field: string) =>
		[...(counts.get(field) ?? [])].map(([code, n]) => ({ code, rows: n })).sort(byCode);
	const told = new Set(effects.map(({ field }) => field));
	return [
		...effects.map((effect) => ({ ...effect, violating: violating(effect.field) })),
		...[...counts.keys()]
			.filter((field) => !told.has(field))
			.map((field) => ({ ...nothing(collection, field, rows), violating: violating(field) })),
	];
}

const byCode = (a: { readonly code: string }, b: { readonly code: string }): number =>
	a.code < b.code ? -1 : 1;

/** Why a unique index could not be made: rows with the same values. */
async function duplicates(
	clone: Backend,
	target: readonly PlainCollection[],
): Promise<readonly Problem[]> {
	const before = new Map(readCollections(clone).map((each) => [each.id, each]));
	const problems: Problem[] = [];
	for (const now of target) {
		const old = before.get(now.id);
		if (!old || old.type === 'view') continue;
		for (const index of now.indexes.filter((each) => !old.indexes.includes(each))) {
			const columns = /^CREATE UNIQUE INDEX .*\((.*)\)$/.exec(index)?.[1];
			const names = [...(columns ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
			const known = names.map((name) =>
				old.fields.find((field) => fieldNow(now, name) === field.id),
			);
			if (names.length === 0 || known.some((field) => field === undefined)) continue;
			const list = joinSql(
				known.map((field) => ident(field?.name ?? '')),
				', ',
			);
			const row = await clone.app.store.get(
				sql`SELECT coalesce(sum(n), 0) AS n FROM (SELECT count(*) AS n FROM ${ident(old.name)} GROUP BY ${list} HAVING count(*) > 1)`,
			);
			const rows = Number(row?.['n'] ?? 0);
			if (rows > 0)
				problems.push({
					code: 'values_not_unique',
					message: `${String(rows)} ${now.name} have the same ${names.join(' and ')}; a unique index needs them to differ.`,
				});
		}
	}
	return problems;
}

const fieldNow = (collection: PlainCollection, name: string): string | undefined =>
	collection.fields.find((field) => field.name === name)?.id;
