import { colourOf } from './colours.ts';
import { fieldNames } from './field-words.ts';
import { ruleIntent, type RuleIntent } from './rule-words.ts';

/** What a follow-up asks for, in its own words; what the words mean in this app is found out later. */
export type Intent =
	| {
			readonly kind: 'add_field';
			readonly names: readonly string[];
			readonly table: string | undefined;
			/** The sentence says that it is a field: any name may be one. */
			readonly explicit: boolean;
	  }
	| { readonly kind: 'remove_field'; readonly name: string; readonly table: string | undefined }
	| {
			readonly kind: 'rename';
			readonly what: 'field' | 'table' | 'either';
			readonly from: string;
			readonly to: string;
			readonly table: string | undefined;
	  }
	| { readonly kind: 'title'; readonly title: string }
	| { readonly kind: 'page'; readonly title: string; readonly text: string | undefined }
	| { readonly kind: 'colour'; readonly name: string; readonly hex: string }
	| { readonly kind: 'theme'; readonly theme: 'light' | 'dark' | 'light dark' }
	| { readonly kind: 'text'; readonly from: string; readonly to: string }
	| { readonly kind: 'intro'; readonly to: string }
	| RuleIntent;

const maxRequest = 500;

/**
 * The one thing a request asks for, or undefined. A pattern has to fit the whole sentence: what says more than it
 * understands (a condition, a second wish, a question, a "not") is not understood at all.
 */
export function intentOf(text: string): Intent | undefined {
	const request = plain(text);
	if (request === undefined) return undefined;
	for (const parse of [
		text_,
		pageIntent,
		titleIntent,
		look,
		ruleIntent,
		rename,
		removal,
		addition,
	]) {
		const intent = parse(request);
		if (intent !== undefined) return intent;
	}
	return undefined;
}

const polite =
	/^(?:(?:ok|okay|hi|hey|hello|now|also|and|then|next|great|thanks|thank you|please|pls|kindly)[,.!]?\s+|(?:can|could|would|will) you (?:please )?|(?:i'd|i would) like (?:you )?to |i (?:want|need) (?:you )?to |let's |let us |we (?:should|need to|want to) |you should )+/i;

/** One sentence without courtesies; undefined for what is a question, conditional or more than one sentence. */
function plain(text: string): string | undefined {
	if (text.length > maxRequest) return undefined;
	let request = text.trim().replaceAll(/\s+/g, ' ').replaceAll('’', "'");
	const isAsked = /^(?:can|could|would|will) you\b/i.test(request);
	request = request.replace(polite, '');
	request = request.replace(/[\s.!]*(?:,?\s*(?:please|thanks|thank you|pls))?[\s.!]*$/i, '');
	if (isAsked) request = request.replace(/\?$/, '').replace(/,?\s*please$/i, '');
	const bare = withoutQuotes(request);
	if (/[?;]|[.!] /.test(bare)) return undefined;
	if (/\b(?:if|unless|except|when|whenever|but|until|while|because|maybe|perhaps)\b/i.test(bare))
		return undefined;
	return request === '' ? undefined : request;
}

export const withoutQuotes = (text: string): string =>
	text.replaceAll(/["“”„«»][^"“”„«»]*["“”„«»]|'[^']*'(?!\w)/g, ' ');

/** A name in quotes, or the rest of the sentence. */
const quote = String.raw`["“„«']([^"“”„«»\n]{1,300}?)["”“»']`;
const unquote = (text: string): string =>
	/^["“„«'](.*)["”“»']$/.exec(text.trim())?.[1]?.trim() ?? text.trim();

const re = (source: string): RegExp => new RegExp(`^(?:${source})$`, 'i');
const first = (text: string, ...patterns: readonly RegExp[]): RegExpExecArray | undefined => {
	for (const pattern of patterns) {
		const found = pattern.exec(text);
		if (found) return found;
	}
	return undefined;
};

const introWord = String.raw`(?:the )?(?:intro(?:duction)?|sub-?title|tag ?line|slogan|text (?:under|below|beneath) the (?:title|heading))`;
const introPatterns = [
	re(String.raw`(?:change|set|replace|make|update) ${introWord} (?:to|with|by|into) (?:say )?(.+)`),
	re(String.raw`${introWord} should (?:be|say|read) (.+)`),
];
const textPatterns = [
	re(
		String.raw`(?:change|replace|rewrite|turn|rename) (?:the )?(?:text|words?|label|button|sentence|heading|wording|message)?\s*${quote} (?:to|with|by|into|as) ${quote}`,
	),
	re(String.raw`(?:write|say|put|show|use) ${quote} instead of ${quote}`),
	re(String.raw`instead of ${quote},? (?:write|say|put|show|use) ${quote}`),
	re(String.raw`(?:the )?(?:button |text |label |link )?${quote} should (?:be|say|read) ${quote}`),
];

function text_(request: string): Intent | undefined {
	const intro = first(request, ...introPatterns)?.[1];
	if (intro !== undefined) return { kind: 'intro', to: unquote(intro) };
	const found = first(request, ...textPatterns);
	if (found?.[1] === undefined || found[2] === undefined) return undefined;
	const turned = /^(?:write|say|put|show|use)/i.test(request);
	const [from, to] = turned ? [found[2], found[1]] : [found[1], found[2]];
	return { kind: 'text', from, to };
}

const titlePatterns = [
	re(
		String.raw`(?:rename|retitle) (?:it|this|the app|this app|my app|our app|the site|the page|the application|the title)(?: to| as| into)? (.+)`,
	),
	re(
		String.raw`(?:change|set|update) (?:the |this |my |our )?(?:app(?:'s)? |page |site )?(?:title|name|heading|headline)(?: of (?:the|this|my|our) (?:app|page|site|website))? (?:to|into|as) (.+)`,
	),
	re(String.raw`(?:call|name) (?:it|this|the app|this app|my app|our app|the site|the page) (.+)`),
	re(
		String.raw`(?:the |this |my |our )?(?:app(?:'s)?|title|name|heading|it)(?: title| name)?(?: of (?:the|this|my|our) app)? should be(?: called| named)? (.+)`,
	),
];

function titleIntent(request: string): Intent | undefined {
	const found = first(request, ...titlePatterns)?.[1];
	if (found === undefined) return undefined;
	const title = unquote(found);
	// "the app should be faster" is about something else.
	const isNamed =
		/["“„«']/.test(found) || /\b(?:call|name|rename|retitle|title|named?|heading)/i.test(request);
	if (title === '' || title.length > 60 || !isNamed) return undefined;
	if (/\b(?:bigger|smaller|larger|centered|bold|faster)\b/i.test(title)) return undefined;
	return { kind: 'title', title };
}

const pageVerb = String.raw`(?:add|create|make|build|insert|i (?:need|want)|we (?:need|want)|give (?:it|me|us|the app)|there should be)`;
const pageText = String.raw`(?:,? (?:with the text|with|that says|which says|saying)[:\s]+${quote})?`;
const pagePatterns = [
	re(
		String.raw`${pageVerb} (?:an?|another|one more|a new|a second|a separate|the) (?:new |second |separate )?page (?:called|named|titled|for|about|with the (?:title|name)) ${quote}${pageText}`,
	),
	re(
		String.raw`${pageVerb} (?:an?|another|one more|a new|a second|a separate|the) (?:new |second |separate )?page (?:called|named|titled|for|about) ([\p{L}][\p{L}\p{N} &-]{1,30}?)${pageText}`,
	),
	re(
		String.raw`${pageVerb} (?:an?|another|a new|the) ([\p{L}][\p{L}\p{N} &-]{1,30}?)[ -](?:sub)?page${pageText}`,
	),
	re(String.raw`${pageVerb} (?:an?|the) ["“„«']([^"“”„«»]{1,40})["”“»'] page${pageText}`),
].map((pattern) => new RegExp(pattern.source, 'iu'));

/** Pages that would have to do something. */
const doing =
	/\b(?:log-?in|sign-?(?:in|up)|admin|settings?|profile|search|detail|list|checkout|payment|shop|dashboard|statistics?|stats|edit|landing|every|each|per|new|other)\b/i;

function pageIntent(request: string): Intent | undefined {
	const found = first(request, ...pagePatterns);
	const name = found?.[1];
	if (name === undefined || doing.test(name)) return undefined;
	const title = unquote(name);
	return { kind: 'page', title: title.charAt(0).toUpperCase() + title.slice(1), text: found?.[2] };
}

const thing = String.raw`(?:it|this|everything|all|the app|this app|the page|the site|the buttons|the design|the whole (?:app|page|thing))`;
const colourWord = String.raw`(?:the |an? )?(?:accent |main |primary |theme )?colou?r(?: of ${thing})?`;
const lookPatterns = [
	re(String.raw`(?:make|turn|paint|colou?r) ${thing} (?:in )?(.+)`),
	re(
		String.raw`(?:change|set|switch) (?:${colourWord}|the accent|the theme|${thing}) (?:to|into) (.+)`,
	),
	re(
		String.raw`(?:use|take|switch to|go with|i want|i'd like|i would like|we want|give (?:it|me|us)|always use)(?: an?| the)? (.+?)(?: as (?:the )?(?:accent |main )?colou?r)?`,
	),
	re(String.raw`(?:${colourWord}|the accent) should be (.+)`),
	re(String.raw`i (?:want|would like|'d like) it (?:in |to be )?(.+)`),
	re(String.raw`(?:follow|use) (the (?:system|device|browser).*)`),
	re(String.raw`(.+)`),
];

function look(request: string): Intent | undefined {
	for (const pattern of lookPatterns) {
		const words = pattern.exec(request)?.[1]?.toLowerCase().trim();
		if (words === undefined) continue;
		const theme =
			/^(?:always |only )?(?:in )?(dark|light|night)(?: ?-?(?:mode|theme|version|design))?(?: only| always)?$/.exec(
				words,
			)?.[1];
		if (theme !== undefined) return { kind: 'theme', theme: theme === 'light' ? 'light' : 'dark' };
		if (
			/^(?:the )?(?:system|device|browser|operating system)(?:'s)?(?: theme| setting| mode| preference)?s?$/.test(
				words,
			)
		)
			return { kind: 'theme', theme: 'light dark' };
		if (/^(?:light and dark|both(?: themes)?)$/.test(words))
			return { kind: 'theme', theme: 'light dark' };
		const colour = colourOf(
			words.replace(/ (?:accent|colou?r|theme|tones?|please|accent colou?r|one|instead)$/, ''),
		);
		if (colour !== undefined) return { kind: 'colour', ...colour };
	}
	return undefined;
}

const word = String.raw`["“„«']?([\p{L}][\p{L}\p{N}_ -]{0,40}?)["”“»']?`;
const inTable = String.raw`(?: (?:in|of|from|on|for|to) (?:the |every |each |all )?${word}(?: table| list| form)?)?`;
const unicode = (source: string): RegExp => new RegExp(`^(?:${source})$`, 'iu');
const renamePatterns = [
	[
		'field',
		unicode(
			String.raw`rename (?:the )?(?:field|column|input) ${word}${inTable} (?:to|into|as) ${word}`,
		),
	],
	[
		'field',
		unicode(
			String.raw`rename (?:the )?${word} (?:field|column|input)${inTable} (?:to|into|as) ${word}`,
		),
	],
	[
		'field',
		unicode(
			String.raw`(?:change|set) the (?:name|label) of (?:the )?(?:field )?${word}(?: field)?${inTable} (?:to|into) ${word}`,
		),
	],
	['field', unicode(String.raw`call (?:the )?${word} (?:field|column|input)${inTable} ${word}`)],
	[
		'table',
		unicode(String.raw`rename (?:the )?(?:table|collection|list) ${word}() (?:to|into|as) ${word}`),
	],
	[
		'table',
		unicode(String.raw`rename (?:the )?${word} (?:table|collection|list)() (?:to|into|as) ${word}`),
	],
	['either', unicode(String.raw`rename (?:the )?${word}${inTable} (?:to|into|as) ${word}`)],
] as const;

function rename(request: string): Intent | undefined {
	for (const [what, pattern] of renamePatterns) {
		const [, from, table, to] = pattern.exec(request) ?? [];
		if (from === undefined || to === undefined) continue;
		if (/\band\b/i.test(`${from} ${to}`)) return undefined;
		return { kind: 'rename', what, from, to, table: table === '' ? undefined : table };
	}
	return undefined;
}

const removalPatterns = [
	unicode(
		String.raw`(?:remove|delete|drop|take out|take away|get rid of) (?:the )?(?:field|column|input)(?: for(?: the)?| called| named)? ${word}${inTable}`,
	),
	unicode(
		String.raw`(?:remove|delete|drop|take out|take away|get rid of) (?:the )?${word}(?: field| column| input)?${inTable}`,
	),
	unicode(
		String.raw`(?:we|i|people) (?:don't|do not|no longer) need (?:the )?${word}(?: field| column)?(?: any ?more)?${inTable}`,
	),
];

function removal(request: string): Intent | undefined {
	const found = first(request, ...removalPatterns);
	const name = found?.[1];
	if (
		name === undefined ||
		/\b(?:all|every|everything|any|page|app|button|records?|data|first|second|third|last|newest|oldest)\b/i.test(
			name,
		)
	)
		return undefined;
	return { kind: 'remove_field', name, table: found?.[2] };
}

const names = String.raw`([\p{L}][\p{L}\p{N}'_, &/-]{1,90}?)`;
const field = String.raw`(?:fields?|columns?|inputs?|text ?box(?:es)?|check ?box(?:es)?)`;
const any = String.raw`(?:(?:an?|the|another|one more|some|new|extra|additional|optional|their|also|his|her) )*`;
const each = String.raw`(?:each|every|all|the|our|my)?\s*`;
const table = String.raw`([\p{L}][\p{L}\p{N}_ -]{1,30}?)`;
const toTable = String.raw`(?: (?:to|for|of|on|in|from|with) (?:the |every |each |all |our |my )*${table}(?: table| form| list| collection)?)?`;
const explicitPatterns = [
	unicode(
		String.raw`(?:add|create|insert|include|make|put in|i (?:need|want)|we (?:need|want)) ${any}${field} (?:for|called|named|with) ${any}["“'„]?${names}["”'“]?${toTable}`,
	),
	// The name alone, unless it may be the place where the field is to be.
	unicode(
		String.raw`(?:add|create|insert|include|i (?:need|want)|we (?:need|want)) ${any}(?:field|column|input):? (?!(?:next|before|after|above|below|beside|near|under|over|again|here|there|too)\b)["“'„]?${names}["”'“]?${toTable}`,
	),
	unicode(
		String.raw`(?:add|create|insert|include|make|put in|i (?:need|want)|we (?:need|want)) ${any}["“'„]?${names}["”'“]? ${field}${toTable}`,
	),
];
const openPatterns = [
	unicode(
		String.raw`(?:also )?(?:add|include|insert|record|store|collect|save|put in|i (?:need|want)|we (?:need|want)) ${any}${names}${toTable}`,
	),
	unicode(String.raw`(?:also )?ask (?:for )${any}${names}`),
];
/** Here the table comes first. */
const turnedPatterns = [
	unicode(
		String.raw`${each}${table} (?:should|must|need to|needs to|can|may|could) (?:also )?have ${any}${names}`,
	),
	unicode(String.raw`${each}${table} (?:also )?(?:needs?|gets?) ${any}${names}`),
	unicode(String.raw`(?:also )?ask ${each}${table} (?:also )?for ${any}${names}`),
	unicode(String.raw`give ${each}${table} ${any}${names}`),
	unicode(
		String.raw`let ${each}${table} (?:also )?(?:enter|leave|give|tell|write|add|type|fill) (?:in )?${any}${names}`,
	),
];

function addition(sentence: string): Intent | undefined {
	const request = sentence.replaceAll(/\bnumber of (\p{L}+)/giu, '$1 count');
	const explicit = first(request, ...explicitPatterns);
	if (explicit?.[1] !== undefined) return added(explicit[1], explicit[2], true);
	const turned = first(request, ...turnedPatterns);
	if (turned?.[1] !== undefined && turned[2] !== undefined && !/^(?:we|i|you|it)$/i.test(turned[1]))
		return added(turned[2].replace(new RegExp(` ${field}$`, 'i'), ''), turned[1], false);
	const open = first(request, ...openPatterns);
	return open?.[1] === undefined ? undefined : added(open[1], open[2], false);
}

function added(list: string, of: string | undefined, explicit: boolean): Intent | undefined {
	const found = fieldNames(list, explicit);
	// Nobody in particular: "people", "the form".
	const isAnybody =
		of !== undefined &&
		/^(?:people|everybody|everyone|users?|the form|form|it|the app|app|page|list)$/i.test(of);
	return found && { kind: 'add_field', names: found, table: isAnybody ? undefined : of, explicit };
}
