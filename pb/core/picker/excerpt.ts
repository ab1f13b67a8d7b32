/** Elements whose content is no text to read (tools/picker/excerpt_modifier.go). */
const skipped = new Set(
	`head style script iframe embed applet object svg img picture dialog template button form
	textarea input select option`.split(/\s+/),
);
/** Elements that do not end a word. */
const inline = new Set(
	`a abbr acronym b bdo big br button cite code em i label q small span strong strike sub sup
	time`.split(/\s+/),
);
/** Elements without content and end tag. */
const empty = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));
const entities: Readonly<Record<string, string>> = {
	amp: '&',
	lt: '<',
	gt: '>',
	quot: '"',
	apos: "'",
	nbsp: '\u00a0',
};

const decodeEntities = (text: string): string =>
	text.includes('&') ? text.replace(/&(#x?[0-9a-f]{1,6}|[a-z]{2,8});/gi, decodeEntity) : text;

function decodeEntity(whole: string, name: string): string {
	if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
	const hex = name[1] === 'x' || name[1] === 'X';
	const code = hex ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
	return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

/**
 * The readable text at the start of an HTML fragment: tags dropped, white space folded, at most `max` characters.
 * A scan, not a parser: it never fails and takes time linear in the input.
 * @param ellipsis Adds `...` when something was cut.
 */
export function excerpt(html: string, max: number, ellipsis: boolean): string {
	let out = '';
	let spaced = false as boolean;
	const space = (): void => {
		if (!spaced) out += ' ';
		spaced = true;
	};
	let at = 0;
	while (at < html.length && out.length <= max * 2 + 2) {
		const open = html.indexOf('<', at);
		const text = decodeEntities(html.slice(at, open < 0 ? html.length : open)).replace(/\s+/g, ' ');
		const shown: string = spaced ? text.replace(/^ /, '') : text;
		if (shown !== '') {
			out += shown;
			spaced = shown.endsWith(' ');
		}
		if (open < 0) break;
		const tag = readTag(html, open);
		if (!tag) {
			out += '<';
			spaced = false;
			at = open + 1;
			continue;
		}
		at = tag.end;
		if (tag.name === '') continue;
		if (!inline.has(tag.name) && !skipped.has(tag.name)) space();
		if (skipped.has(tag.name) && !tag.closing && !empty.has(tag.name))
			at = endOf(html, tag.name, at);
	}
	const result = out.trim();
	const characters = Array.from(result);
	if (characters.length <= max) return result;
	return characters.slice(0, max).join('').trim() + (ellipsis ? '...' : '');
}

interface Tag {
	/** Lower-case; '' for comments and declarations. */
	readonly name: string;
	readonly closing: boolean;
	/** Index after the tag. */
	readonly end: number;
}

function readTag(html: string, at: number): Tag | undefined {
	const next = html[at + 1] ?? '';
	if (next === '!' || next === '?') {
		const comment = html.startsWith('<!--', at);
		const end = html.indexOf(comment ? '-->' : '>', at + 2);
		return { name: '', closing: false, end: end < 0 ? html.length : end + (comment ? 3 : 1) };
	}
	const closing = next === '/';
	const start = at + (closing ? 2 : 1);
	if (!/[a-z]/i.test(html[start] ?? '')) return undefined;
	let end = start;
	while (/[a-z0-9-]/i.test(html[end] ?? '')) end += 1;
	const name = html.slice(start, end).toLowerCase();
	let quote = '';
	for (; end < html.length; end++) {
		const character = html[end] ?? '';
		if (quote !== '') {
			if (character === quote) quote = '';
		} else if (character === '"' || character === "'") quote = character;
		else if (character === '>') return { name, closing, end: end + 1 };
	}
	return { name, closing, end: html.length };
}

function endOf(html: string, name: string, from: number): number {
	const found = html.toLowerCase().indexOf('</' + name, from);
	if (found < 0) return html.length;
	const close = html.indexOf('>', found);
	return close < 0 ? html.length : close + 1;
}
