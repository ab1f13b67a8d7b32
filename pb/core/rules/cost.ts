import type { Condition } from '../../filter/index.ts';
import type { SortKey } from './sort.ts';

/** True when an index finds the few rows that can pass: an equality on its first column, in each alternative. */
export function isBoundedWhere(condition: Condition): boolean {
	switch (condition.kind) {
		case 'constant':
			return !condition.value;
		case 'term':
			return condition.finds === 'base';
		case 'and':
			return condition.items.some((item) => isBoundedWhere(item));
		case 'or':
			return condition.items.every((item) => isBoundedWhere(item));
	}
}

/** True when a page in that order is read from the beginning of an index or of the table. */
export function isOrderedByIndex(keys: readonly SortKey[]): boolean {
	const [first, ...rest] = keys;
	if (!first || rest.length > 0) return false;
	if (first.operand === 'rowid') return true;
	if (first.operand === 'random') return false;
	return (
		first.operand.isIndexed === true &&
		first.operand.readsBase &&
		first.operand.visible === undefined
	);
}
