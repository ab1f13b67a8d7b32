import { isDeepStrictEqual } from 'node:util';
import type { RowEffect } from '../../../../../src/lib/contracts/index.ts';
import type { PlainCollection, PlainField } from '../../../../../src/lib/server/schema/index.ts';
import type { App, Rows, Values } from './app.ts';

/**
 * What really happened to the rows, found out without anything of the rehearsal: by reading all records before and
 * after through the API, and by trying to save each of them again.
 */
export function actualEffects(
	before: {
		readonly rows: Rows;
		readonly collections: readonly PlainCollection[];
		readonly bad: Bad;
	},
	after: {
		readonly rows: Rows;
		readonly collections: readonly PlainCollection[];
		readonly bad: Bad;
	},
): readonly RowEffect[] {
	const effects: RowEffect[] = [];
	for (const old of before.collections) {
		const rows = before.rows.get(old.id ?? '');
		if (!rows) continue;
		const now = after.collections.find(({ id }) => id === old.id);
		if (!now) {
			effects.push({ ...blank(old.name, '*', rows.size), lost: rows.size });
			continue;
		}
		const next = after.rows.get(now.id ?? '') ?? new Map<string, Values>();
		const violating = (field: string) => worse(before.bad, after.bad, now, field);
		for (const field of old.fields) {
			const same = now.fields.find(({ id }) => id === field.id);
			if (!same) {
				const lost = [...rows.values()].filter((row) => !isEmpty(row[field.name])).length;
				effects.push({ ...blank(now.name, field.name, rows.size), lost });
				continue;
			}
			const counts = { kept: 0, coerced: 0, nulled: 0, lost: 0 };
			for (const [id, row] of rows) counts[became(row[field.name], next.get(id)?.[same.name])]++;
			effects.push({
				...blank(now.name, same.name, rows.size),
				...counts,
				violating: violating(same.name),
			});
		}
		for (const fresh of newFields(old, now))
			effects.push({ ...blank(now.name, fresh.name, rows.size), violating: violating(fresh.name) });
	}
	return effects;
}

const blank = (collection: string, field: string, rows: number): RowEffect => ({
	...{ collection, field, rows, kept: 0, coerced: 0, nulled: 0, lost: 0, violating: [] },
});

const newFields = (old: PlainCollection, now: PlainCollection): readonly PlainField[] =>
	now.fields.filter(({ id }) => !old.fields.some((field) => field.id === id));

function became(old: unknown, now: unknown): 'kept' | 'coerced' | 'nulled' | 'lost' {
	if (isDeepStrictEqual(old, now) || (isEmpty(old) && isEmpty(now))) return 'kept';
	if (isEmpty(now)) return 'nulled';
	return Array.isArray(old) && old.length > 1 && !Array.isArray(now) ? 'lost' : 'coerced';
}

const isEmpty = (value: unknown): boolean =>
	value === undefined ||
	value === null ||
	value === '' ||
	value === 0 ||
	value === false ||
	(Array.isArray(value) && value.length === 0) ||
	isDeepStrictEqual(value, { lon: 0, lat: 0 });

/** `record field code` of what cannot be saved as it is. */
export type Bad = ReadonlySet<string>;

/** Saves every record once more, unchanged, and takes down what is refused. */
export async function unsavable(
	app: App,
	rows: Rows,
	collections: readonly PlainCollection[],
): Promise<Bad> {
	const bad = new Set<string>();
	for (const { id, name } of collections) {
		for (const record of rows.get(id ?? '')?.keys() ?? []) {
			const saved = await app.ask('PATCH', `${name}/records/${record}`, {});
			if (saved.status === 200) continue;
			const data = saved.body['data'] as Readonly<Record<string, { readonly code: string }>>;
			for (const [field, { code }] of Object.entries(data)) bad.add(`${record} ${field} ${code}`);
		}
	}
	return bad;
}

function worse(
	before: Bad,
	after: Bad,
	now: PlainCollection,
	field: string,
): RowEffect['violating'] {
	const codes = new Map<string, number>();
	for (const each of after) {
		const [, name = '', code = ''] = each.split(' ');
		if (before.has(each) || name !== field || !now.fields.some((one) => one.name === field))
			continue;
		codes.set(code, (codes.get(code) ?? 0) + 1);
	}
	return [...codes]
		.map(([code, rows]) => ({ code, rows }))
		.sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** Effects that say anything, in one order. */
export const telling = (effects: readonly RowEffect[]): readonly RowEffect[] =>
	effects
		.filter(({ kept, rows, violating }) => kept !== rows || violating.length > 0)
		.sort((a, b) => (key(a) < key(b) ? -1 : 1));
const key = ({ collection, field }: RowEffect): string => `${collection}.${field}`;
