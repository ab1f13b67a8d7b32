import { ruleNames, type PlainCollection, type PlainField } from '../schema/index.ts';

/** A value that a rule compares a field with: states with it are worth trying. */
export interface Literal {
	/** Id of the collection the field belongs to. */
	readonly collection: string;
	readonly field: string;
	readonly value: string | number | boolean;
	/** The rule asks for the value, or for more; else it rules the value out. */
	readonly wanted: boolean;
}

const operand = String.raw`(@?[A-Za-z_][\w.:]*)`;
const value = String.raw`("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|true|false|-?\d+(?:\.\d+)?)`;
const operator = String.raw`\s*\??(=|!=|~|!~|>=|>|<=|<)\s*`;
const direct = new RegExp(`${operand}${operator}${value}`, 'g');
const reversed = new RegExp(`${value}${operator}${operand}`, 'g');

/** All comparisons of a field with a constant in the rules, each once. */
export function literalsOf(collections: readonly PlainCollection[]): readonly Literal[] {
	const found = new Map<string, Literal>();
	for (const collection of collections) {
		for (const rule of rulesOf(collection)) {
			for (const { path, operator, text } of comparisons(rule)) {
				for (const literal of resolve(collections, collection, path, text)) {
					const wanted = !operator.startsWith('!') && !operator.startsWith('<');
					const key = JSON.stringify(literal);
					found.set(key, { ...literal, wanted: wanted || found.get(key)?.wanted === true });
				}
			}
		}
	}
	return [...found.values()];
}

/** The five rules and, of an auth collection, who may manage and sign in. */
export const rulesOf = (collection: PlainCollection): readonly string[] =>
	[...ruleNames, 'manageRule', 'authRule'].flatMap((name) => {
		const rule = collection[name];
		return typeof rule === 'string' && rule !== '' ? [rule] : [];
	});

interface Comparison {
	readonly path: string;
	readonly operator: string;
	readonly text: string;
}

const comparisons = (rule: string): Comparison[] => [
	...[...rule.matchAll(direct)].map(([, path = '', operator = '', text = '']) => ({
		...{ path, operator, text },
	})),
	// `1 < level` asks for more, as `level > 1` does.
	...[...rule.matchAll(reversed)].map(([, text = '', operator = '', path = '']) => ({
		...{ path, operator: operator.replace('<', '>'), text },
	})),
];

type Found = Omit<Literal, 'wanted'>;

function resolve(
	collections: readonly PlainCollection[],
	own: PlainCollection,
	path: string,
	text: string,
): Found[] {
	const parts = path.split(':')[0]?.split('.') ?? [];
	const auths = collections.filter(({ type, system }) => type === 'auth' && system !== true);
	const value = constant(text);
	const [first, second, third] = parts;
	const starts: readonly [PlainCollection, readonly string[]][] =
		first === '@request' && second === 'auth'
			? auths.map((auth) => [auth, parts.slice(2)])
			: first === '@request' && second === 'body'
				? [[own, third === undefined ? [] : [third]]]
				: first === '@collection'
					? collections
							.filter(({ name }) => name === second?.split(':')[0])
							.map((other) => [other, parts.slice(2)])
					: [[own, parts]];
	return starts.flatMap(([start, rest]) => follow(collections, start, rest, value));
}

/** Walks through relations to the field a path ends in. */
function follow(
	collections: readonly PlainCollection[],
	start: PlainCollection,
	path: readonly string[],
	value: string | number | boolean,
): Found[] {
	const [name, ...rest] = path;
	const field = start.fields.find((each) => each.name === name);
	if (!field || field.name === 'id') return [];
	if (rest.length === 0)
		return takes(field, value)
			? [{ collection: start.id ?? start.name, field: field.name, value }]
			: [];
	const next = collections.find(({ id }) => id !== undefined && id === field['collectionId']);
	return next ? follow(collections, next, rest, value) : [];
}

/** Ids, dates and e-mails are made so that records differ; a constant would undo that. */
function takes(field: PlainField, value: string | number | boolean): boolean {
	switch (field.type) {
		case 'bool':
			return typeof value === 'boolean';
		case 'number':
			return typeof value === 'number';
		case 'text':
		case 'select':
			return typeof value === 'string' && value !== '';
		default:
			return false;
	}
}

function constant(text: string): string | number | boolean {
	if (text === 'true' || text === 'false') return text === 'true';
	const quote = text[0];
	if (quote === '"' || quote === "'") return text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
	return Number(text);
}
