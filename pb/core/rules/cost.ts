import type { Condition } from '../../filter/index.ts';
import type { Collection } from '../collections/types.ts';
import { hasLeadingIndex } from './indexes.ts';
import type { SortKey } from './sort.ts';

/** True when an index finds the few rows that can pass: an equality on its first column, in each alternative. */
export function isBoundedWhere(condition: Condition, collection: Collection): boolean {
	switch (condition.kind) {
		case 'constant':
			return !condition.value;
		case 'term':
			return condition.equals !== undefined && hasLeadingIndex(collection, condition.equals);
		case 'and':
			return condition.items.some((item) => isBoundedWhere(item, collection));
		case 'or':
			return condition.items.every((item) => isBoundedWhere(item, collection));
	}
}

/** True when a page in that order is read from the beginning of an index or of the table. */
export function isOrderedByIndex(keys: readonly SortKey[], collection: Collection): boolean {
	const [first, ...rest] = keys;
	if (!first || rest.length > 0) return false;
	if (first.operand === 'rowid') return true;
	if (first.operand === 'random') return false;
	return (
		first.operand.column !== undefined &&
		first.operand.visible === undefined &&
		hasLeadingIndex(collection, first.operand.column)
	);
}
