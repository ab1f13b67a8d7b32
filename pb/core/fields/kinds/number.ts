import { castNumber } from '../cast.ts';
import { collectIssues, issue, requiredIssue } from '../issues.ts';
import type { FieldIssue, FieldKind } from '../kind.ts';

const onlyInt = (): FieldIssue =>
	issue('validation_only_int_constraint', 'Decimal numbers are not allowed');
const tooSmall = (min: number): FieldIssue =>
	issue('validation_min_number_constraint', `Must be greater or equal than ${goFloat(min)}`, {
		min,
	});

/** As Go prints a float64 in a message: an exponent of two digits at least, from a million on. */
function goFloat(value: number): string {
	const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
	const power = Number(exponent);
	if (value === 0 || (power >= -4 && power < 6)) return String(value);
	return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

export const numberKind: FieldKind<'number'> = {
	type: 'number',
	writable: true,
	column: () => 'NUMERIC DEFAULT 0 NOT NULL',
	zero: () => 0,
	normalise: (_field, raw) => castNumber(raw),
	fromColumn: (_field, stored) => castNumber(stored),
	toColumn: (_field, value) => castNumber(value),
	validate(field, raw) {
		const value = castNumber(raw);
		if (!Number.isFinite(value))
			return issue('validation_not_a_number', 'The submitted number is not properly formatted');
		if (value === 0) return field.required ? requiredIssue() : undefined;
		// Go converts to a 64-bit integer and back; what is beyond does not come back the same.
		if (field.onlyInt && !(Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63))
			return onlyInt();
		if (field.min !== null && value < field.min) return tooSmall(field.min);
		if (field.max !== null && value > field.max)
			return issue(
				'validation_max_number_constraint',
				`Must be less or equal than ${goFloat(field.max)}`,
				{ max: field.max },
			);
		return undefined;
	},
	modify(_field, current, modifier, operand) {
		if (modifier === '+') return { value: castNumber(current) + castNumber(operand) };
		if (modifier === '-') return { value: castNumber(current) - castNumber(operand) };
		return undefined;
	},
	parse: (common, options) => ({
		...common,
		type: 'number',
		min: options.numberOrNull('min'),
		max: options.numberOrNull('max'),
		onlyInt: options.bool('onlyInt'),
		required: options.bool('required'),
	}),
	check({ min, max, onlyInt: whole }) {
		const isFraction = (value: number | null): boolean =>
			whole && value !== null && !Number.isInteger(value);
		const isCrossed = min !== null && max !== null && max < min;
		return collectIssues({
			min: isFraction(min) ? onlyInt() : undefined,
			max: isFraction(max) ? onlyInt() : isCrossed ? tooSmall(min) : undefined,
		});
	},
};
