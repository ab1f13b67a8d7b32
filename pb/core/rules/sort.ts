import { ident, join as joined, sql, text, type SqlNode } from '../../sql/index.ts';
import {
	FilterError,
	chain,
	firstValue,
	isPlain,
	isUnbounded,
	joinsOf,
	type Condition,
	LIMITS,
	quoted,
	type MainScope,
	type Operand,
} from '../../filter/index.ts';
import type { Collection } from '../collections/types.ts';
import type { CatalogResolver } from './resolver.ts';

export interface SortKey {
	readonly operand: Operand | 'random' | 'rowid';
	readonly isDescending: boolean;
}

/**
 * Parses `-created,+title,@random` (tools/search/sort.go).
 * @throws {FilterError} `too_many` over eight parts, `too_long` over 255 bytes in one, `sort` for anything that
 * is no column
 */
export function parseSort(
	source: string,
	collection: Collection,
	resolver: CatalogResolver,
): SortKey[] {
	const parts = source.split(',');
	if (parts.length > LIMITS.sortFields)
		throw new FilterError('too_many', 'max sort expressions limit reached');
	return parts.map((part) => {
		const trimmed = part.trim();
		const isDescending = trimmed.startsWith('-');
		const name = isDescending || trimmed.startsWith('+') ? trimmed.slice(1) : trimmed;
		if (Buffer.byteLength(name) > LIMITS.sortFieldBytes)
			throw new FilterError('too_long', 'max sort field length limit reached');
		return { operand: sortOperand(name, collection, resolver), isDescending };
	});
}

function sortOperand(
	name: string,
	collection: Collection,
	resolver: CatalogResolver,
): SortKey['operand'] {
	if (name === '@random') return 'random';
	// A view has no rowid.
	if (name === '@rowid' && collection.type !== 'view') return 'rowid';
	const invalid = new FilterError('sort', `invalid sort field ${quoted(name)}`);
	try {
		const operand = resolver.resolve(name);
		if (['null', 'literal', 'slot'].includes(operand.shape.kind)) throw invalid;
		return operand;
	} catch (error) {
		throw error instanceof FilterError ? invalid : error;
	}
}

/** The order of the table. */
export const rowOrder = (main: MainScope): SqlNode => ident(main.base, '_rowid_');

/** The ORDER BY list; joins it needs are added to the FROM clause, also those that multiply rows. */
export function orderBy(keys: readonly SortKey[], main: MainScope): SqlNode {
	return joined(
		keys.map(({ operand, isDescending }) => {
			const direction = text(isDescending ? ' DESC' : ' ASC');
			if (operand === 'random') return text('RANDOM()');
			if (operand === 'rowid') return sql`${rowOrder(main)}${direction}`;
			const value = operand.render(main);
			// The order of addresses would tell what they are.
			const seen = operand.visible
				? sql`CASE WHEN ${operand.visible(main)} THEN ${value} ELSE '' END`
				: value;
			return sql`${seen}${direction}`;
		}),
		', ',
	);
}

/**
 * Makes each key a value of its base row: of a list the first item, the oldest record. Where the condition reads the
 * same list, or only a join finds its rows in bounded time, the list is joined instead, which multiplies rows.
 */
export function settleSort(
	keys: readonly SortKey[],
	condition: Condition,
	main: MainScope,
): readonly SortKey[] {
	const read = new Set(joinsOf(condition).flatMap(chain));
	return keys.map((key) => {
		if (typeof key.operand !== 'object') return key;
		const lists = key.operand.joins.flatMap(chain).filter((join) => !isPlain(join));
		if (!lists.some((join) => read.has(join) || (join.kind === 'table' && isUnbounded(join))))
			return { ...key, operand: firstValue(key.operand) };
		for (const join of lists) main.bind(join);
		return key;
	});
}
