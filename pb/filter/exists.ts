import { guard, ident, join as joined, sql, text, type SqlNode } from '../sql/index.ts';
import { chain, isPlain, type Join, type Names } from './operand.ts';

/** A join with its name in one place of the statement. */
export interface Row {
	readonly join: Join;
	readonly alias: string;
	readonly parent: string;
}

/** Names the joins for a subquery; those that `names` knows already keep their name. */
export class SubScope implements Names {
	readonly #outer: Names;
	readonly #own = new Map<Join, Row>();

	/** @param joins what the subquery reads; their parents come along unless they stand outside */
	constructor(outer: Names, joins: readonly Join[], isOutside: (join: Join) => boolean = isPlain) {
		this.#outer = outer;
		for (const join of joins.flatMap(chain)) {
			if (isOutside(join) || this.#own.has(join)) continue;
			this.#own.set(join, { join, alias: outer.fresh(), parent: this.of(join.parent) });
		}
	}

	get rows(): Row[] {
		return [...this.#own.values()];
	}

	of(join: Join | undefined): string {
		return (join && this.#own.get(join)?.alias) ?? this.#outer.of(join);
	}

	fresh(): string {
		return this.#outer.fresh();
	}

	get isNarrow(): boolean {
		return this.#outer.isNarrow;
	}
}

/**
 * `EXISTS (SELECT 1 FROM rows WHERE where)`, with a row of NULLs where a row that is not required has none.
 * @param required joins without whose row `where` is never true; their parents are required with them
 */
export function exists(
	rows: readonly Row[],
	where: SqlNode | undefined,
	required: readonly Join[],
): SqlNode {
	return sql`EXISTS (SELECT 1 ${fromRows(rows, where, required)})`;
}

/**
 * `FROM … WHERE …` over the rows.
 * @param loose joins whose ON is left out, because what stands around the rows says the same
 */
export function fromRows(
	rows: readonly Row[],
	where: SqlNode | undefined,
	required: readonly Join[],
	loose: ReadonlySet<Join> = NOTHING,
): SqlNode {
	const needed = new Set(required.flatMap(chain));
	const [first, ...inner] = rows.filter((row) => needed.has(row.join));
	const outer = rows.filter((row) => !needed.has(row.join));
	const terms = [first && onOf(first, loose), guardOf(rows), where].filter(
		(term) => term !== undefined,
	);
	return joined(
		[
			sql`FROM ${first ? named(first) : sql`(SELECT 1)`}`,
			...inner.map((row) => joinRow(row, ' JOIN ', loose)),
			...outer.map((row) => joinRow(row, ' LEFT JOIN ', loose)),
			...(terms.length > 0 ? [sql` WHERE ${joined(terms, ' AND ')}`] : []),
		],
		'',
	);
}

/** ` LEFT JOIN source alias ON …` */
export function joinRow(
	row: Row,
	how: ' JOIN ' | ' LEFT JOIN ',
	loose: ReadonlySet<Join> = NOTHING,
): SqlNode {
	const on = onOf(row, loose);
	return sql`${text(how)}${named(row)}${on ? sql` ON ${on}` : text('')}`;
}

const named = (row: Row): SqlNode => sql`${row.join.source(row.parent)} ${ident(row.alias)}`;
const onOf = (row: Row, loose: ReadonlySet<Join>): SqlNode | undefined =>
	loose.has(row.join) ? undefined : row.join.on(row.alias, row.parent);
const NOTHING: ReadonlySet<Join> = new Set();

/** True when its rows can only be found by reading a whole table. */
export const isUnbounded = (join: Join): boolean => join.kind !== 'json' && join.bounded !== true;

/** A subquery that reads a whole table must be interruptible, however few rows the main query has. */
function guardOf(rows: readonly Row[]): SqlNode | undefined {
	if (!rows.some((row) => isUnbounded(row.join))) return undefined;
	const aliases = (kind: Join['kind']): string[] =>
		rows.filter((row) => row.join.kind === kind).map((row) => row.alias);
	return guard(aliases('table'), aliases('view'));
}
