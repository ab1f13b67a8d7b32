import { ident, sql } from '../../../sql/index.ts';
import { castString } from '../cast.ts';
import {
	atLeast,
	blankIssue,
	collectIssues,
	inIssue,
	issue,
	requiredIssue,
	rangeIssue,
	runeLength,
} from '../issues.ts';
import type { DefinitionContext, FieldIssue, FieldKind, ValidateContext } from '../kind.ts';
import { matchesPattern, patternProblem } from '../patterns.ts';
import { randomByPattern } from '../random-pattern.ts';
import type { TextField } from '../types.ts';
import { plainText } from './plain-text.ts';

/** Pattern of the default primary key; it excludes what the checks below look for. */
export const defaultIdPattern = '^[a-z0-9]+$';

/** Ids become directory names: these characters and names are refused whatever the pattern says. */
const forbiddenInIds = [
	'.',
	'/',
	'\\',
	'|',
	'"',
	"'",
	'`',
	'<',
	'>',
	':',
	'?',
	'*',
	'%',
	'$',
	'\0',
	'\t',
	'\n',
	'\r',
	' ',
];
const reservedIds = new Set([
	...['CON', 'PRN', 'AUX', 'NUL'],
	...Array.from({ length: 9 }, (_, i) => `COM${i + 1}`),
	...Array.from({ length: 9 }, (_, i) => `LPT${i + 1}`),
]);

export const textKind: FieldKind<'text'> = {
	...plainText,
	type: 'text',
	column: (field) =>
		field.primaryKey
			? "TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL"
			: plainText.column(),
	async validate(field, value, context) {
		const text = castString(value);
		if (field.primaryKey) {
			if (!context.isNew)
				return context.original === undefined || context.original['id'] === text
					? undefined
					: issue('validation_pk_change', 'The record primary key cannot be changed.');
			if (field.pattern !== defaultIdPattern && (await isTaken(text, context)))
				return issue(
					'validation_pk_invalid',
					'The record primary key is invalid or already exists.',
				);
		}
		return validateText(field, text);
	},
	modify(field, _current, modifier, operand) {
		if (modifier !== ':autogenerate') return undefined;
		return { value: castString(operand) + generate(field) };
	},
	parse: (common, options) => ({
		...common,
		type: 'text',
		min: options.int('min'),
		max: options.int('max'),
		pattern: options.string('pattern'),
		autogeneratePattern: options.string('autogeneratePattern'),
		required: options.bool('required'),
		primaryKey: options.bool('primaryKey'),
	}),
	async check(field, context) {
		return collectIssues({
			name:
				field.primaryKey && field.name !== 'id'
					? inIssue('The primary key must be named "id".')
					: undefined,
			primaryKey: field.primaryKey ? otherPrimaryKeys(context) : undefined,
			min: rangeIssue(field.min, 0, Number.MAX_SAFE_INTEGER),
			max:
				field.max !== 0 && field.max < field.min
					? atLeast(field.min)
					: rangeIssue(field.max, undefined, Number.MAX_SAFE_INTEGER),
			pattern:
				field.primaryKey && field.pattern === ''
					? requiredIssue()
					: await patternIssue(field.pattern),
			hidden: field.primaryKey && field.hidden ? blankIssue() : undefined,
			required: field.primaryKey && !field.required ? requiredIssue() : undefined,
			autogeneratePattern:
				(await patternIssue(field.autogeneratePattern)) ?? (await autogenerateIssue(field)),
		});
	},
};

/** Checks a text against the field's limits and pattern, without looking at other records. */
export async function validateText(
	field: TextField,
	text: string,
): Promise<FieldIssue | undefined> {
	if (text === '') return field.required || field.primaryKey ? requiredIssue() : undefined;
	const length = runeLength(text);
	if (field.min > 0 && length < field.min)
		return issue('validation_min_text_constraint', 'Must be at least {min} character(s).', {
			min: field.min,
		});
	const max = field.max === 0 ? 5000 : field.max;
	if (max > 0 && length > max)
		return issue('validation_max_text_constraint', 'Must be no more than {max} character(s).', {
			max,
		});
	if (field.pattern !== '' && !(await matchesPattern(field.pattern, text)))
		return issue('validation_invalid_format', 'Invalid value format.');
	return field.primaryKey && field.pattern !== defaultIdPattern ? idIssue(text) : undefined;
}

function idIssue(text: string): FieldIssue | undefined {
	const character = forbiddenInIds.find((forbidden) => text.includes(forbidden));
	if (character !== undefined)
		return issue(
			'validation_forbidden_pk_character',
			"'{ch}' is not a valid primary key character.",
			{ ch: character },
		);
	const reserved = text.toUpperCase();
	return reservedIds.has(reserved)
		? issue(
				'validation_reserved_pk',
				"The primary key '{reserved}' is reserved and cannot be used.",
				{ reserved },
			)
		: undefined;
}

/** Patterns that allow capitals could give two ids that one file system takes for the same. */
async function isTaken(id: string, context: ValidateContext): Promise<boolean> {
	const row = await context.reader.get(
		sql`SELECT 1 FROM ${ident(context.collection.name)} WHERE ${ident('id')} = ${id} COLLATE NOCASE LIMIT 1`,
	);
	return row !== undefined;
}

const generate = (field: TextField): string => {
	if (field.autogeneratePattern === '') return '';
	try {
		return randomByPattern(field.autogeneratePattern);
	} catch {
		return '';
	}
};

/** The value a new record gets: an empty text field with an `autogeneratePattern` is filled, anything else stays. */
export const autogenerate = (field: TextField, value: unknown): string => {
	const text = castString(value);
	return text === '' ? generate(field) : text;
};

const otherPrimaryKeys = (context: DefinitionContext): FieldIssue | undefined =>
	context.collection.fields.filter((field) => field.type === 'text' && field.primaryKey).length > 1
		? issue(
				'validation_unsupported_composite_pk',
				'Composite PKs are not supported and the collection must have only 1 PK.',
			)
		: undefined;

export async function patternIssue(pattern: string): Promise<FieldIssue | undefined> {
	const problem = pattern === '' ? undefined : await patternProblem(pattern);
	return problem === undefined ? undefined : issue('validation_invalid_regex', problem);
}

/** A few samples must pass the field's own checks. */
async function autogenerateIssue(field: TextField): Promise<FieldIssue | undefined> {
	if (field.autogeneratePattern === '') return undefined;
	for (let i = 0; i < 10; i++) {
		let sample: string;
		try {
			sample = randomByPattern(field.autogeneratePattern);
		} catch (error) {
			return issue(
				'validation_invalid_autogenerate_pattern',
				error instanceof Error ? error.message : 'invalid pattern',
			);
		}
		if ((await validateText(field, sample)) !== undefined)
			return issue(
				'validation_invalid_autogenerate_pattern_value',
				`The provided autogenerate pattern could produce invalid field values, ex.: ${JSON.stringify(sample)}`,
			);
	}
	return undefined;
}
