import { tokenize, trimChars } from '../tokenizer.ts';

/** A column or table of a query as written, and the name it goes by. */
export interface Identifier {
	readonly original: string;
	readonly alias: string;
}

export interface ViewQuery {
	readonly columns: readonly Identifier[];
	readonly tables: readonly Identifier[];
}

const joins =
	/\s+(?:full\s+outer\s+join|left\s+outer\s+join|right\s+outer\s+join|full\s+join|cross\s+join|inner\s+join|outer\s+join|left\s+join|right\s+join|join)\s/gi;
const rest = /\s+(?:where|group\s+by|having|order|limit|with)\s/gi;
const comments = /\/\*[\s\S]*?\*\/|--.+$/gm;

/** One statement, without surrounding space and semicolons. @throws Error for several statements. */
export function normaliseQuery(query: string): string {
	const trimmed = trimChars(query.trim(), ';');
	if (tokenize(trimmed, ';').length > 1) throw new Error('multiple statements are not supported');
	return trimmed;
}

/**
 * Finds the columns and tables of a SELECT without parsing SQL: enough to derive field types, as PocketBase
 * does it (core/view.go). SQLite itself decides whether the query is valid.
 * @throws Error for what does not look like a list of identifiers.
 */
export function parseViewQuery(query: string): ViewQuery {
	const text = trimChars(query.trim(), ';')
		.replace(comments, ' ')
		.replace(joins, ' __pb_join__ ')
		.replace(rest, ' __pb_discard__ ');
	const parts = { select: '', from: '', join: '' };
	let active: keyof typeof parts | undefined;
	let isSkipped = false;
	for (const token of tokenize(text, ', \n\t', true)) {
		const word = token.trim().toLowerCase();
		switch (word) {
			case 'select':
			case 'from':
				isSkipped = false;
				active = word;
				break;
			case 'distinct':
				break;
			case '__pb_join__':
				isSkipped = false;
				if (active === 'join') parts.join += ',';
				active = 'join';
				break;
			case '__pb_discard__':
				isSkipped = true;
				break;
			default:
				if (active === 'join' && word === 'on') isSkipped = true;
				if (!isSkipped && active !== undefined) parts[active] += ` ${token}`;
		}
	}
	return {
		columns: identifiers(parts.select),
		tables: [...identifiers(parts.from), ...identifiers(parts.join)],
	};
}

const identifiers = (expression: string): readonly Identifier[] =>
	tokenize(expression, ',').map((part) => identifier(tokenize(part, ' \n\t')));

function identifier(parts: readonly string[]): Identifier {
	const [first = '', second, third] = parts;
	if (parts.length === 3 && second?.toLowerCase() !== 'as')
		throw new Error(`invalid identifier part - expected "as", got ${second ?? ''}`);
	if (parts.length < 1 || parts.length > 3)
		throw new Error(`invalid identifier parts [${parts.join(' ')}]`);
	const alias = third ?? second ?? first.split('.').at(-1) ?? '';
	return { original: unquote(first, '`"[];'), alias: unquote(alias, '`"[];\'') };
}

const unquote = (name: string, quotes: string): string =>
	name
		.split('.')
		.map((part) => trimChars(part, quotes))
		.join('.');
