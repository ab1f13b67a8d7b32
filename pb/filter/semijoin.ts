import { join as joined, sql, text, type SqlNode } from '../sql/index.ts';
import { all, readsOnly, rejectsOf, type Condition, type Side } from './condition.ts';
import { exists, fromRows, isUnbounded, type Row, type SubScope } from './exists.ts';
import { chain, type Join, type Names } from './operand.ts';

/** Conditions that mean one combination of rows, and what is needed to print them. */
export interface RowGroup {
	readonly items: readonly Condition[];
	readonly free: ReadonlySet<Join>;
	/** Rows that an index finds by a comparison of the group. */
	readonly found: ReadonlySet<Join>;
	readonly scope: SubScope;
	readonly outer: Names;
	print(items: readonly Condition[]): SqlNode | undefined;
}

/** An equality between the statement around and a row of the group. */
interface Link {
	readonly outer: SqlNode;
	readonly inner: SqlNode;
	readonly isIndexed: boolean;
}

/**
 * `outer IN (SELECT inner …)` for a group that is tied to the statement around by equalities only: the set is made
 * once, where EXISTS would read a table for every row. `undefined` where EXISTS is as good, because an index finds
 * the rows by the equality, or where the group reads more of the statement around.
 */
export function setLookUp(group: RowGroup): SqlNode | undefined {
	const { rows } = group.scope;
	if (group.outer.isNarrow) return undefined;
	const required = rejectsOf(all(group.items));
	const needed = new Set(required.flatMap(chain));
	const loose: Row[] = [];
	for (const row of rows) {
		if (row.join.constant || (row.join.parent && group.free.has(row.join.parent))) continue;
		if (!row.join.link) return undefined;
		loose.push(row);
	}
	const optional = loose.filter((row) => !needed.has(row.join));
	if (optional.length > 0 && loose.length > 1) return undefined;

	const links = loose.flatMap(rowLink);
	const inside: Condition[] = [];
	for (const item of group.items) {
		if (readsOnly(item, group.free)) inside.push(item);
		else {
			const link = itemLink(item, group);
			if (!link) return undefined;
			links.push(link);
		}
	}
	if (links.length === 0) return undefined;
	const looseJoins = new Set(loose.map((row) => row.join));
	const isSetBounded = rows.every(
		({ join }) => group.found.has(join) || (!looseJoins.has(join) && !isUnbounded(join)),
	);
	if (!isSetBounded && links.some((link) => link.isIndexed)) return undefined;
	const present = [...required, ...looseJoins];
	const found = inSet(links, fromRows(rows, group.print(inside), present, looseJoins));
	const [missing] = optional;
	return missing ? sql`(${found} OR ${withoutRow(missing, group)})` : found;
}

/** The other way for a group to be true: there is no such row, and a row of NULLs makes it true. */
function withoutRow(row: Row, group: RowGroup): SqlNode {
	const isLinked = inSet(rowLink(row), fromRows([row], undefined, [row.join], new Set([row.join])));
	const never: Row = { ...row, join: { ...row.join, on: () => text('0') } };
	const rows = [never, ...group.scope.rows.filter((other) => other !== row)];
	return sql`(${isLinked}) IS NOT 1 AND ${exists(rows, group.print(group.items), [])}`;
}

const rowLink = ({ join, alias, parent }: Row): Link[] =>
	join.link
		? [
				{
					outer: join.link.outer(parent),
					inner: join.link.column(alias),
					isIndexed: join.bounded === true,
				},
			]
		: [];

function itemLink(item: Condition, group: RowGroup): Link | undefined {
	if (item.kind !== 'term' || !item.sides) return undefined;
	const isInner = (side: Side): boolean =>
		!side.readsBase && side.joins.length > 0 && side.joins.every((join) => group.free.has(join));
	const isOuter = (side: Side): boolean => !side.joins.some((join) => group.free.has(join));
	const [a, b] = item.sides;
	const [inner, outer] = isInner(a) ? [a, b] : [b, a];
	if (!isInner(inner) || !isOuter(outer)) return undefined;
	return {
		outer: outer.render(group.outer),
		inner: inner.render(group.scope),
		isIndexed: inner.isIndexed,
	};
}

function inSet(links: readonly Link[], from: SqlNode): SqlNode {
	const outer = joined(
		links.map((link) => link.outer),
		', ',
	);
	const inner = joined(
		links.map((link) => link.inner),
		', ',
	);
	return links.length === 1
		? sql`${outer} IN (SELECT ${inner} ${from})`
		: sql`(${outer}) IN (SELECT ${inner} ${from})`;
}

/**
 * "No row breaks it", for rows of which the first is tied to the statement around. Where nothing else is and no index
 * finds that row, the set of broken ones is made once. NULL in the set or outside of it means "not among them".
 */
export function noneOf(rows: readonly Row[], broken: SqlNode, mayUseSet: boolean): SqlNode {
	const [first] = rows;
	const required = first ? [first.join] : [];
	if (!first?.join.link || !mayUseSet || !isUnbounded(first.join))
		return sql`NOT ${exists(rows, broken, required)}`;
	const from = fromRows(rows, broken, required, new Set(required));
	return sql`(${inSet(rowLink(first), from)}) IS NOT 1`;
}
