import type { ComparisonAst, FilterAst, OperandAst } from './ast.ts';
import { FilterError, quoted } from './errors.ts';
import { tokenize, type Token } from './lexer.ts';
import { LIMITS } from './limits.ts';

/**
 * Parses a rule or filter.
 *
 *     expression = conjunction { "||" conjunction }
 *     conjunction = condition { "&&" condition }
 *     condition  = group, holding an expression | comparison
 *     comparison = operand sign operand
 *     operand    = identifier | text | number | call
 *     call       = name "(" [ operand { "," operand } [ "," ] ] ")"
 *
 * `&&` binds tighter than `||`, as in the SQL it becomes. There is no negation.
 *
 * @param text the expression; its length is the caller's to bound
 * @throws {FilterError} `syntax`, `empty`, `too_many` (comparisons) or `too_deep`
 */
export function parseFilter(text: string): FilterAst {
	return new Parser(text, { comparisons: 0 }, 0).parse();
}

/** PocketBase's words, as they are. */
const OPERANDS = {
	left: 'left operand (identifier, function, text or number)',
	right: 'right operand (identifier, function text or number)',
	argument: 'an argument',
};

const END: Token = { kind: 'end', text: '' };

class Parser {
	readonly #tokens: Iterator<Token, void>;
	readonly #total: { comparisons: number };
	readonly #depth: number;
	#token: Token | undefined;
	#hasBegun = false;

	/** @param total counts over all groups of one expression */
	constructor(text: string, total: { comparisons: number }, depth: number) {
		if (depth > LIMITS.depth)
			throw new FilterError('too_deep', `more than ${LIMITS.depth} nested groups`);
		this.#tokens = tokenize(text);
		this.#total = total;
		this.#depth = depth;
	}

	parse(): FilterAst {
		const ast = this.#expression();
		const rest = this.#peek();
		if (rest.kind !== 'end') throw unexpected('&& or ||', rest);
		return ast;
	}

	#peek(): Token {
		this.#token ??= this.#tokens.next().value ?? END;
		return this.#token;
	}

	#next(): Token {
		const token = this.#peek();
		this.#token = undefined;
		return token;
	}

	#skipJoin(join: '&&' | '||'): boolean {
		const token = this.#peek();
		if (token.kind !== 'join' || token.text !== join) return false;
		this.#next();
		return true;
	}

	#expression(): FilterAst {
		const items = [this.#conjunction()];
		while (this.#skipJoin('||')) items.push(this.#conjunction());
		return items.length === 1 && items[0] ? items[0] : { kind: 'or', items };
	}

	#conjunction(): FilterAst {
		const items = [this.#condition()];
		while (this.#skipJoin('&&')) items.push(this.#condition());
		return items.length === 1 && items[0] ? items[0] : { kind: 'and', items };
	}

	#condition(): FilterAst {
		const token = this.#peek();
		if (token.kind === 'group') {
			this.#next();
			this.#hasBegun = true;
			return new Parser(token.text, this.#total, this.#depth + 1).parse();
		}
		if (token.kind === 'end' && !this.#hasBegun)
			throw new FilterError('empty', 'empty filter expression');
		this.#hasBegun = true;
		return this.#comparison();
	}

	#comparison(): ComparisonAst {
		const left = this.#operand('left', 0);
		const sign = this.#next();
		if (sign.kind === 'end')
			throw new FilterError('syntax', 'invalid or incomplete filter expression');
		if (sign.kind !== 'sign') throw unexpected('a sign operator', sign);
		const right = this.#operand('right', 0);
		if (++this.#total.comparisons > LIMITS.comparisons)
			throw new FilterError('too_many', 'max filter expressions limit reached');
		return { kind: 'comparison', left, sign: sign.sign, any: sign.any, right };
	}

	#operand(side: 'left' | 'right' | 'argument', callDepth: number): OperandAst {
		const token = this.#next();
		switch (token.kind) {
			case 'identifier':
				return { kind: 'identifier', name: token.text };
			case 'text':
				return { kind: 'text', value: token.text };
			case 'number':
				return { kind: 'number', value: Number(token.text), literal: token.text };
			case 'call':
				return this.#call(token.text, callDepth + 1);
			case 'end':
				throw new FilterError('syntax', 'invalid or incomplete filter expression');
			case 'sign':
			case 'join':
			case 'group':
			case 'close':
			case 'comma':
				throw unexpected(OPERANDS[side], token);
		}
	}

	/** Reads the arguments after `name(`. A comma before the closing mark is allowed. */
	#call(name: string, depth: number): OperandAst {
		if (depth > LIMITS.callDepth)
			throw new FilterError(
				'too_deep',
				`max nested function arguments reached (max: ${LIMITS.callDepth})`,
			);
		const args: OperandAst[] = [];
		while (this.#peek().kind !== 'close') {
			args.push(this.#operand('argument', depth));
			const after = this.#peek();
			if (after.kind === 'comma') this.#next();
			else if (after.kind === 'end')
				throw new FilterError(
					'syntax',
					`invalid or incomplete function ${quoted(name)} (expected ')')`,
				);
			else if (after.kind !== 'close')
				throw new FilterError(
					'syntax',
					`expected comma after the last argument in function ${quoted(name)}`,
				);
		}
		this.#next();
		return { kind: 'call', name, args };
	}
}

const unexpected = (expected: string, found: Token): FilterError =>
	new FilterError(
		'syntax',
		found.kind === 'close' || found.kind === 'comma'
			? `unexpected character ${quoted(found.text, "'")}`
			: `expected ${expected}, got ${quoted(found.text)} (${found.kind})`,
	);
