import type { Condition } from '../../filter/index.ts';
import type { SortKey } from './sort.ts';

/**
 * True when an index bounds the rows that are read for a page: one row by a unique column, in each alternative; or,
 * when nothing else has to be looked at, as many of the same value as the page holds.
 */
export function isBoundedWhere(condition: Condition, isSorted: boolean): boolean {
	switch (condition.kind) {
		case 'constant':
			return !condition.value;
		case 'term':
			return condition.finds?.row === 'base' && (condition.finds.isUnique || !isSorted);
		case 'and':
			// Of many rows of one value any number may fail the other conditions.
			return condition.items.some((item) => isBoundedWhere(item, true));
		case 'or':
			return condition.items.every((item) => isBoundedWhere(item, isSorted));
	}
}

/** True when a page in that order is read from the beginning of an index or of the table. */
export function isOrderedByIndex(keys: readonly SortKey[]): boolean {
	const [first, ...rest] = keys;
	if (!first || rest.length > 0) return false;
	if (first.operand === 'rowid') return true;
	if (first.operand === 'random') return false;
	const { index, readsBase, visible } = first.operand;
	return index !== undefined && readsBase && visible === undefined;
}
