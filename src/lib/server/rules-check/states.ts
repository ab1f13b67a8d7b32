import type { PlainCollection, PlainField } from '../schema/index.ts';
import { literalsOf, type Literal } from './literals.ts';
import { isPersonField, ownerField } from './ownership.ts';
import type { Identity, StateRow } from './types.ts';

/** Variants of a record that are tried, by the constants its rules compare with. */
const maxVariants = 5;
/** People beside A and B, who have a field that rules ask for. */
const maxSpecial = 4;

type Value = string | number | boolean;
type Assignment = Readonly<Record<string, Value>>;
type Owner = StateRow['owner'];

/** Records and people to try the rules with. */
export interface States {
	readonly rows: readonly StateRow[];
	readonly people: readonly Extract<Identity, { kind: 'person' }>[];
	/** Field values a rule asks a person for: what nobody may give themselves. */
	readonly privileges: readonly Literal[];
	/** Whose value a text is: each text written into a row names row and field. */
	readonly canaries: ReadonlyMap<string, { readonly row: StateRow; readonly field: string }>;
	/** Values worth sending, by collection. */
	readonly variants: ReadonlyMap<string, readonly Assignment[]>;
}

/** What a value that was written by a state looks like. */
export const canaryPattern = /zq[0-9a-z]+q[0-9a-z]+z/g;

/**
 * Builds records owned by A, by B and by nobody for each collection, in variants for the constants in its rules,
 * with relations between records of the same person. Deterministic; nothing comes from the app's own records.
 */
export function buildStates(collections: readonly PlainCollection[]): States {
	const literals = literalsOf(collections);
	const tables = collections.filter(({ system, type }) => system !== true && type !== 'view');
	const privileges = literals.filter(
		({ collection, wanted, value }) =>
			wanted &&
			value !== false &&
			tables.some(({ id, type }) => type === 'auth' && id === collection),
	);
	const variants = new Map(
		tables.map((table) => [idOf(table), variantsOf(idOf(table), literals)] as const),
	);
	const builder = new Builder(collections, literals);
	const seeds: Seed[] = [];
	const people: Extract<Identity, { kind: 'person' }>[] = [];
	for (const table of tables) {
		const own = seedsOf(table, variants.get(idOf(table)) ?? [{}], builder);
		seeds.push(...own);
		if (table.type !== 'auth') continue;
		for (const { id, label, owner } of own)
			people.push({
				kind: 'person',
				label,
				collection: table.name,
				id,
				special: owner !== 'A' && owner !== 'B',
			});
	}
	const rows = seeds.map((seed) => builder.row(seed, seeds));
	return { rows, people, privileges, canaries: builder.canaries(rows), variants };
}

const idOf = (collection: PlainCollection): string => collection.id ?? collection.name;

interface Seed {
	readonly table: PlainCollection;
	readonly id: string;
	readonly owner: Owner;
	readonly variant: number;
	readonly assigned: Assignment;
	readonly label: string;
}

/** The plain record, one with all constants at once, then one for each. */
function variantsOf(collection: string, literals: readonly Literal[]): readonly Assignment[] {
	const own = literals.filter((literal) => literal.collection === collection);
	const all: Record<string, Value> = {};
	for (const { field, value } of own) all[field] ??= value;
	const single = own.map(({ field, value }): Assignment => ({ [field]: value }));
	const distinct = new Map(
		[{}, all, ...single].map((variant) => [JSON.stringify(variant), variant]),
	);
	return [...distinct.values()].slice(0, maxVariants);
}

function seedsOf(
	table: PlainCollection,
	variants: readonly Assignment[],
	builder: Builder,
): Seed[] {
	const seed = (owner: Owner, variant: number, assigned: Assignment, label: string): Seed => ({
		table,
		id: builder.newId(),
		owner,
		variant,
		assigned,
		label,
	});
	if (table.type === 'auth') {
		// A and B are ordinary people; what rules ask for, only the special ones have.
		const special = variants.slice(1, 1 + maxSpecial).map((assigned, index) => {
			const what = Object.entries(assigned).map(
				([field, value]) => `${field} = ${JSON.stringify(value)}`,
			);
			return seed('other', index + 1, assigned, `somebody with ${what.join(' and ')}`);
		});
		return [seed('A', 0, {}, 'A'), seed('B', 0, {}, 'B'), ...special];
	}
	// A record that has to have an owner never is nobody's.
	const owned = ownerField(table, builder.collections)?.['required'] === true;
	return (owned ? (['A', 'B'] as const) : (['A', 'B', 'nobody'] as const)).flatMap((owner) =>
		variants.map((assigned, index) => seed(owner, index, assigned, '')),
	);
}

class Builder {
	readonly collections: readonly PlainCollection[];
	readonly #literals: readonly Literal[];
	#ids = 0;
	#numbers = 7_000_000;
	readonly #canaries = new Map<string, { readonly rowId: string; readonly field: string }>();

	constructor(collections: readonly PlainCollection[], literals: readonly Literal[]) {
		this.collections = collections;
		this.#literals = literals;
	}

	newId(): string {
		this.#ids += 1;
		return `tk${this.#ids.toString(36).padStart(13, '0')}`;
	}

	canaries(rows: readonly StateRow[]): States['canaries'] {
		const byId = new Map(rows.map((row) => [row.id, row]));
		return new Map(
			[...this.#canaries].flatMap(([text, { rowId, field }]) => {
				const row = byId.get(rowId);
				return row ? [[text, { row, field }] as const] : [];
			}),
		);
	}

	row(seed: Seed, seeds: readonly Seed[]): StateRow {
		const values: Record<string, string | number | null> = { id: seed.id };
		const files: { field: string; name: string }[] = [];
		for (const [index, field] of seed.table.fields.entries()) {
			if (field.name === 'id') continue;
			const value = this.#value(seed, field, index, seeds);
			values[field.name] = value;
			if (field.type === 'file') files.push({ field: field.name, name: fileName(value) });
		}
		return { collection: idOf(seed.table), id: seed.id, owner: seed.owner, values, files };
	}

	#canary(seed: Seed, field: PlainField, index: number): string {
		const row = Number.parseInt(seed.id.slice(2), 36).toString(36);
		const text = `zq${row}q${index.toString(36)}z`;
		this.#canaries.set(text, { rowId: seed.id, field: field.name });
		return text;
	}

	#value(
		seed: Seed,
		field: PlainField,
		index: number,
		seeds: readonly Seed[],
	): string | number | null {
		const assigned = seed.assigned[field.name];
		const isMany = Number(field['maxSelect'] ?? 1) > 1;
		const wrap = (value: string): string =>
			isMany ? JSON.stringify(value === '' ? [] : [value]) : value;
		switch (field.type) {
			case 'bool':
				if (assigned !== undefined) return assigned === true ? 1 : 0;
				return seed.table.type === 'auth' && field.name === 'verified' ? 1 : 0;
			case 'number':
				if (typeof assigned === 'number') return assigned;
				this.#numbers += 1;
				return this.#numbers;
			case 'select':
				if (typeof assigned === 'string') return wrap(assigned);
				// A required field is never empty; what a rule asks for is another variant's.
				return wrap(field['required'] === true ? this.#ordinary(seed.table, field) : '');
			case 'relation':
				return wrap(this.#target(seed, field, seeds));
			case 'file':
				return wrap(`${this.#canary(seed, field, index)}.txt`);
			case 'email':
				return `${this.#canary(seed, field, index)}@example.test`;
			case 'url':
				return `https://example.test/${this.#canary(seed, field, index)}`;
			case 'json':
				return JSON.stringify(this.#canary(seed, field, index));
			case 'geoPoint':
				return '{"lon":0,"lat":0}';
			case 'date':
			case 'autodate':
				return '2030-01-02 03:04:05.678Z';
			case 'password':
				return '$2a$04$unusable';
			default:
				if (field.name === 'tokenKey' && seed.table.type === 'auth') return seed.id.repeat(3);
				return typeof assigned === 'string' ? assigned : this.#canary(seed, field, index);
		}
	}

	/** A value of a select that no rule asks for, if there is one. */
	#ordinary(table: PlainCollection, field: PlainField): string {
		const values: unknown = field['values'];
		const all = Array.isArray(values) ? values.map(String) : [];
		const isAsked = (value: string): boolean =>
			this.#literals.some(
				(each) =>
					each.wanted &&
					each.collection === idOf(table) &&
					each.field === field.name &&
					each.value === value,
			);
		return all.find((value) => !isAsked(value)) ?? all.at(-1) ?? '';
	}

	/** The same person's record of the other collection; of a record of nobody, nobody's. */
	#target(seed: Seed, field: PlainField, seeds: readonly Seed[]): string {
		const target = field['collectionId'];
		const candidates = seeds.filter(({ table }) => idOf(table) === target);
		if (isPersonField(field, this.collections)) {
			if (seed.table.type === 'auth') return '';
			return candidates.find(({ owner }) => owner === seed.owner)?.id ?? '';
		}
		const mine = candidates.filter(
			({ owner, id }) => (owner === seed.owner || owner === 'other') && id !== seed.id,
		);
		const found = mine.find(({ variant }) => variant === seed.variant) ?? mine[0];
		return found?.id ?? '';
	}
}

const fileName = (value: string | number | null): string =>
	String(value).replaceAll(/^\["|"\]$/g, '');
