import {
	FilterError,
	flag,
	later,
	literal,
	nothing,
	quoted,
	type Operand,
} from '../../filter/index.ts';
import type { Collection } from '../collections/types.ts';
import { castString, goJson, isUpload, JsonText, PasswordValue } from '../fields/index.ts';
import type { RequestInfo } from '../request-info.ts';
import { Later } from './later.ts';

const MODIFIERS = ['isset', 'each', 'length', 'lower', 'changed'] as const;
export type Modifier = (typeof MODIFIERS)[number];

/**
 * Splits `name:modifier`. More than one colon is no modifier but part of a name that nothing has.
 * @throws {FilterError} for an unknown modifier
 */
export function splitModifier(part: string): { name: string; modifier: Modifier | undefined } {
	const [name = '', modifier, ...rest] = part.split(':');
	if (modifier === undefined || rest.length > 0) return { name: part, modifier: undefined };
	const found = MODIFIERS.find((candidate) => candidate === modifier);
	if (!found) throw new FilterError('unresolved', `unknown modifier in ${quoted(part)}`);
	return { name, modifier: found };
}

/**
 * A part of the request that is known without the database; what the request does not have is NULL.
 * @param path below `@request`, modifier included
 * @throws {FilterError} for a modifier that does not go with it
 */
export function requestOperand(
	path: readonly string[],
	request: RequestInfo,
	base: Collection,
): Operand {
	const { name, modifier } = splitModifier(path.at(-1) ?? '');
	const names = [...path.slice(0, -1), name];
	const found = lookUp(partOf(request, names), names.slice(1));
	if (modifier === 'isset') return flag(found !== undefined);
	if (modifier !== undefined && modifier !== 'lower')
		throw new FilterError('unresolved', `invalid modifier sequence ${name}:${modifier}`);

	const operand = valueOperand(found?.value, name, base);
	return modifier === 'lower' ? loweredValue(operand) : operand;
}

/** Only the part that is asked for is touched: what a rule reads decides what its plan depends on. */
function partOf(request: RequestInfo, [part, key]: readonly string[]): unknown {
	switch (part) {
		case 'context':
		case 'method':
		case 'query':
		case 'headers':
		case 'body':
			return request[part];
		case 'auth': {
			const { auth } = request;
			if (key === 'collectionId') return auth && { [key]: auth.collection.id };
			if (key === 'collectionName') return auth && { [key]: auth.collection.name };
			return auth?.data;
		}
		default:
			return undefined;
	}
}

/** Follows own keys and list positions only, so that `constructor` and `__proto__` are names like any other. */
function lookUp(from: unknown, path: readonly string[]): { value: unknown } | undefined {
	let value = from;
	for (const key of path) {
		if (value instanceof JsonText) value = value.value();
		if (typeof value !== 'object' || value === null) return undefined;
		if (Array.isArray(value)) {
			if (!/^\+?[0-9]+$/.test(key) || Number(key) >= value.length) return undefined;
			value = value[Number(key)] as unknown;
		} else {
			if (!Object.hasOwn(value, key)) return undefined;
			value = (value as Readonly<Record<string, unknown>>)[key];
		}
	}
	return { value };
}

/** @param name decides whether a text stands for a number: forms have no other way to send one */
export function valueOperand(value: unknown, name: string, base: Collection): Operand {
	switch (typeof value) {
		case 'undefined':
			return nothing();
		case 'string': {
			const number = base.fields.some((field) => field.name === name && field.type === 'number')
				? parseNumber(value)
				: undefined;
			return number === undefined
				? literal(value, 'text')
				: literal(number, 'real', castString(number));
		}
		case 'number':
			return literal(value, 'real', castString(value));
		case 'boolean':
			return literal(Number(value), 'int', String(value));
		case 'object':
			if (value instanceof Later) return later(value.slot);
			return value === null ? nothing() : literal(textOf(value), 'text');
		case 'bigint':
		case 'symbol':
		case 'function':
			return literal(String(value), 'text');
	}
}

function textOf(value: object): string {
	if (value instanceof JsonText) return value.compact();
	if (value instanceof PasswordValue) return value.plain;
	if (isUpload(value)) return value.name;
	return goJson(Array.isArray(value) ? value.map(plainItem) : value);
}

const plainItem = (item: unknown): unknown => (isUpload(item) ? item.name : item);

const parseNumber = (text: string): number | undefined =>
	/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i.test(text) ? Number(text) : undefined;

/** LOWER of SQLite knows ASCII only. */
export const lowerAscii = (text: string): string =>
	text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function loweredValue(operand: Operand): Operand {
	if (operand.shape.kind !== 'literal') return operand;
	const { type, value } = operand.shape;
	// SQLite prints a REAL with its point.
	const printed =
		type === 'real' && Number.isInteger(value) ? `${value}.0` : lowerAscii(String(value));
	return literal(printed, 'text');
}

/** What `@request.body.<field>:each` goes through and `:length` counts. */
export const itemsOf = (value: unknown): readonly unknown[] =>
	value === undefined || value === null
		? []
		: Array.isArray(value)
			? value.map(plainItem)
			: [plainItem(value)];
