import { parseJson } from './cast.ts';

/*
 * JSON as Go's encoder writes it: no spaces, `<`, `>`, `&`, U+2028 and U+2029 escaped, map keys sorted by bytes.
 * Texts in data.db (collections, settings, json fields) are compared byte by byte by people and tools.
 */

const escapes: Readonly<Record<string, string>> = {
	'<': '\\u003c',
	'>': '\\u003e',
	'&': '\\u0026',
	'\u2028': '\\u2028',
	'\u2029': '\\u2029',
};

/** Escapes what Go escapes in JSON text; such characters can only stand inside strings. */
export const escapeJson = (json: string): string =>
	/[<>&\u2028\u2029]/.test(json)
		? json.replace(/[<>&\u2028\u2029]/g, (character) => escapes[character] ?? character)
		: json;

function number(value: number): string {
	if (!Number.isFinite(value)) return 'null';
	if (Object.is(value, -0)) return '-0';
	// Go drops the plus and pads nothing: 1e+21 and 1e-7 are the same in both languages.
	return String(value);
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * Encodes a JSON value.
 * @param order `sorted` for what is a map in PocketBase, `given` for a struct.
 */
export function goJson(value: unknown, order: 'sorted' | 'given' = 'sorted'): string {
	switch (typeof value) {
		case 'string':
			// Go escapes backspace and form feed in short form since 1.22, like JSON.stringify.
			return escapeJson(JSON.stringify(value));
		case 'number':
			return number(value);
		case 'boolean':
		case 'bigint':
			return String(value);
		case 'object': {
			if (value === null) return 'null';
			if (value instanceof JsonText) return value.compact();
			if (Array.isArray(value))
				return `[${value.map((item: unknown) => goJson(item, order)).join(',')}]`;
			const entries = Object.entries(value).filter(([, item]) => item !== undefined);
			if (order === 'sorted') entries.sort(([a], [b]) => byBytes(a, b));
			return `{${entries.map(([key, item]) => `${goJson(key)}:${goJson(item, order)}`).join(',')}}`;
		}
		default:
			return 'null';
	}
}

/**
 * The value of a json field: the very text that is stored, since key order and the form of numbers are the
 * client's. Valid JSON unless it came from a foreign writer of the file.
 */
export class JsonText {
	readonly text: string;
	#parsed: { readonly value: unknown } | undefined;

	/** @param parsed The value of the text, where it is known already. */
	constructor(text: string, parsed?: { readonly value: unknown }) {
		this.text = text;
		this.#parsed = parsed;
	}

	/** The text without spaces between tokens and with Go's escapes; `null` when it is no JSON. */
	compact(): string {
		if (this.value() === undefined) return 'null';
		const outside = /"(?:[^"\\]|\\.)*"|\s+/gs;
		return escapeJson(this.text.replace(outside, (token) => (token.startsWith('"') ? token : '')));
	}

	/** The parsed value; undefined when the text is no JSON. */
	value(): unknown {
		this.#parsed ??= { value: parseJson(this.text) };
		return this.#parsed.value;
	}

	/** For `JSON.stringify`; a number keeps its digits. */
	toJSON(): unknown {
		const value = this.value() ?? null;
		return typeof value === 'number' ? rawJson(this.text.trim()) : value;
	}
}

/** `JSON.rawJSON` is in the runtime but not yet in the compiler's library. */
const rawJson = (text: string): unknown =>
	(JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
