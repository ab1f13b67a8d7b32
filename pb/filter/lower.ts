import { join as joined, sql, text, type SqlNode } from '../sql/index.ts';
import { all, joinsOf, rejectsOf, type Condition } from './condition.ts';
import { exists, isUnbounded, joinRow, SubScope, type Row } from './exists.ts';
import { chain, isPlain, type Join, type Names } from './operand.ts';
import { setLookUp } from './semijoin.ts';

/**
 * The FROM clause of the statement: the base row, and the joins that may stand beside it. Joins that give at most
 * one row are added when first read; those that multiply rows only when a sort needs them.
 */
export class MainScope implements Names {
	readonly base: string;
	readonly #rows = new Map<Join, Row>();
	#count = 0;
	#multiplies = false;
	#scans = false;
	#hasSets = false;
	#hasSubqueries = false;

	readonly isNarrow: boolean;

	/** @param isNarrow the statement looks at few base rows, found by their ids */
	constructor(base: string, isNarrow: boolean) {
		this.base = base;
		this.isNarrow = isNarrow;
	}

	of(join: Join | undefined): string {
		return join ? this.bind(join).alias : this.base;
	}

	fresh(): string {
		return `j${++this.#count}`;
	}

	/** Adds the join, and what it hangs on, to the FROM clause. */
	bind(join: Join): Row {
		const known = this.#rows.get(join);
		if (known) return known;
		const parent = this.of(join.parent);
		const row: Row = { join, alias: this.fresh(), parent };
		this.#rows.set(join, row);
		if (!isPlain(join)) this.#multiplies = true;
		return row;
	}

	has(join: Join): boolean {
		return this.#rows.has(join);
	}

	noteScan(): void {
		this.#scans = true;
	}

	noteSet(): void {
		this.#hasSets = true;
	}

	noteSubquery(): void {
		this.#hasSubqueries = true;
	}

	/** Something is looked up for each row. */
	get hasSubqueries(): boolean {
		return this.#hasSubqueries || this.#rows.size > 0;
	}

	/** Some join may give more than one row for a base row. */
	get multiplies(): boolean {
		return this.#multiplies;
	}

	/** Some subquery reads a whole table. */
	get scans(): boolean {
		return this.#scans;
	}

	/** Rows may be found through a set, in the set's order. */
	get hasSets(): boolean {
		return this.#hasSets;
	}

	get rows(): readonly Row[] {
		return [...this.#rows.values()];
	}

	joins(): SqlNode {
		return joined(
			this.rows.map((row) => joinRow(row, ' LEFT JOIN ')),
			'',
		);
	}
}

/**
 * SQL for a condition over the base row. PocketBase joins everything and keeps distinct rows; "some combination of
 * joined rows makes it true" is the same, and asked where it is needed: conditions on one path are asked together,
 * since they mean one row, all others apart.
 */
export function lower(condition: Condition, main: MainScope): SqlNode | undefined {
	if (condition.kind === 'constant') return condition.value ? undefined : text('0');
	return lowerIn(condition, main, {
		isBound: (join) => isPlain(join) || main.has(join),
		noteScan: () => main.noteScan(),
		noteSet: () => main.noteSet(),
		noteSubquery: () => main.noteSubquery(),
	});
}

/** SQL for a condition whose joins all have their rows. */
export const printCondition = (condition: Condition, names: Names): SqlNode =>
	lowerIn(condition, names, SILENT);

const ignore = (): void => undefined;
const SILENT: Lowering = {
	isBound: () => true,
	noteScan: ignore,
	noteSet: ignore,
	noteSubquery: ignore,
};

interface Lowering {
	/** The join's row stands outside, or in a FROM clause around this. */
	readonly isBound: (join: Join) => boolean;
	readonly noteScan: () => void;
	readonly noteSet: () => void;
	readonly noteSubquery: () => void;
}

function lowerIn(condition: Condition, names: Names, how: Lowering): SqlNode {
	switch (condition.kind) {
		case 'constant':
			return text(condition.value ? '1' : '0');
		case 'or':
			return sql`(${joined(
				condition.items.map((item) => lowerIn(item, names, how)),
				' OR ',
			)})`;
		case 'term':
		case 'and': {
			const items = condition.kind === 'and' ? condition.items : [condition];
			const parts = groupByRows(items, how).map((group) => lowerGroup(group, names, how));
			return parts.length === 1 && parts[0] ? parts[0] : joined(parts, ' AND ');
		}
	}
}

interface Group {
	readonly items: readonly Condition[];
	/** Joins that have no row yet. */
	readonly free: ReadonlySet<Join>;
}

/** Parts the conjuncts so that no two groups read the same free join. */
function groupByRows(items: readonly Condition[], { isBound }: Lowering): Group[] {
	let groups: Group[] = [];
	for (const item of items) {
		const free = new Set(
			joinsOf(item)
				.flatMap(chain)
				.filter((join) => !isBound(join)),
		);
		const touching = groups.filter((group) => !group.free.isDisjointFrom(free));
		groups = groups.filter((group) => !touching.includes(group));
		groups.push({
			items: [...touching.flatMap((group) => group.items), item],
			free: touching.reduce((sum, group) => sum.union(group.free), free),
		});
	}
	return groups;
}

function lowerGroup(group: Group, names: Names, how: Lowering): SqlNode {
	const [only] = group.items;
	if (only && group.items.length === 1) {
		if (group.free.size === 0 && only.kind === 'term') {
			if (only.scans !== undefined) how.noteSubquery();
			if (only.scans === true) how.noteScan();
			return only.render(names);
		}
		// "Some row makes a or b true" is "some row makes a true, or some row makes b true".
		if (only.kind === 'or') return lowerIn(only, names, how);
	}
	const condition = all(group.items);
	if (group.free.size === 0) return lowerIn(condition, names, how);

	const scope = new SubScope(names, [...group.free], how.isBound);
	const found = foundRows(group.items);
	if (scope.rows.some((row) => isUnbounded(row.join) && !found.has(row.join))) how.noteScan();
	const inside: Lowering = {
		...how,
		isBound: (join) => how.isBound(join) || group.free.has(join),
	};
	const print = (items: readonly Condition[]): SqlNode | undefined =>
		items.length === 0 ? undefined : lowerIn(all(items), scope, inside);
	const set = setLookUp({ ...group, found, scope, outer: names, print });
	if (set) {
		how.noteSet();
		return set;
	}
	how.noteSubquery();
	return exists(scope.rows, print(group.items), rejectsOf(condition));
}

/** Rows that an index finds by a comparison of the group. */
const foundRows = (items: readonly Condition[]): ReadonlySet<Join> =>
	new Set(
		items.flatMap((item) =>
			item.kind === 'term' && item.finds !== undefined && item.finds !== 'base' ? [item.finds] : [],
		),
	);
