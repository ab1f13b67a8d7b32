import type { ComparisonAst, FilterAst, OperandAst } from './ast.ts';
import { FilterError, quoted } from './errors.ts';
import { tokenize, type Token } from './lexer.ts';
import { LIMITS } from './limits.ts';

/**
 * Parses a rule or filter.
 *
 *     expression = conjunction { "||" conjunction }
 *     conjunction = condition { "&&" condition }
 *     condition  = "(" expression ")" | comparison
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
	return new Parser(tokenize(text)).parse();
}

const END: Token = { kind: 'end', text: '' };

class Parser {
	readonly #tokens: Iterator<Token, void>;
	#token: Token | undefined;
	#comparisons = 0;
	#depth = 0;

	constructor(tokens: Iterator<Token, void>) {
		this.#tokens = tokens;
	}

	parse(): FilterAst {
		const ast = this.#expression();
		const rest = this.#peek();
		if (rest.kind !== 'end') throw this.#unexpected('&& or ||', rest);
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
		if (token.kind !== 'open') {
			if ((token.kind === 'close' && this.#depth > 0) || token.kind === 'end')
				throw new FilterError(
					this.#comparisons === 0 ? 'empty' : 'syntax',
					this.#comparisons === 0
						? 'empty filter expression'
						: 'invalid or incomplete filter expression',
				);
			return this.#comparison();
		}
		this.#next();
		if (++this.#depth > LIMITS.depth)
			throw new FilterError('too_deep', `more than ${LIMITS.depth} nested groups`);
		const inner = this.#expression();
		this.#depth--;
		const close = this.#next();
		if (close.kind === 'end')
			throw new FilterError(
				'syntax',
				`invalid formatted group - missing ${this.#depth + 1} closing bracket(s)`,
			);
		if (close.kind !== 'close') throw this.#unexpected('&& or ||', close);
		return inner;
	}

	#comparison(): ComparisonAst {
		const left = this.#operand('left', 0);
		const sign = this.#next();
		if (sign.kind === 'end')
			throw new FilterError('syntax', 'invalid or incomplete filter expression');
		if (sign.kind !== 'sign') throw this.#unexpected('a sign operator', sign);
		const right = this.#operand('right', 0);
		if (++this.#comparisons > LIMITS.comparisons)
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
			case 'open':
			case 'close':
			case 'comma':
				throw this.#unexpected(
					side === 'argument'
						? 'an argument'
						: `${side} operand (identifier, function, text or number)`,
					token,
				);
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

	#unexpected(expected: string, found: Token): FilterError {
		const isStray = found.kind === 'comma' || (found.kind === 'close' && this.#depth === 0);
		return new FilterError(
			'syntax',
			isStray
				? `unexpected character ${quoted(found.text, "'")}`
				: found.kind === 'close'
					? 'invalid or incomplete filter expression'
					: `expected ${expected}, got ${quoted(found.text)} (${found.kind})`,
		);
	}
}
