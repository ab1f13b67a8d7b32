import { sql } from '../sql/index.ts';
import { joinsOf, type Condition } from './condition.ts';
import { fromRows, SubScope } from './exists.ts';
import { printCondition } from './lower.ts';
import { chain, flag, type Operand } from './operand.ts';

/**
 * A value that depends on no row of the statement, as a subquery of its own: it is asked once, and an index on
 * what it is compared with can be used. Any other operand stays as it is.
 */
export function collapse(operand: Operand): Operand {
	const joins = operand.joins.flatMap(chain);
	const isFixed =
		joins.length > 0 &&
		operand.joins.every((join) => chain(join)[0]?.constant === true) &&
		joins.every((join) => join.single);
	if (!isFixed) return operand;
	return {
		...operand,
		joins: [],
		every: false,
		render: (names) => {
			const scope = new SubScope(names, operand.joins, () => false);
			const value = operand.render(scope);
			return sql`(SELECT ${value} ${fromRows(
				scope.rows,
				undefined,
				scope.rows.slice(0, 1).map((row) => row.join),
			)})`;
		},
	};
}

/** A condition as a value: 1 or 0, compared by IS. */
export function conditionOperand(condition: Condition): Operand {
	if (condition.kind === 'constant') return flag(condition.value);
	return {
		shape: { kind: 'computed', fallback: 'disabled', strict: false },
		joins: joinsOf(condition),
		every: false,
		render: (names) => sql`(${printCondition(condition, names)})`,
	};
}
