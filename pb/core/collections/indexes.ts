import { tokenize, trimChars, UnbalancedError } from './tokenizer.ts';

export interface IndexColumn {
	/** A column name or an expression. */
	readonly name: string;
	readonly collate: string;
	readonly sort: string;
}

/** A `CREATE INDEX` statement taken apart. */
export interface Index {
	readonly schema: string;
	readonly name: string;
	readonly table: string;
	readonly columns: readonly IndexColumn[];
	readonly where: string;
	readonly isUnique: boolean;
	readonly isOptional: boolean;
}

const none: Index = {
	schema: '',
	name: '',
	table: '',
	columns: [],
	where: '',
	isUnique: false,
	isOptional: false,
};
const head = /create\s+(unique\s+)?index\s*(if\s+not\s+exists\s+)?(\S*)\s+on\s+([^\s(]*)\s*\(/i;
const quotes = '`"\'[]\r\n\t\f\v ';
/** Longer statements are no index; keeps the work on hostile input bounded. */
const maxLength = 20_000;

/** Reads a statement; one that is none gives an index without a name, which `isValidIndex` refuses. */
export function parseIndex(statement: string): Index {
	const match = statement.length > maxLength ? null : head.exec(statement);
	if (match === null) return none;
	const [opening = '', unique, optional, rawName = '', rawTable = ''] = match;
	const body = statement.slice(match.index + opening.length);
	const end = closingParenthesis(body);
	if (end < 0) return none;
	const names = split(rawName, '.').map((part) => trimChars(part, quotes));
	const [first = '', second] = names;
	const where = /^\s*where\s+([\s\S]*)/i.exec(body.slice(end + 1));
	return {
		schema: second === undefined ? '' : first,
		name: second ?? first,
		table: trimChars(rawTable, quotes),
		columns: split(body.slice(0, end), ',').flatMap(parseColumn),
		where: where?.[1]?.trim() ?? '',
		isUnique: unique !== undefined,
		isOptional: optional !== undefined,
	};
}

function split(text: string, separator: string): readonly string[] {
	try {
		return tokenize(text, separator);
	} catch (error) {
		if (error instanceof UnbalancedError) return [];
		throw error;
	}
}

/** Position of the parenthesis that closes the column list; quoted ones do not count. */
function closingParenthesis(text: string): number {
	let depth = 1;
	let quote = '';
	for (let i = 0; i < text.length; i++) {
		const character = text.charAt(i);
		if (quote !== '') {
			if (character === quote) quote = '';
		} else if (character === "'" || character === '"' || character === '`') quote = character;
		else if (character === '(') depth++;
		else if (character === ')' && --depth === 0) return i;
	}
	return -1;
}

function parseColumn(text: string): readonly IndexColumn[] {
	const match = /^([\s\S]+?)(?:\s+collate\s+(\w+))?(?:\s+(asc|desc))?$/i.exec(text);
	const name = trimChars(match?.[1] ?? '', quotes);
	return name === ''
		? []
		: [{ name, collate: match?.[2] ?? '', sort: (match?.[3] ?? '').toUpperCase() }];
}

export const isValidIndex = (index: Index): boolean =>
	index.name !== '' && index.table !== '' && index.columns.length > 0;

/** The statement in PocketBase's normal form; '' for an invalid index (tools/dbutils/index.go). */
export function buildIndex(index: Index): string {
	if (!isValidIndex(index)) return '';
	const many = index.columns.length > 1;
	const columns = index.columns.map(buildColumn).join(',\n  ');
	return (
		`CREATE ${index.isUnique ? 'UNIQUE ' : ''}INDEX ${index.isOptional ? 'IF NOT EXISTS ' : ''}` +
		`${index.schema === '' ? '' : `\`${index.schema}\`.`}\`${index.name}\` ON \`${index.table}\` (` +
		`${many ? `\n  ${columns}\n` : columns})${index.where === '' ? '' : ` WHERE ${index.where}`}`
	);
}

function buildColumn({ name, collate, sort }: IndexColumn): string {
	const trimmed = name.trim();
	const isExpression = name.includes('(') || name.includes(' ');
	return (
		(isExpression ? trimmed : `\`${trimmed}\``) +
		(collate === '' ? '' : ` COLLATE ${collate}`) +
		(sort === '' ? '' : ` ${sort}`)
	);
}

/** The unique index on exactly that column, if there is one. */
export const findUniqueIndex = (indexes: readonly string[], column: string): Index | undefined =>
	indexes
		.map(parseIndex)
		.find(
			({ isUnique, columns }) =>
				isUnique && columns.length === 1 && columns[0]?.name.toLowerCase() === column.toLowerCase(),
		);
