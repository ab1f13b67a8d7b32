import { ruleNames, type PlainCollection, type PlainField } from './collection.ts';
import { compareRules, whoMay } from './words.ts';

export interface Effect {
	readonly level: 'info' | 'widens' | 'destroys';
	readonly text: string;
	readonly before?: string;
	readonly after?: string;
	/** Rows that stand in what is touched. */
	readonly rows?: number;
}

/**
 * What a change does, computed from the two schemas, never from anybody's description of it. A new
 * collection's rules are shown but need no click; widening an existing rule and destroying data do
 * (definitions.md 18).
 * @param rowsOf number of records in a collection as it is
 */
export async function effectsOf(
	before: readonly PlainCollection[],
	after: readonly PlainCollection[],
	rowsOf: (collection: string) => Promise<number>,
): Promise<readonly Effect[]> {
	const effects: Effect[] = [];
	const next = new Map(after.map((collection) => [collection.id, collection]));
	const known = new Set(before.map((collection) => collection.id));
	for (const fresh of after) if (!known.has(fresh.id)) effects.push(...creation(fresh));
	for (const old of before) {
		const now = next.get(old.id);
		if (now) effects.push(...(await alteration(old, now, rowsOf)));
		else {
			const rows = await rowsOf(old.name);
			effects.push({
				level: 'destroys',
				text: `Delete the table ${old.name} with ${records(rows)}.`,
				rows,
			});
		}
	}
	return effects;
}

function creation(fresh: PlainCollection): Effect[] {
	const names = fresh.fields.filter((field) => field.system !== true).map((field) => field.name);
	return [
		{ level: 'info', text: `New table ${fresh.name}: ${names.join(', ')}.` },
		...ruleNames.map((rule): Effect => ({
			level: 'info',
			text: whoMay(rule, fresh[rule], fresh.name),
			...afterOf(fresh[rule]),
		})),
	];
}

async function alteration(
	old: PlainCollection,
	now: PlainCollection,
	rowsOf: (collection: string) => Promise<number>,
): Promise<Effect[]> {
	const effects: Effect[] = [];
	if (old.name !== now.name)
		effects.push({ level: 'info', text: `Rename the table ${old.name} to ${now.name}.` });
	const fields = new Map(
		now.fields.filter((field) => field.id !== undefined).map((field) => [field.id, field]),
	);
	for (const field of old.fields) {
		const kept = fields.get(field.id);
		if (!kept) {
			const rows = await rowsOf(old.name);
			effects.push({
				level: 'destroys',
				text: `Delete the field ${old.name}.${field.name} and what ${records(rows)} hold in it.`,
				rows,
			});
		} else effects.push(...(await fieldEffects(old, field, kept, rowsOf)));
	}
	for (const field of now.fields) {
		if (field.id === undefined)
			effects.push({ level: 'info', text: `New field ${now.name}.${field.name} (${field.type}).` });
	}
	for (const rule of ruleNames) {
		const change = compareRules(old[rule], now[rule]);
		if (change === 'same') continue;
		effects.push({
			level: change === 'wider' ? 'widens' : 'info',
			text: `${whoMay(rule, now[rule], now.name)} Until now: ${whoMay(rule, old[rule], old.name)}`,
			...(old[rule] !== null && { before: old[rule] }),
			...afterOf(now[rule]),
		});
	}
	const indexes = now.indexes.filter((index) => !old.indexes.includes(index)).length;
	if (indexes > 0 && old.name === now.name)
		effects.push({ level: 'info', text: `New index on ${now.name}.` });
	return effects;
}

async function fieldEffects(
	collection: PlainCollection,
	old: PlainField,
	now: PlainField,
	rowsOf: (collection: string) => Promise<number>,
): Promise<Effect[]> {
	const effects: Effect[] = [];
	const at = `${collection.name}.${old.name}`;
	if (old.name !== now.name)
		effects.push({ level: 'info', text: `Rename the field ${at} to ${now.name}.` });
	if (isList(old) && !isList(now)) {
		const rows = await rowsOf(collection.name);
		effects.push({
			level: 'destroys',
			text: `${at} keeps only the last of several values in ${records(rows)}.`,
			rows,
		});
	}
	// What was kept from everybody but members becomes part of every answer.
	if (old['hidden'] === true && now['hidden'] !== true) {
		effects.push({ level: 'widens', text: `${at} is no longer hidden.` });
	}
	if (old['protected'] === true && now['protected'] !== true) {
		effects.push({ level: 'widens', text: `Files in ${at} become readable by their address.` });
	}
	if (
		effects.length === 0 &&
		JSON.stringify(sorted(old)) !== JSON.stringify(sorted({ ...old, ...now }))
	) {
		effects.push({ level: 'info', text: `Change the options of ${at}.` });
	}
	return effects;
}

const isList = (field: PlainField): boolean =>
	typeof field['maxSelect'] === 'number' && field['maxSelect'] > 1;
const records = (rows: number): string => (rows === 1 ? '1 record' : `${String(rows)} records`);
const afterOf = (rule: string | null): { after?: string } => (rule === null ? {} : { after: rule });
const sorted = (field: PlainField): [string, unknown][] =>
	Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1));
