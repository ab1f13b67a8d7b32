import type { Condition } from '../../filter/index.ts';
import type { SortKey } from './sort.ts';

/**
 * True when an index finds the rows, in each alternative, by an equality on its first column. How many share one value
 * is for whoever knows the table's size to judge.
 */
export function isBoundedWhere(condition: Condition): boolean {
	switch (condition.kind) {
		case 'constant':
			return !condition.value;
		case 'term':
			return condition.finds === 'base';
		case 'and':
			return condition.items.some(isBoundedWhere);
		case 'or':
			return condition.items.every(isBoundedWhere);
	}
}

/** True when a page in that order is read from the beginning of an index or of the table. */
export function isOrderedByIndex(keys: readonly SortKey[]): boolean {
	const [first, ...rest] = keys;
	if (!first || rest.length > 0) return false;
	if (first.operand === 'rowid') return true;
	if (first.operand === 'random') return false;
	const { isIndexed, readsBase, visible } = first.operand;
	return isIndexed === true && readsBase && visible === undefined;
}
