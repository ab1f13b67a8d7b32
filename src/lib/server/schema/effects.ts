import { isList } from './changes.ts';
import { ruleNames, type PlainCollection, type PlainField, type RuleName } from './collection.ts';
import { ruleActions, type AccessIntent, type RowEffect } from '#lib/contracts/index.ts';
import { count } from '#lib/utils/index.ts';
import { compareRules, whoMay } from './words.ts';

export interface Effect {
	readonly level: 'info' | 'widens' | 'destroys';
	readonly text: string;
	readonly before?: string;
	readonly after?: string;
	/** Rows that stand in what is touched. */
	readonly rows?: number;
	/** What a person who agrees to it has confirmed. */
	readonly confirms?: AccessIntent;
}

/** What else is known about the change. */
export interface EffectFacts {
	/** What a rehearsal said of the rows. */
	readonly rows?: readonly RowEffect[];
	/** The run has read text of strangers: rules of new collections are no matter of course either. */
	readonly tainted?: boolean;
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
	facts: EffectFacts = {},
): Promise<readonly Effect[]> {
	const effects: Effect[] = [];
	const next = new Map(after.map((collection) => [collection.id, collection]));
	const known = new Set(before.map((collection) => collection.id));
	for (const fresh of after)
		if (!known.has(fresh.id)) effects.push(...creation(fresh, facts.tainted === true));
	for (const old of before) {
		const now = next.get(old.id);
		if (now) effects.push(...(await alteration(old, now, rowsOf, facts)));
		else {
			const rows = await rowsOf(old.name);
			effects.push({
				level: 'destroys',
				text: `Delete the table ${old.name} with ${records(rows)}.`,
				rows,
			});
		}
	}
	effects.push(...violations(facts.rows ?? []));
	return effects;
}

function creation(fresh: PlainCollection, tainted: boolean): Effect[] {
	const names = fresh.fields.filter((field) => field.system !== true).map((field) => field.name);
	return [
		{ level: 'info', text: `New table ${fresh.name}: ${names.join(', ')}.` },
		...ruleNames.map((rule): Effect => ({
			level: tainted && fresh[rule] !== null ? 'widens' : 'info',
			text: whoMay(rule, fresh[rule], fresh.name),
			...afterOf(fresh[rule]),
			...(tainted && confirmation(fresh, rule)),
		})),
	];
}

async function alteration(
	old: PlainCollection,
	now: PlainCollection,
	rowsOf: (collection: string) => Promise<number>,
	facts: EffectFacts,
): Promise<Effect[]> {
	const effects: Effect[] = [];
	if (old.name !== now.name)
		effects.push({ level: 'info', text: `Rename the table ${old.name} to ${now.name}.` });
	const fields = new Map(
		now.fields.filter((field) => field.id !== undefined).map((field) => [field.id, field]),
	);
	const known = new Set(old.fields.map(({ id }) => id ?? ''));
	for (const field of old.fields) {
		const kept = fields.get(field.id);
		if (!kept) {
			const rows = await rowsOf(old.name);
			effects.push({
				level: 'destroys',
				text: `Delete the field ${old.name}.${field.name} and what ${records(lostIn(facts, now.name, field.name) ?? rows)} hold in it.`,
				rows,
			});
		} else effects.push(...(await fieldEffects({ old, now }, field, kept, rowsOf, facts)));
	}
	for (const field of now.fields) {
		if (!known.has(field.id ?? 'new'))
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
			...(change === 'wider' && confirmation(now, rule)),
		});
	}
	const indexes = now.indexes.filter((index) => !old.indexes.includes(index)).length;
	if (indexes > 0 && old.name === now.name)
		effects.push({ level: 'info', text: `New index on ${now.name}.` });
	return effects;
}

async function fieldEffects(
	{
		old: collection,
		now: changed,
	}: { readonly old: PlainCollection; readonly now: PlainCollection },
	old: PlainField,
	now: PlainField,
	rowsOf: (collection: string) => Promise<number>,
	facts: EffectFacts,
): Promise<Effect[]> {
	const effects: Effect[] = [];
	const at = `${collection.name}.${old.name}`;
	if (old.name !== now.name)
		effects.push({ level: 'info', text: `Rename the field ${at} to ${now.name}.` });
	if (isList(old) && !isList(now)) {
		const rows = lostIn(facts, changed.name, now.name) ?? (await rowsOf(collection.name));
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
		effects.push({
			level: 'widens',
			text: `Files in ${at} become readable by their address.`,
			confirms: { collection: changed.id ?? changed.name, action: 'file', audience: 'everyone' },
		});
	}
	if (
		effects.length === 0 &&
		JSON.stringify(sorted(old)) !== JSON.stringify(sorted({ ...old, ...now }))
	) {
		effects.push({ level: 'info', text: `Change the options of ${at}.` });
	}
	return effects;
}

const records = (rows: number): string => count(rows, 'record');
/** Rows that lose something in a field, if that was rehearsed. */
const lostIn = ({ rows }: EffectFacts, collection: string, field: string): number | undefined =>
	rows?.find((each) => each.collection === collection && each.field === field)?.lost;

const reasons: Readonly<Record<string, string>> = {
	validation_required: 'is empty and must not be',
	validation_min_text_constraint: 'is too short',
	validation_max_text_constraint: 'is too long',
	validation_invalid_format: 'has not the form that is asked for',
	validation_min_number_constraint: 'is too small',
	validation_max_number_constraint: 'is too large',
	validation_only_int_constraint: 'is no whole number',
	validation_too_many_values: 'holds too many values',
	validation_not_enough_values: 'holds too few values',
	validation_invalid_value: 'holds a value that is not among the choices any more',
	validation_missing_rel_records: 'points to a record that is not there',
};

const counted = ['kept', 'coerced', 'nulled', 'lost'] as const;

/** Per field that changes: what becomes of its values. Fields whose values all stay are not told. */
export const rowLines = (rows: readonly RowEffect[]): readonly string[] =>
	rows.flatMap((row) => {
		const { collection, field, rows: all } = row;
		if (all === 0 || field === '*' || row.kept === all) return [];
		const counts = counted.flatMap((key) => (row[key] > 0 ? [`${String(row[key])} ${key}`] : []));
		if (counts.length === 0) return [];
		return [`Values of ${collection}.${field} in ${records(all)}: ${counts.join(', ')}.`];
	});

/** Records that stay as they are and cannot be saved again before somebody repairs them. */
const violations = (rows: readonly RowEffect[]): Effect[] =>
	rows.flatMap(({ collection, field, rows: all, violating }) =>
		violating.map(({ code, rows: bad }): Effect => {
			const why = reasons[code] ?? 'is not valid';
			const text = `In ${String(bad)} of ${String(all)} ${collection} "${field}" ${why}: they stay, and cannot be saved before that is repaired.`;
			return { level: 'info', text, rows: bad };
		}),
	);

function confirmation(collection: PlainCollection, rule: RuleName): { confirms?: AccessIntent } {
	const text = collection[rule];
	if (text === null) return {};
	const action = ruleActions.find((each) => `${each}Rule` === rule);
	if (!action) return {};
	return {
		confirms: {
			collection: collection.id ?? collection.name,
			action,
			audience: 'rule',
			rule: text,
		},
	};
}

const afterOf = (rule: string | null): { after?: string } => (rule === null ? {} : { after: rule });
const sorted = (field: PlainField): [string, unknown][] =>
	Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1));
