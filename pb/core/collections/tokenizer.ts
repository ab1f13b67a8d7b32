/** A quote or parenthesis without its counterpart. */
export class UnbalancedError extends Error {
	override readonly name = 'UnbalancedError';
}

const whitespace = '\t\n\v\f\r \u0085\u00a0';

/** `text` without the characters of `cutset` at both ends. */
export function trimChars(text: string, cutset: string): string {
	let start = 0;
	let end = text.length;
	while (start < end && cutset.includes(text.charAt(start))) start++;
	while (end > start && cutset.includes(text.charAt(end - 1))) end--;
	return text.slice(start, end);
}

/**
 * Splits text at separators outside of quotes and parentheses, drops empty parts and trims the others.
 * @param keepSeparator The separator stays at the end of its part.
 * @throws UnbalancedError
 * @example tokenize('a, f(b, c)', ',') // ['a', 'f(b, c)']
 */
export function tokenize(
	text: string,
	separators: string,
	keepSeparator = false,
): readonly string[] {
	const cutset = Array.from(whitespace)
		.filter((character) => !separators.includes(character))
		.join('');
	const parts: string[] = [];
	let part = '';
	let depth = 0;
	let quote = '';
	let previous = '';
	const finish = (): void => {
		const trimmed = trimChars(part, cutset);
		if (trimmed !== '') parts.push(trimmed);
		part = '';
		previous = '';
	};
	for (const character of text) {
		if (previous !== '\\') {
			if (quote === '' && character === '(') depth++;
			else if (quote === '' && character === ')' && depth > 0) depth--;
			else if (character === "'" || character === '"' || character === '`') {
				if (quote === character) quote = '';
				else if (quote === '') quote = character;
			}
		}
		if (depth === 0 && quote === '' && separators.includes(character)) {
			if (keepSeparator) part += character;
			finish();
			continue;
		}
		previous = character;
		part += character;
	}
	if (depth > 0 || quote !== '')
		throw new UnbalancedError(
			`unbalanced parenthesis or quoted expression: ${JSON.stringify(part)}`,
		);
	finish();
	return parts;
}
