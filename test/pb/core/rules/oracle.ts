import type { Catalog, Collection } from '../../../../pb/core/collections/types.ts';
import { isMultiple, type Field } from '../../../../pb/core/fields/index.ts';
import { parseFilter } from '../../../../pb/filter/index.ts';
import type { ComparisonAst, FilterAst, OperandAst } from '../../../../pb/filter/ast.ts';

/*
 * Rules evaluated the slow way, from their meaning alone and without SQL: for each record all combinations of related
 * rows are tried. Knows what the generated rules use: text, number and bool fields, lists, relations, `?` operators.
 */

export type OracleRecord = Readonly<Record<string, unknown>>;
export type OracleRows = Readonly<Record<string, readonly OracleRecord[]>>;

type Value = string | number | null;
/** A related row, an item of a list, or none. */
type Row = OracleRecord | null;

/** A place where a path goes from one row to many. Equal keys mean the same row. */
interface Hop {
	readonly key: string;
	readonly from: string | undefined;
	rows(from: Row): readonly OracleRecord[];
}

interface Path {
	readonly hops: readonly Hop[];
	readonly every: boolean;
	readonly isLiteral: boolean;
	value(rows: ReadonlyMap<string, Row>): Value;
}

export interface OracleWorld {
	readonly catalog: Catalog;
	readonly rows: OracleRows;
	readonly authId: string;
}

export const passingIds = (world: OracleWorld, collection: string, rule: string): string[] => {
	const ast = parseFilter(rule);
	return rowsOf(world, collection)
		.filter((record) => new Evaluation(world, find(world, collection), record).passes(ast))
		.map((record) => String(record['id']));
};

const rowsOf = (world: OracleWorld, name: string): readonly OracleRecord[] =>
	world.rows[name] ?? [];

function find(world: OracleWorld, idOrName: string): Collection {
	const found = world.catalog.find(idOrName);
	if (!found) throw new Error(`the oracle knows no collection ${idOrName}`);
	return found;
}

class Evaluation {
	readonly #world: OracleWorld;
	readonly #collection: Collection;
	readonly #record: OracleRecord;

	constructor(world: OracleWorld, collection: Collection, record: OracleRecord) {
		this.#world = world;
		this.#collection = collection;
		this.#record = record;
	}

	passes(ast: FilterAst): boolean {
		const hops = new Map<string, Hop>();
		for (const comparison of comparisonsOf(ast))
			for (const side of [comparison.left, comparison.right])
				for (const hop of this.#path(side).hops) hops.set(hop.key, hop);
		return this.#combinations([...hops.values()]).some((rows) => this.#holds(ast, rows));
	}

	/** All ways to choose a row for each hop; a hop without rows gives one of nothing. */
	#combinations(hops: readonly Hop[]): ReadonlyMap<string, Row>[] {
		let all: Map<string, Row>[] = [new Map<string, Row>()];
		for (const hop of hops)
			all = all.flatMap((chosen) => {
				const from = hop.from === undefined ? this.#record : (chosen.get(hop.from) ?? null);
				const rows = from === null ? [] : hop.rows(from);
				return (rows.length === 0 ? [null] : rows).map((row) => new Map(chosen).set(hop.key, row));
			});
		return all;
	}

	#holds(ast: FilterAst, rows: ReadonlyMap<string, Row>): boolean {
		switch (ast.kind) {
			case 'and':
				return ast.items.every((item) => this.#holds(item, rows));
			case 'or':
				return ast.items.some((item) => this.#holds(item, rows));
			case 'comparison':
				return this.#compares(ast, rows);
		}
	}

	#compares(ast: ComparisonAst, rows: ReadonlyMap<string, Row>): boolean {
		const [left, right] = [this.#path(ast.left), this.#path(ast.right)];
		const isTrue = (l: Value, r: Value): boolean | null =>
			compareValues(ast.sign, l, r, left.isLiteral, right.isLiteral);
		if (isTrue(left.value(rows), right.value(rows)) !== true) return false;
		if (ast.any || !(left.every || right.every)) return true;
		const valuesOf = (path: Path): Value[] =>
			path.every ? this.#combinations(path.hops).map((own) => path.value(own)) : [path.value(rows)];
		return valuesOf(left).every((l) => valuesOf(right).every((r) => isTrue(l, r) !== false));
	}

	#path(operand: OperandAst): Path {
		switch (operand.kind) {
			case 'text':
			case 'number':
				return literal(operand.value);
			case 'call':
				throw new Error('the oracle knows no functions');
			case 'identifier':
				break;
		}
		if (operand.name === 'null') return literal(null);
		if (operand.name === 'true') return literal(1);
		if (operand.name === 'false') return literal(0);
		if (operand.name === '@request.auth.id') return literal(this.#world.authId);
		const [first = '', second = '', ...rest] = operand.name.split('.');
		if (first === '@collection') {
			const [name = ''] = second.split(':');
			const hop: Hop = {
				key: `@${second}`,
				from: undefined,
				rows: () => rowsOf(this.#world, name),
			};
			return this.#follow(find(this.#world, name), [hop], true, rest);
		}
		if (first === '@request') {
			const users = rowsOf(this.#world, 'users');
			const hop: Hop = {
				key: '@auth',
				from: undefined,
				rows: () => users.filter((user) => user['id'] === this.#world.authId),
			};
			return this.#follow(find(this.#world, 'users'), [hop], false, rest);
		}
		return this.#follow(this.#collection, [], false, operand.name.split('.'));
	}

	#follow(
		collection: Collection,
		hops: readonly Hop[],
		every: boolean,
		props: readonly string[],
	): Path {
		const [prop = '', ...rest] = props;
		const [name = '', modifier] = prop.split(':');
		const last = hops.at(-1)?.key;
		const rowAt = (rows: ReadonlyMap<string, Row>): Row =>
			last === undefined ? this.#record : (rows.get(last) ?? null);
		const key = `${last ?? ''}.${prop}`;
		const field = collection.fields.find((candidate) => candidate.name === name);

		if (!field) {
			const [, other = '', back = ''] = /^(\w+)_via_(\w+)$/.exec(prop) ?? [];
			const referrer = find(this.#world, other);
			const relation = referrer.fields.find((candidate) => candidate.name === back);
			if (!relation) throw new Error(`the oracle knows no field ${prop}`);
			const isUnique = referrer.indexes.some((index) => index.includes(`UNIQUE`));
			const hop: Hop = {
				key,
				from: last,
				rows: (from) =>
					rowsOf(this.#world, other).filter((row) => itemsOf(row[back]).includes(from?.['id'])),
			};
			const isSingle = !isMultiple(relation) && isUnique;
			return this.#follow(referrer, [...hops, hop], every || !isSingle, rest);
		}
		if (rest.length > 0 && !(rest.length === 1 && rest[0] === 'id' && !isMultiple(field))) {
			const target = field.type === 'relation' ? field.collectionId : '';
			const items = itemHop(last, name);
			// An id without its record is a place in the list, with nothing in it.
			const record: Hop = {
				key: `${items.key}.`,
				from: items.key,
				rows: (from) => [this.#byId(target, from?.['value'])],
			};
			return this.#follow(
				find(this.#world, target),
				[...hops, items, record],
				every || isMultiple(field),
				rest,
			);
		}
		if (modifier === 'each') {
			const items = itemHop(last, name);
			return {
				hops: [...hops, items],
				every: every || isMultiple(field),
				isLiteral: false,
				value: (rows) => (rows.get(items.key)?.['value'] ?? null) as Value,
			};
		}
		return {
			hops,
			every,
			isLiteral: false,
			value: (rows) =>
				modifier === 'length'
					? itemsOf(rowAt(rows)?.[name]).filter((item) => item !== '').length
					: columnValue(rowAt(rows), field),
		};
	}

	#byId(collection: string, id: unknown): OracleRecord {
		const name = find(this.#world, collection).name;
		return rowsOf(this.#world, name).find((row) => row['id'] === id) ?? NOBODY;
	}
}

const NOBODY: OracleRecord = {};

/** The items of a list, which `list:each` and `list.field` share: both mean the same place in it. */
const itemHop = (from: string | undefined, name: string): Hop => ({
	key: `${from ?? ''}.${name}`,
	from,
	rows: (row) => itemsOf(row?.[name]).map((value) => ({ value })),
});

const literal = (value: Value): Path => ({
	hops: [],
	every: false,
	isLiteral: true,
	value: () => value,
});

const comparisonsOf = (ast: FilterAst): ComparisonAst[] =>
	ast.kind === 'comparison' ? [ast] : ast.items.flatMap(comparisonsOf);

const itemsOf = (value: unknown): readonly unknown[] =>
	Array.isArray(value) ? value : value === undefined ? [] : [value];

function columnValue(row: Row, field: Field): Value {
	const value = row?.[field.name];
	if (row === null || row === NOBODY) return null;
	if (typeof value === 'boolean') return Number(value);
	if (typeof value === 'number' || typeof value === 'string') return value;
	return field.type === 'number' || field.type === 'bool' ? 0 : '';
}

/** SQL's three values: `null` is neither true nor false. */
function compareValues(
	sign: ComparisonAst['sign'],
	left: Value,
	right: Value,
	isLeftLiteral: boolean,
	isRightLiteral: boolean,
): boolean | null {
	switch (sign) {
		case '=': {
			const isKnown =
				(isLeftLiteral && left !== null && left !== '') ||
				(isRightLiteral && right !== null && right !== '');
			if (isKnown && (left === null || right === null)) {
				// A literal null is the empty text.
				if ((isLeftLiteral && left === null) || (isRightLiteral && right === null)) return false;
				return null;
			}
			return (left ?? '') === (right ?? '');
		}
		case '!=': {
			if (isLeftLiteral !== isRightLiteral) {
				const [fixed, other] = isLeftLiteral ? [left, right] : [right, left];
				return fixed === null || fixed === '' ? other !== null && other !== '' : other !== fixed;
			}
			return (left ?? '') !== (right ?? '');
		}
		case '~':
		case '!~': {
			if (left === null || right === null) return null;
			const isIn = lowerAscii(String(left)).includes(lowerAscii(String(right)));
			return isIn === (sign === '~');
		}
		case '<':
		case '<=':
		case '>':
		case '>=': {
			if (left === null || right === null) return null;
			const order = compareOrder(left, right);
			return sign === '<'
				? order < 0
				: sign === '<='
					? order <= 0
					: sign === '>'
						? order > 0
						: order >= 0;
		}
	}
}

const lowerAscii = (text: string): string =>
	text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Numbers before texts. */
function compareOrder(left: string | number, right: string | number): number {
	if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1;
	return left < right ? -1 : left > right ? 1 : 0;
}
