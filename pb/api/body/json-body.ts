import { badRequest } from '../../core/index.ts';

/** Nesting beyond this is no document but an attack on whatever walks it recursively. Go's decoder stops at 10,000. */
const maxDepth = 256;

/** What PocketBase takes and we do not is said; what both refuse gets its general message, the detail goes to the log. */
const refused = (message: string): Error => badRequest(message);
const invalid = (detail: string): Error => badRequest('', undefined, detail);

/**
 * Parses a JSON object as Go's decoder does: only the first value counts, later text is ignored; `null` is empty.
 * @throws ApiError 400 for anything but an object, for too deep nesting, numbers beyond a double and lone surrogates.
 */
export function parseJsonBody(text: string): Readonly<Record<string, unknown>> {
	checkDepth(text);
	const value = parse(text);
	if (value === null) return {};
	if (typeof value !== 'object' || Array.isArray(value))
		throw invalid('The request body must be a JSON object.');
	if (isSuspicious(text)) checkScalars(value);
	return value as Readonly<Record<string, unknown>>;
}

function parse(text: string): unknown {
	try {
		return parseOne(text);
	} catch {
		const end = endOfFirstValue(text);
		if (end > 0 && end < text.length) {
			try {
				return parseOne(text.slice(0, end));
			} catch {
				// Broken before the first value's end: the message below says all there is to say.
			}
		}
		throw invalid('The request body is not valid JSON.');
	}
}

/** A key `__proto__` would turn into a prototype as soon as someone assigns it; it is dropped wherever it stands. */
const parseOne = (text: string): unknown =>
	text.includes('__proto__') || text.includes('\\u005f')
		? JSON.parse(text, function (this: unknown, key, value: unknown) {
				return key === '__proto__' ? undefined : value;
			})
		: JSON.parse(text);

function checkDepth(text: string): void {
	// A document of that depth needs as many brackets to open and to close.
	if (text.length < maxDepth * 2) return;
	let depth = 0;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code === 0x22) i = endOfString(text, i);
		else if (code === 0x7b || code === 0x5b) {
			depth += 1;
			if (depth > maxDepth) throw refused(`The request body nests deeper than ${maxDepth} levels.`);
		} else if (code === 0x7d || code === 0x5d) depth -= 1;
	}
}

/** Index of the closing quote of the string that opens at `at`; the end of the text when there is none. */
function endOfString(text: string, at: number): number {
	for (let i = at + 1; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code === 0x5c) i += 1;
		else if (code === 0x22) return i;
	}
	return text.length;
}

/** Index after the first object; 0 when the text does not start with one. */
function endOfFirstValue(text: string): number {
	if (!text.trimStart().startsWith('{')) return 0;
	let depth = 0;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code === 0x22) i = endOfString(text, i);
		else if (code === 0x7b || code === 0x5b) depth += 1;
		else if (code === 0x7d || code === 0x5d) {
			depth -= 1;
			if (depth === 0) return i + 1;
		}
	}
	return 0;
}

/** Only such a text can hold a number that overflows or an escaped surrogate; all others skip the walk. */
const isSuspicious = (text: string): boolean => /[eE]\+?\d{3}|\d{300}|\\u[dD][89a-fA-F]/.test(text);

function checkScalars(value: unknown): void {
	if (typeof value === 'number' && !Number.isFinite(value))
		throw refused('The request body holds a number that is too large.');
	if (typeof value === 'string' && !value.isWellFormed())
		throw refused('The request body holds text that is not valid Unicode.');
	if (typeof value !== 'object' || value === null) return;
	if (Array.isArray(value)) value.forEach(checkScalars);
	else
		for (const [key, member] of Object.entries(value)) {
			checkScalars(key);
			checkScalars(member);
		}
}
