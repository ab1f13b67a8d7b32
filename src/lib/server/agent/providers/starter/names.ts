import type { Names, Recipe } from './recipe.ts';

const maxTitle = 60;
const maxOption = 60;
const maxOptions = 8;
const maxQuestion = 160;

/** Finds names in a request by its words: no understanding, just patterns that are often right. */
export function namesIn(text: string, recipe: Recipe): Names {
	const { question, options } = questionIn(text);
	return {
		title: titleIn(text) ?? purposeTitle(text, recipe) ?? recipe.title,
		question,
		options,
		item: itemIn(text),
	};
}

const quoted = String.raw`["“„«]([^"”“»\n]{1,60})["”“»]`;

/** `called Birthday Wishes`, `named "X"`, or else the first thing in quotes. */
function titleIn(text: string): string | undefined {
	const named = new RegExp(
		String.raw`\b(?:called|named|titled|name it|call it|with the (?:name|title))[:\s]+(?:${quoted}|([^\n,.;:!?"“]{2,60}))`,
		'i',
	).exec(text);
	const found = named?.[1] ?? cutClause(named?.[2] ?? '');
	if (found !== '') return tidy(found, maxTitle);
	const first = new RegExp(quoted).exec(text)?.[1];
	return first === undefined || first.includes('?') ? undefined : tidy(first, maxTitle);
}

/** `a to-do list for my team` -> `Team to-dos`. */
function purposeTitle(text: string, recipe: Recipe): string | undefined {
	const found =
		/\bfor\s+(?:(?:my|our|the|a|an|his|her|their)\s+)?([\p{L}\p{N}][\p{L}\p{N}'’& -]{1,50})/iu.exec(
			text,
		);
	const purpose = cutClause(found?.[1] ?? '')
		.split(/\s+/)
		.slice(0, 4)
		.join(' ');
	if (purpose === '' || nobody.test(purpose)) return undefined;
	return tidy(`${purpose} ${recipe.noun}`, maxTitle);
}

/** `for everybody to …` says nothing about what the app is. */
const nobody =
	/^(?:people|everyone|everybody|anyone|anybody|users?|visitors?|guests?|me|us|you|myself|each|every|all|them|it|this|that|free)\b/i;

/** Up to where a new thought begins. */
const cutClause = (text: string): string =>
	(
		text.split(
			/\s+(?:where|with|that|which|who|so|and|or|in which|to|by|using|on|please|but)\s+/i,
		)[0] ?? ''
	).trim();

function tidy(text: string, max: number): string {
	const bare = text.replaceAll(/\s+/g, ' ').replaceAll(/^[\s'‘’]+|[\s'‘’]+$/g, '');
	const trimmed = bare.slice(0, max).trim();
	return trimmed === '' ? trimmed : trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
}

/** A question and its answers: after `options` or `between`, behind the question, after a colon, or joined by `or`. */
function questionIn(text: string): Pick<Names, 'question' | 'options'> {
	const sentence = /([^.!\n:]*\?)/.exec(text)?.[1]?.trim();
	const afterMark = /\?\s*([^?]+)$/.exec(text)?.[1];
	const named =
		/\b(?:options?|choices?|answers?|candidates?|between)\b\s*(?:are|is|:|=)?\s*:?\s*([^.!?\n]+)/i.exec(
			text,
		)?.[1];
	const afterColon = /:\s*([^:]+)$/.exec(text)?.[1];
	for (const source of [named, afterMark, afterColon, sentence?.replace(/\?$/, '')]) {
		const { lead, options } = splitOptions(source ?? '');
		if (options.length < 2) continue;
		const asked = lead ?? sentence;
		return { question: asked && asQuestion(asked), options };
	}
	return { question: sentence && asQuestion(sentence), options: [] };
}

const asks =
	/^(?:where|what|which|who|whom|whose|when|how|why|should|shall|do|does|did|is|are|can|could|will|would|wo|was|wer|wann|wie|welche[rsn]?)\b/i;

/** `where do we eat, pizza, pasta or sushi` -> the question in front, and three answers. */
function splitOptions(text: string): { lead: string | undefined; options: readonly string[] } {
	const parts = text
		.replaceAll(/\b(?:either|maybe)\b/gi, ' ')
		.split(/[,;/\n]|\s(?:or|oder|vs\.?)\s|\s(?:and|und)\s(?!\S+\s+\S+\s+\S)/i)
		.map((part) => part.replaceAll(/^[\s"'“„•*-]+|[\s"'”“.!?]+$/g, '').trim())
		.map((part) => part.replace(/^(?:or|and)\s+/i, ''))
		.filter((part) => part !== '');
	const lead = parts[0] !== undefined && asks.test(parts[0]) ? parts.shift() : undefined;
	const isOption = (part: string): boolean =>
		part.length <= maxOption && part.split(/\s+/).length <= 6;
	if (parts.length < 2 || parts.length > maxOptions || !parts.every(isOption))
		return { lead, options: [] };
	const options = parts.map((part) => tidy(part, maxOption));
	return { lead, options: [...new Set(options)] };
}

const asQuestion = (text: string): string => {
	const start = text.search(new RegExp(asks.source.slice(1), 'i'));
	const question = tidy(text.slice(Math.max(0, start)), maxQuestion).replace(/\s*\?*$/, '');
	return `${question}?`;
};

/** What a list is made of. */
function itemIn(text: string): string | undefined {
	const found =
		/\b(?:(shopping|grocer(?:y|ies)|packing)|(chore|errand|recipe|idea|journal|diary|memo|wish|goal|book|movie)s?)\b/i.exec(
			text,
		);
	if (found?.[1] !== undefined) return 'item';
	const word = found?.[2]?.toLowerCase();
	return word === 'journal' || word === 'diary' ? 'entry' : word;
}
