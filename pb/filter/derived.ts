import { sql, text } from '../sql/index.ts';
import { isStrict } from './compare.ts';
import { joinsOf, type Condition } from './condition.ts';
import { fromRows, SubScope } from './exists.ts';
import { printCondition } from './lower.ts';
import { chain, flag, isPlain, type Join, type Operand } from './operand.ts';

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
	return subquery(operand, () => false);
}

/** The value for the first row that its joins give; it never multiplies rows. */
export const firstValue = (operand: Operand): Operand =>
	operand.joins.flatMap(chain).every(isPlain) ? operand : subquery(operand, isPlain);

function subquery(operand: Operand, isOutside: (join: Join) => boolean): Operand {
	const inside = operand.joins.flatMap(chain).filter((join) => !isOutside(join));
	const isSingle = inside.every((join) => join.single);
	return {
		...operand,
		joins: operand.joins.flatMap(chain).filter(isOutside),
		every: false,
		render: (names) => {
			const scope = new SubScope(names, operand.joins, isOutside);
			// What is no NULL for a missing row, a length, needs that row.
			const first = isStrict(operand.shape) ? scope.rows.slice(0, 1).map((row) => row.join) : [];
			const limit = text(isSingle ? '' : ' LIMIT 1');
			return sql`(SELECT ${operand.render(scope)} ${fromRows(scope.rows, undefined, first)}${limit})`;
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
		readsBase: true,
		render: (names) => sql`(${printCondition(condition, names)})`,
	};
}
