import { SIGNS, type Sign } from './ast.ts';
import { FilterError, quoted } from './errors.ts';

export type Token =
	| { readonly kind: 'identifier' | 'text' | 'number' | 'call'; readonly text: string }
	| { readonly kind: 'sign'; readonly text: string; readonly sign: Sign; readonly any: boolean }
	| { readonly kind: 'join'; readonly text: '&&' | '||' }
	/** `text` is what stands between the parentheses. */
	| { readonly kind: 'group'; readonly text: string }
	| { readonly kind: 'close' | 'comma' | 'end'; readonly text: string };

const IDENTIFIER = /[A-Za-z@_#][A-Za-z0-9_.:]*/y;
const DIGITS = /-?(?:[0-9]*\.?[0-9]*)/y;
const SIGN = /[=?!><~]+/y;
const JOIN = /[&|]+/y;
const BLANK = /[ \t\n]+/y;
const COMMENT = /\/\/[^\n]*/y;

const SIGN_OF = new Map<string, { sign: Sign; any: boolean }>(
	SIGNS.flatMap((sign) => [
		[sign, { sign, any: false }],
		['?' + sign, { sign, any: true }],
	]),
);

const fail = (message: string): never => {
	throw new FilterError('syntax', message);
};

/**
 * Splits an expression into tokens, as they are asked for; blanks and `//` comments vanish. The last token is `end`.
 *
 *     identifier = [A-Za-z@_#] { [A-Za-z0-9_.:] }     not ending in . or :, not a lone @ _ #
 *     call       = identifier "("                      without a blank between
 *     number     = [ "-" ] digits [ "." digits ]       no exponent
 *     text       = quote { char | "\" char } quote     \n \t \r \\ \' \" ; any other backslash stays
 *     sign       = [ "?" ] ( "=" | "!=" | "~" | "!~" | "<" | "<=" | ">" | ">=" )
 *     join       = "&&" | "||"
 *     group      = "(" … ")"      cut out before anything in it is read: its comments end with it at the latest
 *
 * @throws {FilterError} `syntax`
 */
export function* tokenize(source: string): Generator<Token, void> {
	// PocketBase's scanner takes NUL for the end of its input and silently drops the rest of a rule.
	if (source.includes('\0')) fail('unexpected character NUL');
	let at = 0;

	const take = (pattern: RegExp): string => {
		pattern.lastIndex = at;
		const found = pattern.exec(source)?.[0] ?? '';
		at += found.length;
		return found;
	};

	while (at < source.length) {
		const char = source.charAt(at);
		if (take(BLANK) !== '') continue;
		if (char === '/') {
			if (take(COMMENT) === '') fail('invalid comment');
		} else if (char === '(') {
			const { inner, end } = group(source, at);
			at = end;
			yield { kind: 'group', text: inner };
		} else if (char === ')' || char === ',') {
			at++;
			yield { kind: char === ')' ? 'close' : 'comma', text: char };
		} else if (/[A-Za-z@_#]/.test(char)) {
			const name = take(IDENTIFIER);
			const isCall = source.charAt(at) === '(';
			if (isCall) at++;
			yield identifier(name, isCall);
		} else if (char === '-' || /[0-9]/.test(char)) {
			const text = take(DIGITS);
			if (text === '-' || text.endsWith('.')) fail(`invalid number ${quoted(text)}`);
			yield { kind: 'number', text };
		} else if (char === "'" || char === '"') {
			const { value, end } = textLiteral(source, at);
			at = end;
			yield { kind: 'text', text: value };
		} else if (char === '&' || char === '|') {
			const text = take(JOIN);
			if (text !== '&&' && text !== '||')
				throw new FilterError('syntax', `invalid join operator ${quoted(text)}`);
			yield { kind: 'join', text };
		} else {
			const text = take(SIGN);
			if (text === '') fail(`unexpected character ${quoted(characterAt(source, at), "'")}`);
			const found = SIGN_OF.get(text);
			if (!found) throw new FilterError('syntax', `invalid sign operator ${quoted(text)}`);
			yield { kind: 'sign', text, ...found };
		}
	}

	yield { kind: 'end', text: '' };
}

function identifier(text: string, isCall: boolean): Token {
	if (/[.:]$/.test(text) || /^[@_#]$/.test(text))
		fail(isCall ? `invalid function name ${quoted(text)}` : `invalid identifier ${quoted(text)}`);
	return { kind: isCall ? 'call' : 'identifier', text };
}

const ESCAPES = new Map([
	['n', '\n'],
	['t', '\t'],
	['r', '\r'],
	['\\', '\\'],
	["'", "'"],
	['"', '"'],
]);

/** Cuts out the group that starts at `from`; `end` is the place after its closing parenthesis. */
function group(source: string, from: number): { inner: string; end: number } {
	let open = 1;
	let at = from + 1;
	while (at < source.length) {
		const char = source.charAt(at);
		if (char === "'" || char === '"') {
			at = textLiteral(source, at).end;
			continue;
		}
		if (char === '(') open++;
		else if (char === ')' && --open === 0)
			return { inner: source.slice(from + 1, at), end: at + 1 };
		at++;
	}
	throw new FilterError('syntax', `invalid formatted group - missing ${open} closing bracket(s)`);
}

/** Reads the quoted text that starts at `from`; `end` is the place after its closing quote. */
function textLiteral(source: string, from: number): { value: string; end: number } {
	const mark = source.charAt(from);
	let value = '';
	let at = from + 1;
	while (at < source.length) {
		const char = source.charAt(at);
		if (char === mark) return { value, end: at + 1 };
		if (char === '\\') {
			const next = source.charAt(at + 1);
			value += ESCAPES.get(next) ?? char + next;
			at += 2;
		} else {
			value += char;
			at++;
		}
	}
	throw new FilterError('syntax', `invalid quoted text ${quoted(mark + value)}`);
}

const characterAt = (source: string, at: number): string =>
	String.fromCodePoint(source.codePointAt(at) ?? 0);
