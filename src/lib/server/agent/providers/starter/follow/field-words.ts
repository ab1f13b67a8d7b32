import type { SchemaField } from '#lib/contracts/index.ts';

/** What an input for a field is, on the page and in the table. */
export interface FieldKind {
	readonly type: 'text' | 'long' | 'email' | 'url' | 'tel' | 'number' | 'date' | 'bool';
	/** How it begins, as TypeScript. */
	readonly initial: string;
}

const kinds: readonly (readonly [words: RegExp, type: FieldKind['type']])[] = [
	[/\b(?:phone|mobile|telephone|fax|tel)\b/i, 'tel'],
	[/\be-?mails?\b/i, 'email'],
	[/\b(?:website|url|link|homepage|web ?site|web address)\b/i, 'url'],
	[/\b(?:date|birthday|deadline|day|due|anniversary|date of birth|arrival|departure)\b/i, 'date'],
	[
		/\b(?:number|price|cost|amount|quantity|count|age|rating|score|weight|height|length|width|size in \w+|minutes|hours|year|budget|points|stars|servings|portions|total|distance|calories)\b/i,
		'number',
	],
	[
		/\b(?:check ?box|yes\/no|urgent|important|paid|done|confirmed|vegetarian|vegan|approved|favou?rite|finished|active|flag)\b/i,
		'bool',
	],
	[
		/\b(?:description|details|notes?|comment|bio|about|instructions|story|remarks?|summary|text|message|address|allerg(?:y|ies)|ingredients|answer|reason)\b/i,
		'long',
	],
	[
		/\b(?:name|nickname|surname|company|organi[sz]ation|job|role|title|subject|topic|category|type|status|priority|city|town|country|zip(?: code)?|post(?:al)? ?code|street|place|location|colou?r|language|team|department|room|time|brand|author|source|tag|gender|song|dish|drink|food|meal|hobby|hobbies|twitter|instagram|mood|genre|isbn|serial|code|label|size|unit|currency)\b/i,
		'text',
	],
];

const initials: Readonly<Record<FieldKind['type'], string>> = {
	...{ text: "''", long: "''", email: "''", url: "''", tel: "''", date: "''" },
	number: 'null as number | null',
	bool: 'false',
};

/** Things that are no field, whatever the sentence looks like. */
const features =
	/\b(?:buttons?|pages?|log-?in|log-?out|sign-?(?:in|up|out)|search(?:es)?|filters?|sort(?:ing)?|charts?|graphs?|maps?|images?|pictures?|photos?|files?|uploads?|payments?|notifications?|reminders?|export|import|modes?|toggle|calendars?|comments|replies|likes?|reactions?|menu|footer|header|logo|sidebar|animations?|sounds?|videos?|music|api|users?|roles|admins?|permissions?|table|list|column|row|section|view|link to|chat|feature|pagination|infinite|scroll|dashboard|statistics?|stats|drag|ai|bot|avatar|theme|style|border|shadow|background|font|icons?|emojis?|captcha|validation|undo|history|more|another|everything|something|things?|tests?|recipes?|poll|shop|game|fields?|inputs?|timer|countdown|counter|progress|links)\b/i;

/** What is no field even where the sentence says so: `a search field`. */
const workings =
	/\b(?:search|filter|log-?in|sign-?in|password|photos?|images?|pictures?|files?|uploads?|captcha|comments|fields?|inputs?|hidden|required)\b/i;

/**
 * `a phone number and the city` -> two names; undefined when one of them can hardly be a field.
 * @param explicit the sentence itself says "field": then any name will do
 */
export function fieldNames(text: string, explicit: boolean): readonly string[] | undefined {
	const found = text
		.split(/\s*(?:,|&|\band\b|\bplus\b)\s*/i)
		.map((name) =>
			name
				.trim()
				.replace(
					/^(?:(?:an?|the|their|his|her|its|also|optional|new|whether (?:they|it) (?:is|are|was))\s+)+/i,
					'',
				),
		)
		.filter((name) => name !== '');
	if (found.length === 0 || found.length > 4) return undefined;
	return found.every((name) => isField(name, explicit)) ? found : undefined;
}

function isField(name: string, explicit: boolean): boolean {
	const words = name.split(/\s+/);
	if (words.length > 3 || !/^[\p{L}][\p{L}\p{N} '_/-]*$/u.test(name)) return false;
	if (/\b(?:to|for|of|with|that|which|who|where|in|on|from|so|as|or)\b/i.test(name)) return false;
	return explicit ? !workings.test(name) : !features.test(name);
}

export function kindOf(name: string): FieldKind {
	const type = kinds.find(([words]) => words.test(name))?.[1] ?? 'text';
	return { type, initial: initials[type] };
}

/** `Phone number` -> `phone`, `due date` -> `due_date`; undefined when nothing is left of it. */
export function identifierOf(name: string): string | undefined {
	const short = /\bphone\b/i.test(name)
		? 'phone'
		: /\be-?mail\b/i.test(name)
			? 'email'
			: name
					.normalize('NFKD')
					.replaceAll(/\p{M}/gu, '')
					.toLowerCase()
					.replaceAll(/[^a-z0-9]+/g, '_')
					.replaceAll(/^_+|_+$/g, '');
	return /^[a-z][a-z0-9_]{0,40}$/.test(short) && !reserved.has(short) ? short : undefined;
}

const reserved = new Set([
	...['id', 'created', 'updated', 'expand', 'owner', 'collection', 'password', 'tokenkey'],
	...[
		'class',
		'const',
		'new',
		'delete',
		'default',
		'function',
		'return',
		'this',
		'var',
		'let',
		'if',
		'else',
		'in',
		'of',
		'for',
		'do',
		'while',
		'switch',
		'case',
		'try',
		'import',
		'export',
	],
]);

export const labelOf = (name: string): string => {
	const text = name.replaceAll('_', ' ').trim();
	return text.charAt(0).toUpperCase() + text.slice(1);
};

export function schemaFieldOf(name: string, { type }: FieldKind): SchemaField {
	switch (type) {
		case 'text':
			return { name, type: 'text', max: 200 };
		case 'tel':
			return { name, type: 'text', max: 40 };
		case 'long':
			return { name, type: 'text', max: 2000 };
		default:
			return { name, type };
	}
}

/** The input with its label, for a form. @param target what it is bound to */
export function inputOf(label: string, target: string, { type }: FieldKind): readonly string[] {
	if (type === 'bool')
		return [
			'<label class="check">',
			`\t<input type="checkbox" bind:checked={${target}} />`,
			`\t${label}`,
			'</label>',
		];
	const control =
		type === 'long'
			? `<textarea bind:value={${target}} maxlength="2000" rows="3"></textarea>`
			: `<input${attributes[type]} bind:value={${target}}${limits[type]} />`;
	return ['<label>', `\t${label}`, `\t${control}`, '</label>'];
}

const attributes = {
	...{ text: '', email: ' type="email"', url: ' type="url"', tel: ' type="tel"' },
	...{ number: ' type="number"', date: ' type="date"' },
} as const;
const limits = {
	...{ text: ' maxlength="200"', email: ' autocomplete="email"', url: ' placeholder="https://"' },
	...{ tel: ' maxlength="40" autocomplete="tel"', number: ' step="any"', date: '' },
} as const;

/** The field in a row of a list, when it holds something. */
export function shownOf(label: string, value: string, { type }: FieldKind): string {
	if (type === 'bool') return `{#if ${value}}<span class="tag">${label}</span>{/if}`;
	const text = type === 'date' ? `${value}.slice(0, 10)` : value;
	return `{#if ${value}}<p class="more"><span>${label}:</span> {${text}}</p>{/if}`;
}
