import { badRequest } from '../errors.ts';
import { JsonText } from '../fields/index.ts';
import { excerpt } from './excerpt.ts';

type Modifier = (value: unknown) => unknown;
type Fields = ReadonlyMap<string, Modifier | undefined>;

/**
 * Keeps only the named members of an answer: `id,author.name,expand.*.title,body:excerpt(100,true)`.
 * Lists are picked item by item; `*` stands for all members of its level (tools/picker/pick.go).
 * @throws ApiError 400 for an unknown modifier or wrong arguments.
 * @example pickFields({ id: 1, a: { b: 2, c: 3 } }, 'a.b') // { a: { b: 2 } }
 */
export function pickFields(value: unknown, rawFields: string): unknown {
	return pick(value, parse(rawFields));
}

function parse(rawFields: string): Fields {
	const fields = new Map<string, Modifier | undefined>();
	for (const part of splitOutsideParentheses(rawFields)) {
		const colon = part.indexOf(':');
		if (colon < 0) fields.set(part, undefined);
		else fields.set(part.slice(0, colon), parseModifier(part.slice(colon + 1)));
	}
	return fields;
}

function splitOutsideParentheses(text: string): string[] {
	const parts: string[] = [];
	let depth = 0;
	let start = 0;
	for (let i = 0; i <= text.length; i++) {
		const character = text[i];
		if (character === '(') depth += 1;
		if (character === ')') depth -= 1;
		if (i < text.length && (character !== ',' || depth > 0)) continue;
		const part = text.slice(start, i).trim();
		if (part !== '') parts.push(part);
		start = i + 1;
	}
	return parts;
}

function parseModifier(text: string): Modifier {
	const match = /^\s*excerpt\s*\(([^()]*)\)\s*$/.exec(text);
	const args = match?.[1]?.split(',').map((each) => each.trim()) ?? [];
	const max = Number(args[0]);
	if (args.length > 2 || !(max > 0) || !Number.isInteger(max))
		throw badRequest('Invalid fields modifier.');
	const ellipsis = ['true', '1', 't', 'T', 'TRUE', 'True'].includes(args[1] ?? '');
	return (value) => (typeof value === 'string' ? excerpt(value, max, ellipsis) : value);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a value is in JSON: the text of a json field hides objects. */
const plain = (value: unknown): unknown =>
	value instanceof JsonText ? (value.value() ?? null) : value;

function pick(raw: unknown, fields: Fields): unknown {
	if (fields.size === 0) return raw;
	const value = plain(raw);
	if (Array.isArray(value))
		return isObject(value[0])
			? value.map((item) => (isObject(item) ? pickObject(item, fields) : (item as unknown)))
			: (value as unknown);
	return isObject(value) ? pickObject(value, fields) : value;
}

function pickObject(object: Record<string, unknown>, fields: Fields): Record<string, unknown> {
	// Without a prototype: a field may be called `__proto__`.
	const picked = Object.create(null) as Record<string, unknown>;
	for (const [key, member] of Object.entries(object)) {
		const whole = fields.has(key);
		const modifier = fields.get(key);
		if (whole) {
			picked[key] = modifier ? modifier(member) : member;
			continue;
		}
		const deeper = new Map<string, Modifier | undefined>();
		for (const [name, deep] of fields)
			if (name.startsWith(key + '.')) deeper.set(name.slice(key.length + 1), deep);
		if (deeper.size > 0) picked[key] = pick(member, deeper);
		else if (fields.has('*')) {
			const all = fields.get('*');
			picked[key] = all ? all(member) : member;
		}
	}
	return picked;
}
