import { join as joined, sql, type SqlNode } from '../sql/index.ts';
import type { OperandAst } from './ast.ts';
import { FilterError, quoted } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { Names, Operand } from './operand.ts';

type Resolve = (ast: OperandAst) => Operand;

/**
 * Calls a function of the language (tools/search/token_functions.go).
 * @throws {FilterError} `call` for an unknown function or wrong arguments
 */
export function callFunction(name: string, args: readonly OperandAst[], resolve: Resolve): Operand {
	switch (name) {
		case 'geoDistance':
			return geoDistance(args, resolve);
		case 'strftime':
			return strftime(args, resolve);
		default:
			throw new FilterError('call', `unknown function ${quoted(name)}`);
	}
}

/**
 * `geoDistance(lonA, latA, lonB, latB)`: kilometres on the sphere. The cosine is clamped, since rounding makes it
 * 1.0000000000000002 for equal points, whose acos is NULL. One point of a list is enough, with any operator.
 */
function geoDistance(args: readonly OperandAst[], resolve: Resolve): Operand {
	if (args.length !== 4)
		throw new FilterError('call', `[geoDistance] expected 4 arguments, got ${args.length}`);
	const operands = args.map((arg, i) => {
		if (arg.kind !== 'identifier' && arg.kind !== 'number')
			throw new FilterError('call', `[geoDistance] argument ${i} must be an identifier or number`);
		return argument(() => resolve(arg), `[geoDistance] failed to resolve argument ${i}`);
	});
	return {
		shape: {
			kind: 'computed',
			fallback: 'disabled',
			strict: true,
			given: operands.some(({ shape }) => shape.kind === 'literal' || shape.kind === 'slot'),
		},
		joins: operands.flatMap((operand) => operand.joins),
		every: false,
		readsBase: operands.some((operand) => operand.readsBase),
		render: (names) => {
			const [lonA, latA, lonB, latB] = operands.map((operand) => operand.render(names)) as [
				SqlNode,
				SqlNode,
				SqlNode,
				SqlNode,
			];
			return sql`(6371 * acos(max(-1.0, min(1.0, cos(radians(${latA})) * cos(radians(${latB})) * cos(radians(${lonB}) - radians(${lonA})) + sin(radians(${latA})) * sin(radians(${latB}))))))`;
		},
	};
}

/** `strftime(format, [time, modifiers…])`: SQLite's, with NULL treated as ''. */
function strftime(args: readonly OperandAst[], resolve: Resolve): Operand {
	const [format, time, ...modifiers] = args;
	if (!format)
		throw new FilterError('call', `[strftime] expected at least 1 arguments, got ${args.length}`);
	if (args.length > LIMITS.strftimeArguments)
		throw new FilterError(
			'call',
			`[strftime] too many arguments (max allowed ${LIMITS.strftimeArguments}, got ${args.length})`,
		);
	if (format.kind !== 'text')
		throw new FilterError('call', '[strftime] expects the first argument to be a format string');
	if (time?.kind === 'call')
		throw new FilterError(
			'call',
			'[strftime] expects the second argument to be of a valid time-value type',
		);
	const value =
		time && argument(() => resolve(time), '[strftime] failed to resolve time-value argument');
	modifiers.forEach((modifier, i) => {
		if (modifier.kind !== 'text')
			throw new FilterError(
				'call',
				`[strftime] invalid modifier argument ${i} - can be only string`,
			);
	});
	const fixed = [format, ...modifiers].map(resolve);
	return {
		shape: {
			kind: 'computed',
			fallback: 'enforced',
			strict: value?.shape.kind === 'column',
			given: true,
		},
		joins: value?.joins ?? [],
		every: value?.every ?? false,
		readsBase: value?.readsBase ?? false,
		root: value?.root,
		render: (names: Names) => {
			const [first, ...rest] = fixed.map((operand) => operand.render(names));
			const all = [first, value?.render(names), ...rest].filter((node) => node !== undefined);
			return sql`strftime(${joined(all, ', ')})`;
		},
		visible: value?.visible,
	};
}

function argument(resolve: () => Operand, failure: string): Operand {
	try {
		return resolve();
	} catch (error) {
		if (!(error instanceof FilterError)) throw error;
		throw new FilterError(error.code, `${failure}: ${error.message}`);
	}
}
