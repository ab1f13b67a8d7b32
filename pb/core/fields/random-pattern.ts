import { randomInt } from 'node:crypto';

/*
 * Text that matches a pattern, for `autogeneratePattern`. A subset of Go's syntax, the same as PocketBase's
 * (tools/security/random_by_regex.go): literals, classes, `.`, groups, alternatives and repeats.
 * Anchors, boundaries and references are refused. Open repeats end at 6, upper bounds are exclusive.
 */

type Node =
	| { readonly kind: 'literal'; readonly text: string }
	| { readonly kind: 'class'; readonly ranges: readonly Range[] }
	| { readonly kind: 'sequence'; readonly items: readonly Node[] }
	| { readonly kind: 'choice'; readonly options: readonly Node[] }
	| { readonly kind: 'repeat'; readonly item: Node; readonly min: number; readonly max: number };
type Range = readonly [from: number, to: number];

/** Uniform in `[0, below)`. */
export type RandomIndex = (below: number) => number;

export class PatternError extends Error {
	override readonly name = 'PatternError';
}

const maxOpenRepeat = 6;
const maxRepeat = 1000;
const maxLength = 100_000;
const code = (character: string): number => character.codePointAt(0) ?? 0;
const range = (from: string, to: string): Range => [code(from), code(to)];
const digits: readonly Range[] = [range('0', '9')];
const words: readonly Range[] = [
	range('0', '9'),
	range('A', 'Z'),
	range('_', '_'),
	range('a', 'z'),
];
const spaces: readonly Range[] = [
	[9, 10],
	[12, 13],
	[32, 32],
];
const anyCharacter: readonly Range[] = [range('A', 'Z'), range('a', 'z'), range('0', '9')];
const posix: Readonly<Record<string, readonly Range[]>> = {
	alnum: [range('0', '9'), range('A', 'Z'), range('a', 'z')],
	alpha: [range('A', 'Z'), range('a', 'z')],
	digit: digits,
	lower: [range('a', 'z')],
	upper: [range('A', 'Z')],
	word: words,
	xdigit: [range('0', '9'), range('A', 'F'), range('a', 'f')],
	space: [
		[9, 13],
		[32, 32],
	],
	punct: [range('!', '/'), range(':', '@'), range('[', '`'), range('{', '~')],
};

/**
 * @param pattern Go regular expression of the supported subset.
 * @throws PatternError with the reason when the pattern is not in the subset.
 * @example randomByPattern('[a-z0-9]{15}') // 'k3v9x0q2m7b1z5c'
 */
export function randomByPattern(pattern: string, random: RandomIndex = randomInt): string {
	const out: string[] = [];
	let length = 0;
	const emit = (text: string): void => {
		length += text.length;
		if (length > maxLength) throw new PatternError('the pattern generates too long values');
		out.push(text);
	};
	// An exclusive bound of 1 has one outcome; a bound of 0 is never asked for.
	const pick = (below: number): number => (below <= 1 ? 0 : random(below));
	const write = (node: Node): void => {
		switch (node.kind) {
			case 'literal':
				emit(node.text);
				break;
			case 'class':
				emit(pickFrom(node.ranges, pick));
				break;
			case 'sequence':
				node.items.forEach(write);
				break;
			case 'choice': {
				const chosen = node.options[pick(node.options.length)];
				if (chosen !== undefined) write(chosen);
				break;
			}
			case 'repeat': {
				const max = Math.max(node.max < 0 ? maxOpenRepeat : node.max, node.min);
				const count = node.min + pick(max - node.min);
				for (let i = 0; i < count; i++) write(node.item);
			}
		}
	};
	write(new Parser(pattern).parse());
	return out.join('');
}

function pickFrom(ranges: readonly Range[], pick: RandomIndex): string {
	let index = pick(ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0));
	for (const [from, to] of ranges) {
		const size = to - from + 1;
		if (index < size) return String.fromCodePoint(from + index);
		index -= size;
	}
	throw new PatternError('no runes to choose from');
}

class Parser {
	readonly #pattern: string;
	readonly #characters: readonly string[];
	#at = 0;

	constructor(pattern: string) {
		this.#pattern = pattern;
		this.#characters = Array.from(pattern);
	}

	parse(): Node {
		const node = this.#choice(0);
		if (this.#at < this.#characters.length) throw this.#error('unexpected )', this.#pattern);
		return node;
	}

	#error(reason: string, part: string): PatternError {
		return new PatternError(`error parsing regexp: ${reason}: \`${part}\``);
	}
	#peek(): string {
		return this.#characters[this.#at] ?? '';
	}
	#take(): string {
		return this.#characters[this.#at++] ?? '';
	}
	#eat(text: string): boolean {
		if (
			!this.#characters
				.slice(this.#at, this.#at + text.length)
				.join('')
				.startsWith(text)
		)
			return false;
		this.#at += text.length;
		return true;
	}

	/** choice := sequence ('|' sequence)* */
	#choice(depth: number): Node {
		if (depth > 100) throw this.#error('expression nests too deeply', this.#pattern);
		const options = [this.#sequence(depth)];
		while (this.#eat('|')) options.push(this.#sequence(depth));
		return options.length === 1 && options[0] !== undefined
			? options[0]
			: { kind: 'choice', options };
	}

	/** sequence := (atom repeat?)* */
	#sequence(depth: number): Node {
		const items: Node[] = [];
		while (this.#at < this.#characters.length && this.#peek() !== '|' && this.#peek() !== ')')
			items.push(this.#repeated(this.#atom(depth)));
		return { kind: 'sequence', items };
	}

	#repeated(item: Node): Node {
		const start = this.#at;
		const bounds = this.#bounds();
		if (bounds === undefined) return item;
		this.#eat('?');
		const after = this.#at;
		if (this.#bounds() !== undefined)
			throw this.#error(
				'invalid nested repetition operator',
				this.#characters.slice(start, this.#at).join(''),
			);
		this.#at = after;
		return { kind: 'repeat', item, min: bounds[0], max: bounds[1] };
	}

	/** `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`; -1 = open. A brace that is no repeat is a literal. */
	#bounds(): readonly [number, number] | undefined {
		if (this.#eat('*')) return [0, -1];
		if (this.#eat('+')) return [1, -1];
		if (this.#eat('?')) return [0, 1];
		const rest = this.#characters.slice(this.#at, this.#at + 12).join('');
		const match = /^\{(\d+)(?:(,)(\d*))?\}/.exec(rest);
		if (match === null) return undefined;
		this.#at += match[0].length;
		const min = Number(match[1]);
		const max = match[2] === undefined ? min : match[3] === '' ? -1 : Number(match[3]);
		if (min > maxRepeat || max > maxRepeat || (max >= 0 && max < min))
			throw this.#error('invalid repeat count', match[0]);
		return [min, max];
	}

	#atom(depth: number): Node {
		const character = this.#take();
		switch (character) {
			case '(':
				return this.#group(depth);
			case '[':
				return { kind: 'class', ranges: this.#class() };
			case '.':
				return { kind: 'class', ranges: anyCharacter };
			case '\\':
				return this.#escape();
			case '^':
				throw new PatternError('unsupported pattern operator 9');
			case '$':
				throw new PatternError('unsupported pattern operator 10');
			case '*':
			case '+':
			case '?':
				throw this.#error('missing argument to repetition operator', character);
			default:
				return { kind: 'literal', text: character };
		}
	}

	#group(depth: number): Node {
		if (this.#eat('?')) {
			const rest = this.#characters.slice(this.#at).join('');
			const opening = /^(?::|P?<[A-Za-z_]\w*>)/.exec(rest);
			if (opening === null)
				throw this.#error('invalid or unsupported Perl syntax', `(?${rest.slice(0, 1)}`);
			this.#at += opening[0].length;
		}
		const node = this.#choice(depth + 1);
		if (!this.#eat(')')) throw this.#error('missing closing )', this.#pattern);
		return node;
	}

	#escape(): Node {
		const character = this.#take();
		const ranges = classEscape(character);
		if (ranges !== undefined) return { kind: 'class', ranges };
		if (character === 'b' || character === 'B')
			throw new PatternError(`unsupported pattern operator ${character === 'b' ? 11 : 12}`);
		if (character === 'A' || character === 'z')
			throw new PatternError(`unsupported pattern operator ${character === 'A' ? 9 : 10}`);
		return { kind: 'literal', text: String.fromCodePoint(this.#escapedCode(character)) };
	}

	#escapedCode(character: string): number {
		if (character === '') throw this.#error('trailing backslash at end of expression', '');
		const control = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 }[character];
		if (control !== undefined) return control;
		if (character === 'x') {
			const match = /^(?:\{([0-9a-f]{1,6})\}|([0-9a-f]{2}))/i.exec(
				this.#characters.slice(this.#at, this.#at + 8).join(''),
			);
			const value = parseInt(match?.[1] ?? match?.[2] ?? '', 16);
			if (match === null || value > 0x10ffff) throw this.#error('invalid escape sequence', '\\x');
			this.#at += match[0].length;
			return value;
		}
		if (/[A-Za-z0-9]/.test(character))
			throw this.#error('invalid escape sequence', `\\${character}`);
		return code(character);
	}

	/** After `[`: ranges up to the closing bracket; a leading `^` negates over all of Unicode. */
	#class(): readonly Range[] {
		const isNegated = this.#eat('^');
		const ranges: Range[] = [];
		for (let first = true; first || this.#peek() !== ']'; first = false) {
			if (this.#at >= this.#characters.length)
				throw this.#error('missing closing ]', this.#pattern);
			const named = /^\[:(\w+):\]/.exec(this.#characters.slice(this.#at, this.#at + 12).join(''));
			if (named !== null) {
				const set = posix[named[1] ?? ''];
				if (set === undefined) throw this.#error('invalid character class range', named[0]);
				this.#at += named[0].length;
				ranges.push(...set);
				continue;
			}
			ranges.push(...this.#classItem());
		}
		this.#take();
		const normal = merge(ranges);
		return isNegated ? negate(normal) : normal;
	}

	#classItem(): readonly Range[] {
		const first = this.#take();
		if (first === '\\') {
			const set = classEscape(this.#peek());
			if (set !== undefined) {
				this.#take();
				return set;
			}
		}
		const from = first === '\\' ? this.#escapedCode(this.#take()) : code(first);
		if (this.#peek() !== '-' || (this.#characters[this.#at + 1] ?? ']') === ']')
			return [[from, from]];
		this.#take();
		const last = this.#take();
		const to = last === '\\' ? this.#escapedCode(this.#take()) : code(last);
		if (to < from)
			throw this.#error(
				'invalid character class range',
				`${String.fromCodePoint(from)}-${String.fromCodePoint(to)}`,
			);
		return [[from, to]];
	}
}

function classEscape(character: string): readonly Range[] | undefined {
	switch (character) {
		case 'd':
			return digits;
		case 'w':
			return words;
		case 's':
			return spaces;
		case 'D':
			return negate(digits);
		case 'W':
			return negate(words);
		case 'S':
			return negate(spaces);
		default:
			return undefined;
	}
}

function merge(ranges: readonly Range[]): readonly Range[] {
	const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
	const merged: Range[] = [];
	for (const next of sorted) {
		const last = merged.at(-1);
		if (last !== undefined && next[0] <= last[1] + 1)
			merged[merged.length - 1] = [last[0], Math.max(last[1], next[1])];
		else merged.push(next);
	}
	return merged;
}

/** Everything else, without the surrogates, which are no characters. */
function negate(ranges: readonly Range[]): readonly Range[] {
	const out: Range[] = [];
	let next = 0;
	for (const [from, to] of merge([...ranges, [0xd800, 0xdfff]])) {
		if (from > next) out.push([next, from - 1]);
		next = Math.max(next, to + 1);
	}
	if (next <= 0x10ffff) out.push([next, 0x10ffff]);
	return out;
}
